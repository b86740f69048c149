"""Tick boxes that stand in the cells of a table: an empty cell with a box says what its mark says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from include.documents.content import Box, Cell, Table, TickBox

_TICKED, _EMPTY = "☒", "☐"


def with_ticks(table: Table, boxes: Sequence[TickBox]) -> Table:
    """The table with a sign for each box that stands in a row and a column of it and in no text."""
    if table.box is None or not table.cells:
        return table
    filled: dict[tuple[int, int], Cell] = {(cell.row, cell.column): cell for cell in table.cells}
    changed = False
    for box in boxes:
        place = _place(table, box.box) if box.box and _holds(table.box, box.box) else None
        if place is None or (place in filled and filled[place].text.strip()):
            continue
        sign = _TICKED if box.selected else _EMPTY
        filled[place] = replace(filled[place], text=sign) if place in filled else Cell(*place, sign, box.box)
        changed = True
    if not changed:
        return table
    return replace(table, cells=tuple(filled[place] for place in sorted(filled)))


def _holds(outer: Box, inner: Box) -> bool:
    x, y = inner.middle
    return outer.left <= x <= outer.right and outer.top <= y <= outer.bottom


def _place(table: Table, box: Box) -> tuple[int, int] | None:
    """Row and column, by the cells whose heights and widths hold the middle of the box."""
    x, y = box.middle
    rows = {
        cell.row for cell in table.cells if cell.box and cell.row_span == 1 and cell.box.top <= y <= cell.box.bottom
    }  # fmt: skip
    columns = {
        cell.column for cell in table.cells
        if cell.box and cell.column_span == 1 and cell.box.left <= x <= cell.box.right
    }  # fmt: skip
    return (rows.pop(), columns.pop()) if len(rows) == 1 and len(columns) == 1 else None
