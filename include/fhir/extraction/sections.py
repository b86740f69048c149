"""Sections of a document: which heading a line stands under (``data/headings.tsv``)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

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
        re.compile(r"\b(?:anyone|anybody|members?)\b.{0,30}\bfamily\b|\bfamily members?\b|\byour family\b", re.I),
        Kind.FAMILY,
    ),
    (
        re.compile(r"\b(?:last|past)\b.{0,24}\bhave you\b|\b(?:do|are) you (?:currently )?(?:hav|experienc)", re.I),
        Kind.ROS,
    ),
    (
        re.compile(r"\bhave you (?:ever )?(?:had|been diagnosed)\b.{0,40}(?:following|check|conditions?)", re.I),
        Kind.CONDITIONS,
    ),
)
"""Questions that head a list of tick boxes."""


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
    for pattern, kind in _ASKED:
        if pattern.search(text) and not re.search(r"[\[(]\s*[xX✓]?\s*[\])]|[☐☑☒]", text):
            return kind
    without = plain(re.sub(r"\([^)]*\)", "", stripped))
    return known.get(without) or known.get(re.sub(r"\s(?:continued|contd|cont|list|summary|section)$", "", words))


def split_sections(lines: Sequence[PrintedLine], uncut: frozenset[int] = frozenset()) -> list[Section]:
    """The sections in order; the first, before any heading, is of kind START.

    :param uncut: numbers of lines that hold no heading, whatever they say: labels of tick boxes.
    """
    sections = [Section(Kind.START, "")]
    for printed in lines:
        if printed.at in uncut:
            sections[-1].pieces.append(Piece(printed.text, printed))
            continue
        for kind, heading, text in _cut("   ".join(part.text for part in segments(printed))):
            if kind is not None:
                sections.append(Section(kind, heading))
            if text:
                sections[-1].pieces.append(Piece(text, printed))
    return sections


def _cut(text: str) -> Iterator[tuple[Kind | None, str, str]]:
    """(section that opens here or None, its heading, text up to the next heading) along a line."""
    whole = text.strip(" :•*-–—_=#|\t")
    if whole and (kind := heading_of(whole)) and _stands_out(text):
        yield kind, whole, ""
        return
    if _is_unknown_heading(text):
        yield Kind.OTHER, whole, ""
        return
    start: int = 0
    opened: tuple[Kind | None, str] = (None, "")
    for match in _INLINE.finditer(text):
        found = heading_of(match["heading"])
        if found is None or (match.start("heading") > 0 and not _loud(match["heading"])):
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
