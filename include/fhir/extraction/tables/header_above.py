"""Headers that stand on a table and not in it: printed on colour or without rules, its reader leaves them out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from include.documents.content import Box, Cell, CellKind, Table
from include.fhir.extraction.page.reading import PrintedLine, Segment, around
from include.fhir.extraction.tables.borderless import rows_of
from include.fhir.extraction.tables.carried import columns_of

_NEAR = 1.6
"""Heights of a line between such headers and the table's first row."""
_FEWEST = 3
_MOST = 0.6
"""Part of the columns that have a header."""


def with_header_above(table: Table, lines: Sequence[PrintedLine], is_read: Callable[[Table], bool]) -> Table:
    """The table with the row of headers above it; the table itself where none is, or where it makes no difference.

    :param lines: of the table's page.
    :param is_read: whether the columns of a table are known.
    """
    columns = columns_of(table) if table.box is not None else []
    if table.box is None or len(columns) < _FEWEST or is_read(table):
        return table
    top = table.box.top
    above = [line for line in lines if line.line.box.middle[1] < top]
    row = rows_of(above)[-1] if above else []
    if not row or top - max(part.box.bottom for part in row) > _NEAR * row[0].box.height:
        return table
    headers = _headers(row, columns)
    if len(headers) < max(_FEWEST, _MOST * len(columns)):
        return table
    cells = [*headers, *(replace(cell, row=cell.row + 1) for cell in table.cells)]
    whole = replace(table, cells=tuple(cells), box=around([table.box, *(part.box for part in row)]))
    return whole if is_read(whole) else table


def _headers(row: Sequence[Segment], columns: Sequence[Box]) -> list[Cell]:
    """A header for each part of the row that stands over one column; none where one stands over no column or two."""
    found: list[Cell] = []
    for part in row:
        over = [number for number, column in enumerate(columns, start=1) if _overlap(part.box, column) > 0]
        nearest = [n for n in over if columns[n - 1].left <= part.box.middle[0] <= columns[n - 1].right] or over
        if len(nearest) != 1 or re.fullmatch(r"[\d.,/ ]+", part.text) or any(c.column == nearest[0] for c in found):
            return []
        found.append(
            Cell(1, nearest[0], part.text, part.box, part.printed.source.confidence, kind=CellKind.HEADER))
    return found


def _overlap(one: Box, other: Box) -> float:
    return min(one.right, other.right) - max(one.left, other.left)
