"""The order in which a person reads the pieces of a page: a table row by row, text columns one after the other.

Columns of running text are told from the cells of an unruled table (which must be read across) by what fills them:
running text fills its column with several words a line; cells are short, and stand level with each other.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from statistics import median
from typing import Generic, TypeVar

from include.documents.content import Box
from include.ocr.geometry import rows, union

T = TypeVar("T")

_MIN_LINES = 3
"""Fewer lines than this beside others are not a column."""
_MIN_WORDS = 4
"""Running text has at least this many words in its middle line."""
_FILLED = 0.55
"""Share of its column's width that the middle line of running text fills."""
_MIN_GUTTER = 0.01
"""Narrowest gap between two columns, in page widths."""
_CROSSING = 0.34
"""Largest share of pieces that may run across a gutter: titles, full-width paragraphs."""
_LEVEL = 0.3
"""Two lines are level when their middles differ by less than this share of their height."""
_SOLID = 2.0
"""Lines of one paragraph or address begin at most this many line heights apart."""
_STAGGERED = 0.5
"""Where fewer than this share of the shorter column's lines are level with one of the other, the two are separate."""


@dataclass(frozen=True, slots=True)
class Piece(Generic[T]):
    """A line with what decides its place.

    ``box`` is upright (see geometry.Frame); ``table`` is table, row and column where it stands in one; ``layout`` the
    rank of its LAYOUT block.
    """

    content: T
    box: Box
    words: int = 1
    table: tuple[int, int, int] | None = None
    layout: int | None = None


@dataclass(frozen=True, slots=True)
class _Unit(Generic[T]):
    """Pieces that stay together: one line, or the lines of one table, already in order."""

    pieces: tuple[Piece[T], ...]
    box: Box
    words: int
    is_table: bool
    layout: int | None

    @property
    def anchor(self) -> Box:
        """What is compared with other units' heights: a table begins at its first line."""
        return replace(self.box, height=self.pieces[0].box.height) if self.is_table else self.box


def in_order(pieces: Sequence[Piece[T]]) -> Iterator[T]:
    """The contents in reading order. Every piece comes out once."""
    units = _units(pieces)
    ranked = [unit for unit in units if unit.layout is not None]
    ordered: list[_Unit[T]] = []
    for rank in sorted({unit.layout for unit in ranked if unit.layout is not None}):
        ordered += _by_columns([unit for unit in ranked if unit.layout == rank])
    unranked = _by_columns([unit for unit in units if unit.layout is None])
    for unit in _inserted(ordered, unranked) if ordered else unranked:
        yield from (piece.content for piece in unit.pieces)


def _units(pieces: Sequence[Piece[T]]) -> list[_Unit[T]]:
    units = [_Unit((piece,), piece.box, piece.words, False, piece.layout) for piece in pieces if piece.table is None]
    tables: dict[int, list[Piece[T]]] = {}
    for piece in pieces:
        if piece.table is not None:
            tables.setdefault(piece.table[0], []).append(piece)
    for members in tables.values():
        members = _by_cells(members)
        box = union(piece.box for piece in members)
        ranks = [piece.layout for piece in members if piece.layout is not None]
        if box:
            units.append(_Unit(tuple(members), box, 0, True, min(ranks, default=None)))
    return units


def _by_cells(pieces: Sequence[Piece[T]]) -> list[Piece[T]]:
    cells: dict[tuple[int, int, int], list[Piece[T]]] = {}
    for piece in pieces:
        if piece.table is not None:
            cells.setdefault(piece.table, []).append(piece)
    return [piece for cell in sorted(cells) for row in rows(cells[cell], lambda piece: piece.box) for piece in row]


def _inserted(ordered: list[_Unit[T]], late: Sequence[_Unit[T]]) -> list[_Unit[T]]:
    """Units that the layout leaves out, each before the first one that begins below it in the same column."""
    for unit in late:
        below = (place for place, other in enumerate(ordered)
                 if other.box.top >= unit.box.bottom - unit.anchor.height / 2 and _share_columns(unit.box, other.box))
        ordered.insert(next(below, len(ordered)), unit)
    return ordered


def _share_columns(one: Box, other: Box) -> bool:
    return min(one.right, other.right) > max(one.left, other.left)


def _by_columns(units: Sequence[_Unit[T]]) -> list[_Unit[T]]:
    """Zone by zone between what runs across the gutter; in each, columns if they are text columns, else rows."""
    gutter = _gutter(units)
    if gutter is None:
        return _by_rows(units)
    across = sorted((unit for unit in units if _crosses(unit, gutter)), key=lambda unit: unit.box.top)
    rest = [unit for unit in units if not _crosses(unit, gutter)]
    ordered: list[_Unit[T]] = []
    found_columns = False
    zone: list[_Unit[T]] = []
    for limit in [*across, None]:
        edge = limit.box.middle[1] if limit else math.inf
        inside = [unit for unit in rest if unit.box.middle[1] < edge]
        rest = [unit for unit in rest if unit.box.middle[1] >= edge]
        left, right = _sides(inside, gutter)
        if _are_text_columns(left, right):
            found_columns = True
            ordered += [*_by_rows(zone), *_by_columns(left), *_by_columns(right)]
            zone = []
        else:
            zone += inside
        zone += [limit] if limit else []
    return [*ordered, *_by_rows(zone)] if found_columns else _by_rows(units)


def _by_rows(units: Sequence[_Unit[T]]) -> list[_Unit[T]]:
    return [unit for row in rows(units, lambda unit: unit.anchor) for unit in row]


def _gutter(units: Sequence[_Unit[T]]) -> float | None:
    """The upright stripe that the fewest units run across and that has units on both sides, by its middle.

    Units are counted by looking up where the middle falls among their sorted edges: a page has many edges.
    """
    candidates: list[tuple[int, float, float]] = []
    by_left = sorted(units, key=lambda unit: unit.box.left)
    by_right = sorted(units, key=lambda unit: unit.box.right)
    lefts, rights = [unit.box.left for unit in by_left], [unit.box.right for unit in by_right]
    lines_begun, lines_ended = _counted(by_left), _counted(by_right)
    for right in sorted(set(rights)):
        begun = bisect_left(lefts, right)
        if begun == len(units) or lefts[begun] - right < _MIN_GUTTER:
            continue
        middle = (lefts[begun] + right) / 2
        ended = bisect_right(rights, middle)
        before, after = lines_ended[ended], lines_begun[-1] - lines_begun[begun]
        if min(before, after) >= _MIN_LINES and begun - ended <= _CROSSING * len(units):
            candidates.append((begun - ended, right - lefts[begun], middle))
    return min(candidates)[2] if candidates else None


def _counted(units: Iterable[_Unit[T]]) -> list[int]:
    """The lines of the first 0, 1, 2, ... of the units."""
    return list(accumulate((len(unit.pieces) for unit in units), initial=0))


def _sides(units: Sequence[_Unit[T]], gutter: float) -> tuple[list[_Unit[T]], list[_Unit[T]]]:
    """What stands left and right of a gutter; what crosses it is in neither."""
    return ([unit for unit in units if unit.box.right <= gutter], [unit for unit in units if unit.box.left >= gutter])


def _crosses(unit: _Unit[T], gutter: float) -> bool:
    return unit.box.left < gutter < unit.box.right


def _are_text_columns(left: Sequence[_Unit[T]], right: Sequence[_Unit[T]]) -> bool:
    """Running text beside running text or beside tables, or solid blocks whose lines are not level with each other."""
    if min(_lines(left), _lines(right)) < _MIN_LINES:
        return False
    running = _is_running_text(left), _is_running_text(right)
    if any(running):
        return (running[0] or _are_tables(left)) and (running[1] or _are_tables(right))
    return _is_solid(left) and _is_solid(right) and _are_staggered(left, right)


def _lines(units: Iterable[_Unit[T]]) -> int:
    return sum(len(unit.pieces) for unit in units)


def _are_tables(units: Sequence[_Unit[T]]) -> bool:
    return 2 * _lines(unit for unit in units if unit.is_table) >= _lines(units)


def _is_running_text(units: Sequence[_Unit[T]]) -> bool:
    """One column of running text, or several side by side."""
    gutter = _gutter(units)
    return _fill_their_column(units) or (gutter is not None and all(map(_is_running_text, _sides(units, gutter))))


def _fill_their_column(units: Sequence[_Unit[T]]) -> bool:
    column = union(unit.box for unit in units)
    lines = [unit for unit in units if not unit.is_table]
    if not lines or not column:
        return False
    return (median(unit.words for unit in lines) >= _MIN_WORDS
            and median(unit.box.width for unit in lines) >= _FILLED * column.width)


def _is_solid(units: Sequence[_Unit[T]]) -> bool:
    """Whether the lines follow each other closely, unlike values that each stand beside a cell of several lines."""
    tops = sorted(unit.anchor.top for unit in units)
    steps = [after - before for before, after in pairwise(tops)]
    return bool(steps) and median(steps) <= _SOLID * median(unit.anchor.height for unit in units)


def _are_staggered(left: Sequence[_Unit[T]], right: Sequence[_Unit[T]]) -> bool:
    fewer, more = sorted((left, right), key=len)
    level = sum(any(_level(one.anchor, other.anchor) for other in more) for one in fewer)
    return level < _STAGGERED * len(fewer)


def _level(one: Box, other: Box) -> bool:
    return abs(one.middle[1] - other.middle[1]) < _LEVEL * max(one.height, other.height)
