"""A page's layout from its image and its lines."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from include.sandbox.columns import find_unruled_tables
from include.sandbox.fields import colon_fields
from include.sandbox.form_boxes import boxed_fields, captioned_fields, lettered_fields
from include.sandbox.geometry import Box, Item, Line, Tick, Word, in_reading_order, text_height
from include.sandbox.layout import Cell, Field, Layout, Table
from include.sandbox.rereading import parted_at_ticks, reread
from include.sandbox.ruling import (
    Gray,
    Grid,
    Ruling,
    adjoining,
    completed,
    find_ruling,
    grid_of,
    is_table,
    with_headers,
)
from include.sandbox.tick_labels import tick_fields
from include.sandbox.ticks import find_ticks

Reader = Callable[[Box, Sequence[Box]], tuple[str, float]]
"""Text and confidence of what is printed in a box, once the boxes named second are painted over."""


def layout_of(gray: Gray, lines: Sequence[Line], read: Reader | None = None) -> Layout:
    """Tables, fields and tick boxes of an upright page.

    :param gray: the page, one byte a pixel, black is 0.
    :param lines: the page's lines in the same pixels.
    :param read: reads doubtful words again; None leaves them as they are.
    """
    height = text_height(lines)
    ruling = find_ruling(gray, height)
    ticks = find_ticks(gray, lines, height)
    squares = [tick.box for tick in ticks]
    enclosed = [box for box in ruling.enclosed if not any(_is_inside(box, square) for square in squares)]
    groups = with_headers(adjoining(enclosed, max(8.0, 0.5 * height)), height)
    grids = [grid_of(group, height) for group in groups]
    ruled_grids = [completed(grid, gray, height) for grid in grids if is_table(grid)]
    form_boxes = [place[0] for grid in grids if not is_table(grid) for place in grid.places]
    cut = parted_at_ticks(lines, ticks)
    if read is not None:
        cut = reread(cut, ticks, lambda box: read(box, squares))
    cut = _cut_at_walls(cut, [*(place[0] for grid in ruled_grids for place in grid.places), *form_boxes])
    ruled = [_ruled_table(grid, cut, ticks) for grid in ruled_grids]
    ruled = [table for table in ruled if sum(1 for cell in table.cells if cell.items) >= 2]
    walls = [cell.box for table in ruled for cell in table.cells]
    options = tick_fields(ticks, cut, height, [*form_boxes, *walls])
    named = {id(item) for pair in options for item in pair.key}
    outside = [
        line for line in cut
        if not any(table.box.holds(line.box) for table in ruled) and not any(id(word) in named for word in line.words)]
    forms = [*boxed_fields(form_boxes, outside, height), *captioned_fields(_free_rules(ruling), outside, height)]
    taken = {id(item) for pair in forms for item in (*pair.key, *pair.value)}
    free = [
        line for line in outside
        if not _in_form(line, form_boxes) and not any(id(word) in taken for word in line.words)]
    unruled = find_unruled_tables(free, height)
    fields = [
        *colon_fields(cut, height, gray.shape[1], walls, form_boxes),
        *forms,
        *lettered_fields(outside, height),
        *options,
    ]
    return Layout(tuple(cut), tuple(ticks), (*ruled, *unruled), tuple(_first_claim(fields)))


def _free_rules(ruling: Ruling) -> list[Box]:
    """Lines to write on: those that are no side of a box."""
    return [
        rule for rule in ruling.horizontal
        if not any(min(abs(box.top - rule.bottom), abs(box.bottom - rule.top)) < 8
                   and box.shared_width(rule) > 0.5 * box.width for box in ruling.enclosed)]


def _is_inside(box: Box, square: Box) -> bool:
    return square.holds(box) and box.width <= 1.3 * square.width


def _in_form(line: Line, boxes: Sequence[Box]) -> bool:
    """Boxes that hold much of the page are frames, not fields."""
    return any(box.holds(line.box) and box.height < 12 * line.box.height for box in boxes)


def _first_claim(fields: Sequence[Field]) -> list[Field]:
    """No label twice: an earlier rule's field stands."""
    kept: list[Field] = []
    taken: set[int] = set()
    for field in fields:
        key = {id(item) for item in field.key}
        if not key & taken:
            kept.append(field)
            taken |= key
    return kept


def _cut_at_walls(lines: Sequence[Line], boxes: Sequence[Box]) -> list[Line]:
    """Lines that the text detector drew across the side of a cell, cut there."""
    cut = []
    for line in lines:
        places = sorted({
            edge for box in boxes for edge in (box.left, box.right)
            if box.top < line.box.centre_y < box.bottom
            and line.box.left + 0.4 * line.box.height < edge < line.box.right - 0.4 * line.box.height})
        cut.extend(_parts(line, places))
    return cut


def _parts(line: Line, places: Sequence[float]) -> list[Line]:
    if not places:
        return [line]
    edges = [float("-inf"), *places, float("inf")]
    words = [part for word in line.words for part in _word_parts(word, places)]
    parts = [
        tuple(word for word in words if low <= word.box.centre_x < high)
        for low, high in itertools.pairwise(edges)]
    return [Line(part) for part in parts if part]


def _word_parts(word: Word, places: Sequence[float]) -> list[Word]:
    """A word that runs across a cell's side, cut at the character nearest to it."""
    inside = [x for x in places if word.box.left + 0.1 * word.box.width < x < word.box.right - 0.1 * word.box.width]
    step = word.box.width / max(1, len(word.text))
    marks = sorted({round((x - word.box.left) / step) for x in inside} | {0, len(word.text)})
    if len(marks) < 3:
        return [word]
    return [
        Word(word.text[a:b], word.confidence,
             Box(word.box.left + a * step, word.box.top, word.box.left + b * step, word.box.bottom))
        for a, b in itertools.pairwise(marks) if b > a]


def _ruled_table(grid: Grid, lines: Sequence[Line], ticks: Sequence[Tick]) -> Table:
    items: list[Item] = [*(word for line in lines for word in line.words), *ticks]
    inside = [tuple(in_reading_order([item for item in items if place[0].holds(item.box)])) for place in grid.places]
    header = _has_header(grid, inside)
    cells = tuple(
        Cell(row=row, column=column, row_span=down, column_span=across, box=box, items=content,
             header=header and row == 0,
             section=row > 0 and across == len(grid.column_edges) - 1)
        for (box, row, column, down, across), content in zip(grid.places, inside, strict=True))
    return Table(cells, grid.row_edges, grid.column_edges, ruled=True)


def _has_header(grid: Grid, contents: Sequence[tuple[Item, ...]]) -> bool:
    """The first row is all words without digits or tick boxes, and some row below has one."""
    def plain(items: tuple[Item, ...]) -> bool:
        return all(isinstance(item, Word) and not any(c.isdigit() for c in item.text) for item in items)

    first = [items for place, items in zip(grid.places, contents, strict=True) if place[1] == 0]
    below = [items for place, items in zip(grid.places, contents, strict=True) if place[1] > 0]
    filled = sum(1 for items in first if items)
    return filled >= 0.5 * len(first) and all(map(plain, first)) and not all(map(plain, below))
