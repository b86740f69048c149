"""The reading order of a document: its lines and tables as one stream, and the evidence for facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from include.documents.content import Box, Cell, Line, PageContent, Table, Word
from include.fhir.facts import Source

_SEPARATORS = frozenset("•·|‧∙▪●")
"""Signs that stand between the parts of a header line."""
_WIDE_GAP = 2.6
"""Widths of an average letter that make the gap between two words a gap between two columns."""
_WIDE_SIGN = re.compile(r"[\uff01-\uff5e]")
"""Signs and letters as wide as a Chinese letter (Unicode, Halfwidth and Fullwidth Forms)."""



@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line with its page and its number in the document (``at``), which orders dates and sections."""

    page: int
    at: int
    line: Line

    @property
    def text(self) -> str:
        return self.line.text

    @property
    def source(self) -> Source:
        return Source(self.page, self.line.text, self.line.box, _confidence(self.line))


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a line with no wide gap inside: one column's text."""

    text: str
    box: Box
    printed: PrintedLine
    words: tuple[Word, ...] = ()


def lines_of(pages: Sequence[PageContent]) -> list[PrintedLine]:
    """All lines of all pages, numbered through."""
    flat = [(page.number, _with_common_signs(line)) for page in pages for line in page.lines]
    return [PrintedLine(page, at, line) for at, (page, line) in enumerate(flat)]


def by_page(lines: Iterable[PrintedLine]) -> dict[int, list[PrintedLine]]:
    """The lines of each page that has any: one pass, where a search for each page's own would be quadratic."""
    pages: dict[int, list[PrintedLine]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    return pages


def _with_common_signs(line: Line) -> Line:
    """A line with the signs of Latin text for those as wide as a Chinese letter, which some OCR reads instead."""
    if not _WIDE_SIGN.search(line.text):
        return line
    words = tuple(replace(word, text=_narrow(word.text).strip()) for word in line.words)
    return replace(line, text=_narrow(line.text).strip(), words=words)


def _narrow(text: str) -> str:
    spaced = re.sub(r"([，；])(?=\S)", r"\1 ", text)
    return _WIDE_SIGN.sub(lambda sign: chr(ord(sign[0]) - 0xFEE0), spaced)


def segments(printed: PrintedLine) -> list[Segment]:
    """A line cut at its wide gaps; the whole line where its words have no places."""
    words = printed.line.words
    letters = sum(len(word.text) for word in words)
    if len(words) < 2 or not letters:
        return [Segment(printed.text, printed.line.box, printed)]
    letter = sum(word.box.width for word in words) / letters
    groups: list[list[Word]] = [[words[0]]]
    for before, word in pairwise(words):
        glued = word.text.startswith((":", "：")) or before.text in (":", "：")
        if word.box.left - before.box.right > _WIDE_GAP * letter and not glued:
            groups.append([])
        groups[-1].append(word)
    return [
        Segment(" ".join(w.text for w in group), around([w.box for w in group]), printed, tuple(group))
        for group in groups
    ]


def cut_at_separators(segment: Segment) -> list[Segment]:
    """``Jane Roe • DOB 9/30/1984 • Visit 1/22/2025``: the parts between signs that only separate."""
    groups: list[list[Word]] = [[]]
    for word in segment.words:
        if word.text in _SEPARATORS:
            groups.append([])
        else:
            groups[-1].append(word)
    filled = [group for group in groups if group]
    if len(groups) < 2 or not filled:
        return [segment]
    return [
        Segment(" ".join(w.text for w in group), around([w.box for w in group]), segment.printed, tuple(group))
        for group in filled
    ]


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around boxes."""
    kept = list(boxes)
    left, top = min(b.left for b in kept), min(b.top for b in kept)
    return Box(left, top, max(b.right for b in kept) - left, max(b.bottom for b in kept) - top)


def row_source(page: int, cells: Sequence[Cell]) -> Source:
    """The evidence of a table row."""
    filled = [cell for cell in cells if cell.text.strip()]
    boxes = [cell.box for cell in filled if cell.box]
    return Source(
        page,
        " ".join(cell.text for cell in filled),
        around(boxes) if boxes else None,
        min((cell.confidence for cell in filled), default=100.0),
    )


def joined_source(lines: Sequence[PrintedLine], text: str) -> Source:
    """The evidence of a statement that runs over lines; its box is that of the lines on its first page."""
    page = lines[0].page
    box = around([line.line.box for line in lines if line.page == page])
    return Source(page, text, box, min(_confidence(line.line) for line in lines))


def holds(outer: Box | None, inner: Box) -> bool:
    """Whether the middle of a box lies in another."""
    if outer is None:
        return False
    x, y = inner.middle
    return outer.left <= x <= outer.right and outer.top <= y <= outer.bottom


def lines_in(table: Table, lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The lines that a table covers."""
    return [line for line in lines if holds(table.box, line.line.box)]


def _confidence(line: Line) -> float:
    return min((word.confidence for word in line.words), default=line.confidence)
