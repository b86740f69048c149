"""Rows that stand in one cell over several columns, because nothing is ruled between their texts: shaded rows do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from include.documents.content import Box, Cell, CellKind, Table, Word
from include.fhir.extraction.page.reading import PrintedLine, Segment, around, holds, segments

_UNDER = 0.012
"""Ratio of the page's width by which a text may start left or right of its column."""
_FEWEST = 2


def with_open_rows(table: Table, lines: Sequence[PrintedLine]) -> Table:
    """The table with each such cell as one cell per column: its texts go to the columns in which they stand.

    A cell is cut only at gaps between columns, and only where each of its texts has a column to itself: a remark that
    runs over the columns stays one cell.

    :param lines: of the page.
    """
    columns = _columns(table)
    if len(columns) < _FEWEST or not any(cell.column_span > 1 for cell in table.cells):
        return table
    cells = [part for cell in table.cells for part in _parted(cell, columns, lines)]
    return replace(table, cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))


def _columns(table: Table) -> dict[int, Box]:
    """The box of each column's cells, as far as there are any in it alone."""
    found: dict[int, list[Box]] = {}
    for cell in table.cells:
        if cell.column_span == 1 and cell.box and cell.text.strip():
            found.setdefault(cell.column, []).append(cell.box)
    return {column: around(boxes) for column, boxes in sorted(found.items())}


def _parted(cell: Cell, columns: dict[int, Box], lines: Sequence[PrintedLine]) -> Iterator[Cell]:
    covered = {n: box for n, box in columns.items() if cell.column <= n < cell.column + cell.column_span}
    texts = [part for line in lines for part in segments(line) if holds(cell.box, part.box)]
    groups: dict[int, list[Word]] = {}
    for text in (part for whole in texts for part in _cut(whole, list(covered.values()))):
        column = _column(text, covered)
        if column is None or cell.column_span < _FEWEST:
            groups = {}
            break
        groups.setdefault(column, []).extend(text.words)
    if len(groups) < _FEWEST or len({text.printed.at for text in texts}) > 1:
        yield cell
        return
    for column, words in sorted(groups.items()):
        printed, box = " ".join(word.text for word in words), around([word.box for word in words])
        yield replace(cell, column=column, column_span=1, text=printed, box=box, kind=CellKind.BODY)


def _cut(segment: Segment, columns: Sequence[Box]) -> list[Segment]:
    """A text that runs on into the next column by a narrow gap, cut where a word starts where the column does."""
    starts = [box.left for box in columns if box.left > segment.box.left + _UNDER]
    at = [
        place for place, word in enumerate(segment.words)
        if place and any(abs(word.box.left - start) < _UNDER / 3 for start in starts)
    ]
    parts = [segment.words[a:b] for a, b in zip([0, *at], [*at, len(segment.words)], strict=True)]
    if not at:
        return [segment]
    return [
        Segment(" ".join(word.text for word in own), around([word.box for word in own]), segment.printed, tuple(own))
        for own in parts
    ]


def _column(text: Segment, columns: dict[int, Box]) -> int | None:
    """The column that a text lies in: the only one it reaches into; None where it is two or none."""
    touched = [n for n, box in columns.items() if text.box.left < box.right and text.box.right > box.left]
    if len(touched) == 1:
        return touched[0]
    starts = [n for n, box in columns.items() if abs(box.left - text.box.left) < _UNDER]
    return starts[0] if not touched and len(starts) == 1 else None
