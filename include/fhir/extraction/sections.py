"""Sections of a document: which heading a line stands under (``data/headings.tsv``)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median

from include.fhir.extraction.columns import role_of
from include.fhir.extraction.heading_forms import other_forms
from include.fhir.extraction.labels import meaning_of, plain
from include.fhir.extraction.reading import PrintedLine, segments

_FILE = Path(__file__).with_name("data") / "headings.tsv"
_INLINE = re.compile(
    r"(?:^|(?<=[.,;•*\-–])|(?<=\s\s)|(?<=\s)(?=[A-Z]{2,5}\s?:|[A-Z][a-z]{3,}\.?\s?:))\s*"
    r"(?P<heading>(?:(?!\s\s)[A-Za-zÄÖÜäöü&/()' \-]){2,60}?)\.?\s*"
    r"(?:\(?(?:vom |on |of |from )?\d[\d./-]{5,9}\)?\s*)?[:：]\s*,?\s*"
)


class Kind(StrEnum):
    """What a section is about; the words of the first column of ``data/headings.tsv``, and those without a heading."""

    START = "start"
    DEMOGRAPHICS = "demographics"
    CONTACT = "contact"
    INSURANCE = "insurance"
    PROVIDER = "provider"
    ENCOUNTER = "encounter"
    VISITS = "visits"
    VITALS = "vitals"
    LABS = "labs"
    TESTS = "tests"
    IMAGING = "imaging"
    MEDICATIONS = "medications"
    STOPPED = "stopped"
    CONDITIONS = "conditions"
    RESOLVED = "resolved"
    ASSESSMENT = "assessment"
    COMPLAINT = "complaint"
    ROS = "ros"
    EXAM = "exam"
    ALLERGIES = "allergies"
    IMMUNIZATIONS = "immunizations"
    PROCEDURES = "procedures"
    FAMILY = "family"
    SOCIAL = "social"
    PLAN = "plan"
    NARRATIVE = "narrative"
    CONTENTS = "contents"
    OTHER = "other"


_ASKED = (
    (
        re.compile(r"\b(?:anyone|anybody|members?|relatives?)\b.{0,30}\bfamily\b|\bfamily members?\b|\byour family\b|"
                   r"\b(?:blood )?relatives?\b.{0,30}\b(?:had|have|with)\b", re.I),
        Kind.FAMILY,
    ),
    (
        re.compile(r"\b(?:vaccin\w+|immuni[sz]ations?|shots?|screenings?|tests?|doses?)\b.{0,25}\b(?:due|overdue|"
                   r"forecast|needed|recommended|upcoming|schedule)\b|\b(?:due|upcoming|recommended|overdue|next)\b"
                   r".{0,20}\b(?:vaccin\w+|immuni[sz]ations?|shots?|screenings?)\b", re.I),
        Kind.PLAN,
    ),
    (
        re.compile(r"\bhave you (?:ever )?(?:had|been (?:diagnosed|treated|told))\b.{0,40}(?:following|check|"
                   r"conditions?|problems|illness|now have)|\b(?:ever|now) had\b.{0,25}\b(?:following|any of|these)\b|"
                   r"\b(?:check|mark|tick|circle)\b.{0,30}\b(?:conditions?|illness\w*|problems?|diseases?)\b|"
                   r"\b(?:health|medical|conditions?|illness\w*)\b.{0,25}\b(?:check|mark|tick|circle)\b.{0,12}\b(?:all|any|"
                   r"each|those|if|boxes)\b", re.I),
        Kind.CONDITIONS,
    ),
    (
        re.compile(r"\b(?:last|past)\b.{0,24}\bhave you\b|\b(?:do|are) you (?:currently )?(?:hav|experienc)", re.I),
        Kind.ROS,
    ),
)
"""Questions that head a list of tick boxes."""


_DATED = re.compile(
    r"[\s,@–-]+(?:on |at |from )?\d[\d/:.-]*(?:\s*(?:hrs?|h|uhr|[ap]\.?m\.?))?(?:[\s,]+\d[\d:/.-]*)?\s*:?$",
    re.IGNORECASE,
)
"""When what a heading heads was measured (``Triage 22:41``)."""
_SOAP = re.compile(r"\s*(?P<letter>[SOP]|A(?!\s?[/&+]\s?P\b)|0(?=\s?:))\s*(?:[:/]|$)\s*")
_A_AND_P = re.compile(r"\s*(?P<letter>A)\s?[/&+]\s?P\b")
_SOAP_KINDS = {"S": Kind.COMPLAINT, "O": Kind.EXAM, "0": Kind.EXAM, "A": Kind.ASSESSMENT, "P": Kind.PLAN}
_SALUTED = re.compile(r"\s*(?:Dear\b|(?:Re|RE|Regarding|Patient|Patient Name)\s?:)")
_FEWEST_LETTERS = 3
_BULLET = re.compile(r"\s*[•▪◦■□●‣]\s*\S")
_OUTDENT = 0.008
"""Part of the page's width by which a heading stands left of the bullets under the one before."""
_HEADING_WORDS = 6
_BLANK = 1.0
"""Heights of a line between two lines that part paragraphs."""
_WIDER = 1.4
"""How much wider than most gaps of the page the gap between two paragraphs is."""
_INDENT = 0.02
"""Part of the page's width by which a line stands under what a heading says, and not under the heading."""
_SHORT = frozenset((Kind.ALLERGIES, Kind.IMMUNIZATIONS, Kind.PROCEDURES, Kind.SOCIAL))
"""Sections whose paragraph a line with a label of its own ends."""
_OTHER_LABEL = re.compile(
    r"(?!(?:sig|reactions?|severity|notes?|comments?|food|drugs?|medications?|environmental|latex|other|type|lot|dose)\b)"
    r"[A-Z][A-Za-z/&-]*(?:\s[A-Za-z/&-]+){0,3}\s?:\s",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a line that belongs to a section."""

    text: str
    printed: PrintedLine


@dataclass(slots=True)
class Section:
    """A heading as printed, and what stands under it until the next."""

    kind: Kind
    heading: str
    pieces: list[Piece] = field(default_factory=list)
    inline: bool = False
    """The heading begins the line of its text (``Allergies: latex``): it holds for that paragraph only."""

    @property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)


@cache
def _kinds() -> dict[str, Kind]:
    table: dict[str, Kind] = {}
    for row in _FILE.read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            kind, headings = row.split("\t")
            table.update((heading, Kind(kind)) for heading in headings.split("|"))
    return table


def unaccented(text: str) -> str:
    """Letters without their accents, as OCR adds them to plain ones."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@cache
def heading_of(text: str) -> Kind | None:
    """The kind of section that a heading opens; None where the text is no known heading."""
    stripped = re.sub(r"^\s*(?:\d{1,2}|[IVX]{1,4}|[A-Z])[.)]\s+", "", text)
    words = plain(stripped.replace("&", " and "))
    if len(words.split()) > 16:
        return None
    known = _kinds()
    if words in known:
        return known[words]
    if any(ord(letter) > 127 for letter in words) and (bare := unaccented(words)) in known:
        return known[bare]
    if text.strip()[:1].isupper():
        for form in other_forms(stripped):
            if form in known:
                return known[form]
    for pattern, kind in _ASKED:
        if pattern.search(text) and not re.search(r"[\[(]\s*[xX✓]?\s*[\])]|[☐☑☒]", text):
            return kind
    if (compound := _compound(plain(re.sub(r"\s*[&/+]\s*", " and ", stripped)))) is not None:
        return compound
    without = plain(re.sub(r"\([^)]*\)", "", stripped))
    dated = plain(_DATED.sub("", stripped))
    if dated in known:
        return known[dated]
    ended = known.get(re.sub(r"\s(?:continued|contd|cont|list|summary|section)$", "", words))
    return known.get(without) or ended


def _compound(words: str) -> Kind | None:
    """``Instructions and follow-up``: two known headings are one, of the first's kind."""
    first, joined, second = words.partition(" and ")
    if not joined or len(words.split()) > _HEADING_WORDS:
        return None
    known = _kinds()
    return known[first] if first in known and second in known else None


def split_sections(lines: Sequence[PrintedLine], uncut: frozenset[int] = frozenset()) -> list[Section]:
    """The sections in order; the first, before any heading, is of kind START.

    :param uncut: numbers of lines that hold no heading, whatever they say: labels of tick boxes.
    """
    sections = [Section(Kind.START, "")]
    soap, usual = _has_soap_headings(lines), _usual_gaps(lines)
    for printed in lines:
        if printed.at in uncut:
            sections[-1].pieces.append(Piece(printed.text, printed))
            continue
        whole = "   ".join(part.text for part in segments(printed))
        if sections[-1].kind is Kind.CONTENTS and _BULLET.match(whole):
            sections[-1].pieces.append(Piece(whole, printed))
            continue
        if _begins_letter(sections[-1], printed):
            sections.append(Section(Kind.START, ""))
        if _is_outdented(sections[-1], printed):
            sections.append(Section(Kind.OTHER, whole.strip()))
        if _ends_paragraph(sections[-1], printed, usual.get(printed.page, 0.0)):
            sections.append(Section(Kind.OTHER, ""))
        if soap and (match := _SOAP.match(whole)):
            sections.append(Section(_SOAP_KINDS[match["letter"]], match["letter"]))
            if not whole[match.end() :].strip():
                continue
            whole = whole[match.end() :]
        for kind, heading, text in _cut(whole):
            if kind is Kind.EXAM and text and "finding" in sections[-1].heading.lower():
                kind, text = None, f"{heading}: {text}"  # organs label the findings of an image, not an examination
            if kind is not None:
                sections.append(Section(kind, heading, inline=bool(text)))
            if text:
                sections[-1].pieces.append(Piece(text, printed))
    return sections


def _begins_letter(section: Section, printed: PrintedLine) -> bool:
    """What a letter's closing heads, its signer, ends with its page, or where the next letter names its patient."""
    if section.kind is not Kind.PROVIDER or not section.pieces:
        return False
    return printed.page != section.pieces[-1].printed.page or _SALUTED.match(printed.text) is not None


def _has_soap_headings(lines: Sequence[PrintedLine]) -> bool:
    """Subjective, objective, assessment and plan headed by their letters: three of them in this order, for one letter
    alone is a pulse or a potassium."""
    found = (_SOAP.match(line.text) or _A_AND_P.match(line.text) for line in lines)
    order = list(dict.fromkeys(match["letter"].replace("0", "O") for match in found if match))
    return len(order) >= _FEWEST_LETTERS and order == sorted(order, key="SOAP".index)


def _is_outdented(section: Section, printed: PrintedLine) -> bool:
    """A line without a bullet, left of a list of which every entry has one, heads something else."""
    first = section.pieces[0].printed if section.pieces else None
    if first is None or not _BULLET.match(first.text) or _BULLET.match(printed.text):
        return False
    return printed.line.box.left < first.line.box.left - _OUTDENT and len(printed.text.split()) <= _HEADING_WORDS


def _usual_gaps(lines: Sequence[PrintedLine]) -> dict[int, float]:
    """The median gap between two lines of each page, as a ratio of its height."""
    gaps: dict[int, list[float]] = {}
    for before, line in pairwise(lines):
        if before.page == line.page and (gap := line.line.box.top - before.line.box.bottom) > 0:
            gaps.setdefault(line.page, []).append(gap)
    return {page: median(found) for page, found in gaps.items()}


def _ends_paragraph(section: Section, printed: PrintedLine, usual: float) -> bool:
    """Below the paragraph of a heading in its line: after a blank line, or at another label; a list goes on.

    :param usual: the gap between most lines of the page.
    """
    if not section.inline or not section.pieces:
        return False
    last = section.pieces[-1].printed
    box, own = printed.line.box, last.line.box
    if printed.page != last.page or re.match(r"\s*(?:\d{1,2}[.)]|[•*▪◦■□–—-])\s*\S", printed.text):
        return False
    if box.left > section.pieces[0].printed.line.box.left + _INDENT:
        return False
    if box.top - own.bottom > max(_BLANK * own.height, _WIDER * usual):
        return True
    return section.kind in _SHORT and _OTHER_LABEL.match(printed.text) is not None


def _cut(text: str) -> Iterator[tuple[Kind | None, str, str]]:
    """(section that opens here or None, its heading, text up to the next heading) along a line."""
    whole = text.strip(" :•*-–—_=#|\t")
    if whole and (kind := heading_of(whole)) and _stands_out(text):
        if kind is Kind.CONTENTS and ":" not in text and role_of(whole):
            yield None, "", text  # the header of a column, read by itself
            return
        yield kind, whole, ""
        return
    if _is_unknown_heading(text):
        yield Kind.OTHER, whole, ""
        return
    start: int = 0
    opened: tuple[Kind | None, str] = (None, "")
    for match in _INLINE.finditer(text):
        found = heading_of(match["heading"])
        begins = match.start("heading")
        if found is None or (begins > 0 and not text[:begins].endswith("  ") and not _loud(match["heading"])):
            continue
        before = text[start : match.start("heading")].strip(" ,;")
        if before or opened[0]:
            yield (*opened, before)
        labelled = found is Kind.DEMOGRAPHICS and meaning_of(match["heading"]) is not None
        opened, start = (Kind.OTHER if labelled else found, match["heading"]), match.end()
    yield (*opened, text[start:].strip(" ,") if opened[0] else text)


def _stands_out(text: str) -> bool:
    """A heading word alone in lower case, as in running text, is none."""
    letters = re.sub(r"[^A-Za-zÀ-ÿ]", "", text)
    return bool(letters) and letters[0].isupper()


def _loud(heading: str) -> bool:
    """Inside a line only a heading in capitals, or one of several words in title case, opens a section."""
    words = [w for w in heading.split() if len(w) > 3]
    return heading.isupper() or len(heading) <= 5 or (bool(words) and all(w[0].isupper() for w in words))


def _is_unknown_heading(text: str) -> bool:
    """A short line in capitals without digits that ends with a colon; without the colon it may be a list's entry."""
    stripped = text.strip()
    words = stripped.strip(":").split()
    return stripped.endswith(":") and len(words) <= 7 and stripped.isupper() and not re.search(r"[\d,;]", stripped)
