"""Headers that stand in one cell over all columns, because nothing is ruled between them."""

from __future__ import annotations

from collections.abc import Sequence

from include.documents.content import Box, Cell, CellKind, Table, Word
from include.fhir.extraction.page.reading import around, holds
from include.fhir.extraction.tables.columns import role_of

_LOOK = 6
"""Rows from the top among which such a header is looked for."""
_HEADED = 3
"""Columns that such a cell heads at least; a title spans them too, but its words are no headers."""


def with_open_headers(table: Table, words: Sequence[Word]) -> Table:
    """The table with each such cell as one header per column: its words go to the columns in which they stand.

    :param words: of the page.
    """
    columns = _columns(table)
    for row in range(1, min(_LOOK, table.row_count) + 1):
        filled = [cell for cell in table.row_cells(row) if cell.text.strip()]
        if len(filled) == 1 and filled[0].column_span >= _HEADED and len(columns) == table.column_count:
            headers = _parted(filled[0], columns, [word for word in words if holds(filled[0].box, word.box)])
            known = sum(role_of(header.text) is not None for header in headers)
            if len(headers) >= _HEADED and 2 * known > len(headers):
                others = [cell for cell in table.cells if cell.row != row]
                cells = sorted([*others, *headers], key=lambda cell: (cell.row, cell.column))
                return Table(tuple(cells), table.title, table.footer, table.box)
    return table


def _columns(table: Table) -> list[Box]:
    """The box of each column's cells, as far as there are any in it alone."""
    found: dict[int, list[Box]] = {}
    for cell in table.cells:
        if cell.column_span == 1 and cell.box:
            found.setdefault(cell.column, []).append(cell.box)
    return [around(found[column]) for column in sorted(found)]


def _parted(cell: Cell, columns: Sequence[Box], words: Sequence[Word]) -> list[Cell]:
    parts: dict[int, list[Word]] = {}
    for word in sorted(words, key=lambda word: word.box.left):
        middle = word.box.middle[0]
        nearest = min(range(len(columns)), key=lambda at: max(columns[at].left - middle, middle - columns[at].right, 0))
        parts.setdefault(nearest + 1, []).append(word)
    return [
        Cell(cell.row, column, " ".join(word.text for word in own), around([word.box for word in own]),
             cell.confidence, kind=CellKind.HEADER)
        for column, own in sorted(parts.items())
    ]
