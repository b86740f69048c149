"""Which lines of a section belong together: the entries of a list, and its paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from include.fhir.extraction.lexicon import is_drug
from include.fhir.extraction.page.reading import PrintedLine, joined_source
from include.fhir.extraction.page.sections import Piece
from include.fhir.extraction.statements.dosing import DOSE
from include.fhir.facts import Source

_OPEN = re.compile(
    r"(?:[-–—/(&]|\b(?:lot|batch|no\.?|#|and|or|of|with|for|by|to|the|an?|in|at|take|every|per))\s*$", re.IGNORECASE
)
"""Ends a line that cannot end there."""
_LONG = 26
"""Letters of a line that may have been too long for its column."""
_MARGIN = 0.72
"""Right edge, as a ratio of the page, from which a line is taken to go on in the next."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Lines that belong together: one entry of a list, or a paragraph."""

    text: str
    lines: tuple[PrintedLine, ...]

    @property
    def source(self) -> Source:
        return joined_source(self.lines, self.text)


def entries(pieces: Sequence[Piece]) -> list[Entry]:
    """Lines joined where one goes on in the next."""
    groups: list[list[Piece]] = []
    edge = max((piece.printed.line.box.right for piece in pieces), default=1.0)
    in_low_case = bool(pieces) and pieces[0].text.lstrip("•*- ")[:1].islower()
    for piece in pieces:
        if groups and _goes_on(groups[-1][-1], piece, None if not in_low_case else edge):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [Entry(" ".join(p.text for p in group), tuple(p.printed for p in group)) for group in groups]


def _is_full(before: Piece, piece: Piece, edge: float) -> bool:
    """A long line behind which the next line's first word had no room."""
    words = piece.printed.line.words
    first = words[0].box.width if words else 0.0
    return len(before.text) > _LONG and before.printed.line.box.right + first > edge


def _goes_on(before: Piece, piece: Piece, edge: float | None = None) -> bool:
    """Whether a line goes on with the entry before it.

    :param edge: right edge of a list that is written in lower case, in which a small letter tells nothing.
    """
    if re.match(r"\s*(?:\d{1,2}[.)]\s|[•*▪◦■□–—-]\s?)", piece.text):
        return False
    if re.match(
        r"\s*(?:sig|commonly known as|also known as|what changed|take|disp(?:ense)?|qty|quantity|refills?|"
        r"directions|use|apply|inject)\b", piece.text, re.IGNORECASE
    ):
        return True
    if re.search(r"[.;:,]\s*$", before.text) and not before.text.rstrip().endswith(","):
        return False
    if _OPEN.search(before.text) or before.text.count("(") > before.text.count(")"):
        return True
    first = piece.text.split()[0] if piece.text.split() else ""
    if is_drug(first) and DOSE.search(piece.text):
        return False
    if edge is not None and piece.text.lstrip()[:1].islower():
        return _is_full(before, piece, edge)
    starts_low = piece.text.lstrip()[:1].islower() or piece.text.lstrip()[:1] in "(/"
    return starts_low or (before.printed.line.box.right > _MARGIN and len(before.text) > 55)
