"""A page set in two columns (a side bar, a note beside it): the left column is read before the right one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from include.documents.content import Line, Word
from include.fhir.extraction.reading import around
from include.fhir.extraction.sections import heading_of

_FEWEST = 8
"""Lines that begin at the left edge of the second column."""
_HEADINGS = 2
"""Headings of sections in each column: rows of a table have none."""
_EDGE = 0.004
"""Ratio of the page's width by which such lines may begin left or right of the edge."""
_GUTTER = 0.012
"""Least width of the blank left of the edge, as a ratio of the page's."""
_SPREAD = (0.2, 0.8)
"""Where on the page the second column may begin."""


def in_columns(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page in reading order: those of two columns one after the other, all others as they come.

    A line that runs over both columns ends them; below it they may begin again.
    """
    edge = _second_column(lines)
    if edge is None:
        return list(lines)
    ordered: list[Line] = []
    band: list[Line] = []
    for line in [*lines, None]:
        if line is not None and not _crosses(line, edge):
            band.append(line)
            continue
        ordered += _parted(band, edge)
        band = []
        if line is not None:
            ordered.append(line)
    return ordered


def _second_column(lines: Sequence[Line]) -> float | None:
    """The left edge of the second column; None where the page has one column, or a table."""
    starts = Counter(
        round(word.box.left / _EDGE)
        for line in lines
        for before, word in zip((None, *line.words), line.words, strict=False)
        if _SPREAD[0] < word.box.left < _SPREAD[1]
        and (before is None or word.box.left - before.box.right > _GUTTER)
    )
    if not starts:
        return None
    best = max(starts, key=lambda start: starts[start] + starts[start - 1] + starts[start + 1])
    edge = best * _EDGE
    inside = [line for line in lines if not _crosses(line, edge)]
    sides = [_side(inside, edge, right) for right in (False, True)]
    begun = sum(abs(words[0].box.left - edge) <= 2 * _EDGE for words in sides[1])
    headed = all(
        sum(heading_of(text) is not None and text[:1].isupper() for text in map(_text, side)) >= _HEADINGS
        for side in sides
    )
    return edge if headed and begun >= _FEWEST and 4 * begun >= 3 * len(sides[1]) else None


def _side(lines: Sequence[Line], edge: float, right: bool) -> list[list[Word]]:
    parts = [[word for word in line.words if (word.box.left >= edge - 2 * _EDGE) == right] for line in lines]
    return [part for part in parts if part]


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words).strip(" :")


def _crosses(line: Line, edge: float) -> bool:
    """Whether a line has words on both sides without the blank between the columns."""
    left = max((word.box.right for word in line.words if word.box.left < edge - 2 * _EDGE), default=0.0)
    right = min((word.box.left for word in line.words if word.box.left >= edge - 2 * _EDGE), default=1.0)
    if not line.words:
        return line.box.left < edge < line.box.right
    return left > edge - 2 * _EDGE or (right < 1.0 and left > 0.0 and right - left < _GUTTER)


def _parted(lines: Sequence[Line], edge: float) -> list[Line]:
    columns: tuple[list[Line], list[Line]] = ([], [])
    for line in lines:
        for right in (False, True):
            words = tuple(word for word in line.words if (word.box.left >= edge - 2 * _EDGE) == right)
            if len(words) == len(line.words):
                columns[right if words else line.box.left >= edge].append(line)
                break
            if words:
                box = around([word.box for word in words])
                columns[right].append(replace(line, text=" ".join(w.text for w in words), box=box, words=words))
    return [*columns[0], *columns[1]]
