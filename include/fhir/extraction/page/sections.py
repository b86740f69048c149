"""Sections of a document: which heading a line stands under (``data/headings.tsv``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from include.fhir.extraction.forms.labels import meaning_of
from include.fhir.extraction.page.headings import Kind as Kind
from include.fhir.extraction.page.headings import heading_of as heading_of
from include.fhir.extraction.page.reading import PrintedLine, segments
from include.fhir.extraction.page.soap import has_soap_letters, soap_letter
from include.fhir.extraction.page.title_lines import coded_labels, lone_titles, side_headings
from include.fhir.extraction.tables.columns import role_of

_INLINE = re.compile(
    r"(?:^|(?<=[.,;•*\-–])|(?<=\s\s)|(?<=\s)(?=[A-Z]{2,5}\s?:|[A-Z][a-z]{3,}\.?\s?:))\s*"
    r"(?P<heading>(?:(?!\s\s)[A-Za-zÄÖÜäöü&/()' \-]){2,60}?)\.?\s*"
    r"(?:\(?(?:vom |on |of |from )?\d[\d./-]{5,9}\)?\s*)?[:：]\s*,?\s*"
)


_SOAP_KINDS = {"S": Kind.COMPLAINT, "O": Kind.EXAM, "A": Kind.ASSESSMENT, "P": Kind.PLAN}
_SALUTED = re.compile(r"\s*(?:Dear\b|(?:Re|RE|Regarding|Patient|Patient Name)\s?:)")
_BULLET = re.compile(r"\s*[•▪◦■□●‣]\s*\S")
_OUTDENT = 0.008
"""Part of the page's width by which a heading stands left of the bullets under the one before."""
_TITLE_WORDS = 6
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


def split_sections(lines: Sequence[PrintedLine], uncut: frozenset[int] = frozenset()) -> list[Section]:
    """The sections in order; the first, before any heading, is of kind START.

    :param uncut: numbers of lines that hold no heading, whatever they say: labels of tick boxes.
    """
    sections = [Section(Kind.START, "")]
    soap, usual = has_soap_letters([line.text for line in lines]), _usual_gaps(lines)
    beside, above = side_headings(lines, _is_heading), lone_titles(lines, _is_heading)
    labels = coded_labels(lines, _is_heading)
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
        if soap and (letter := soap_letter(whole)):
            sections.append(Section(_SOAP_KINDS[letter[0]], letter[0]))
            whole = whole[letter[1] :]
            if not whole.strip():
                continue
        if own := beside.get(printed.at):
            if own.heading:
                sections.append(Section(heading_of(own.heading.strip(" :")) or Kind.OTHER, own.heading, inline=True))
            whole = own.text
            if not whole:
                continue
        elif printed.at in labels:
            first, value = (part.text for part in segments(printed))
            sections.append(Section(heading_of(first.strip(" :")) or Kind.OTHER, first, [Piece(value, printed)], True))
            sections.append(Section(Kind.OTHER, ""))
            continue
        elif printed.at in above and not _is_heading(whole):
            sections.append(Section(Kind.OTHER, whole.strip(" :")))
            continue
        elif sections[-1].pieces and (cut := _wrapped_heading(sections[-1].pieces[-1].text, whole)):
            last = sections[-1].pieces[-1]
            begun, whole = last.text[cut:], f"{last.text[cut:]} {whole}"
            sections[-1].pieces[-1] = replace(last, text=last.text[: -len(begun)].rstrip())
        for kind, heading, text in _cut(whole):
            if kind is Kind.EXAM and text and "finding" in sections[-1].heading.lower():
                kind, text = None, f"{heading}: {text}"  # organs label the findings of an image, not an examination
            if kind is not None:
                sections.append(Section(kind, heading, inline=bool(text)))
            if text:
                sections[-1].pieces.append(Piece(text, printed))
    return sections


def _is_heading(text: str) -> bool:
    return heading_of(text.strip(" :•*-–—")) is not None


def _wrapped_heading(before: str, text: str) -> int | None:
    """Where in the line before a heading begins that ends with its colon in this one (``... Current`` / ``meds:``)."""
    begun = re.search(r"(?<=[.;]\s)[A-Z][a-z]+(?:\s[a-z]+)?\s*$", before)
    ended = re.match(r"[a-z]+(?:\s[a-z]+){0,2}(?=\s?:)", text.strip())
    if begun and ended and heading_of(f"{begun[0].strip()} {ended[0]}") is not None:
        return begun.start()
    return None


def _begins_letter(section: Section, printed: PrintedLine) -> bool:
    """What a letter's closing heads, its signer, ends with its page, or where the next letter names its patient."""
    if section.kind is not Kind.PROVIDER or not section.pieces:
        return False
    return printed.page != section.pieces[-1].printed.page or _SALUTED.match(printed.text) is not None


def _is_outdented(section: Section, printed: PrintedLine) -> bool:
    """A line without a bullet, left of a list of which every entry has one, heads something else."""
    first = section.pieces[0].printed if section.pieces else None
    if first is None or not _BULLET.match(first.text) or _BULLET.match(printed.text):
        return False
    return printed.line.box.left < first.line.box.left - _OUTDENT and len(printed.text.split()) <= _TITLE_WORDS


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
        at = match.start("heading")
        if found is None or (at > 0 and not _opens(text[:at], match["heading"])):
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


def _opens(before: str, heading: str) -> bool:
    """Inside a line a heading stands out by its capitals or a gap, or begins a sentence with two words or more."""
    begins = before.rstrip().endswith((".", ";")) and heading.strip()[:1].isupper()
    return before.endswith("  ") or _loud(heading) or (begins and len(heading.split()) > 1)


def _is_unknown_heading(text: str) -> bool:
    """A short line in capitals without digits that ends with a colon; without the colon it may be a list's entry."""
    stripped = text.strip()
    words = stripped.strip(":").split()
    return stripped.endswith(":") and len(words) <= 7 and stripped.isupper() and not re.search(r"[\d,;]", stripped)
