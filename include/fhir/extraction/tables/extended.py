"""Rows below a table that its reader left out: the places of its columns tell them, also behind a remark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from include.documents.content import Box, Table
from include.fhir.extraction.page.reading import PrintedLine, Segment, around
from include.fhir.extraction.page.sections import heading_of
from include.fhir.extraction.tables.borderless import cut, rows_of, table_of
from include.fhir.extraction.tables.carried import columns_of, fits_columns
from include.fhir.extraction.tables.column_values import is_measure
from include.fhir.extraction.tables.labelled_rows import identifies_a_person, is_label_among
from include.fhir.extraction.tables.layouts import Layout, Subject

_MEASURED = frozenset((Subject.RESULTS, Subject.VITALS, Subject.MATRIX))
_FAR = 3.0
"""Heights of a line between two rows that end a table."""
_TOUCH = 0.012
"""Ratio of the page's width by which a text may start left of its column."""
_REMARKS = 4
"""Rows of remarks between two rows of results."""
_REMARK_WORDS = 4


@dataclass(frozen=True, slots=True)
class _Band:
    """The part of the page's width that the columns of one layout take."""

    left: float
    right: float


def extended(
    table: Table, layouts: Sequence[Layout], lines: Sequence[PrintedLine]
) -> tuple[Table, tuple[PrintedLine, ...]]:
    """A table of measurements with the rows that go on below it, and the lines of these.

    :param layouts: of the table; each has its own columns, and goes on by itself.
    :param lines: those below the table, down to the next table with a header.
    """
    columns = columns_of(table)
    if not columns or table.box is None or any(layout.subject not in _MEASURED for layout in layouts):
        return table, ()
    rows: list[list[Segment]] = []
    for layout, band in zip(layouts, _bands(layouts, columns), strict=True):
        keys = [c.text for c in table.cells if c.column == layout.key and c.row > layout.header_rows]
        below = _rows(layout, band, columns, table.box.bottom, lines)
        rows += below if layout.subject is Subject.MATRIX else _without_labels(below, keys)
    if not rows:
        return table, ()
    more = table_of(rows, columns, header_rows=0)
    cells = (*table.cells, *(replace(cell, row=cell.row + table.row_count) for cell in more.cells))
    taken = {segment.printed.at for row in rows for segment in row}
    box = around([table.box, *([more.box] if more.box else [])])
    return replace(table, cells=cells, box=box), tuple(line for line in lines if line.at in taken)


def _bands(layouts: Sequence[Layout], columns: Sequence[Box]) -> Iterator[_Band]:
    starts = [columns[min(layout.roles) - 1].left - _TOUCH for layout in layouts]
    if starts:
        starts[0] = min(starts[0], columns[0].left - _TOUCH)
    ends = [*starts[1:], 1.0]
    yield from map(_Band, starts, ends)


def _rows(
    layout: Layout, band: _Band, columns: Sequence[Box], bottom: float, lines: Sequence[PrintedLine]
) -> Iterator[list[Segment]]:
    key, remarks = layout.key, 0
    for whole in rows_of([line for line in lines if line.line.box.middle[1] > bottom]):
        parts = [part for segment in whole for part in cut(segment, columns)]
        row = [part for part in parts if band.left <= part.box.left < band.right]
        if not row:
            continue
        if row[0].box.top - bottom > _FAR * row[0].box.height:
            return
        if fits_columns(row, columns, key) and (len(parts) == len(whole) or _names_a_test(row, columns, key)):
            yield row
            remarks = 0
        elif remarks < _REMARKS and _is_remark(row):
            remarks += 1
        else:
            return
        bottom = max(part.box.bottom for part in row)


def _without_labels(rows: Iterable[list[Segment]], keys: Sequence[str]) -> Iterator[list[Segment]]:
    """The rows that are no labels with their values; what stands below a person's details is no more of the table."""
    for row in rows:
        if identifies_a_person(row):
            return
        if not is_label_among(row, keys):
            yield row


def _names_a_test(row: Sequence[Segment], columns: Sequence[Box], key: int) -> bool:
    """A row that only cuts bring into the columns is one where a test is named: a sentence can be cut anywhere."""
    return any(is_measure(part.text) for part in row if part.box.left < columns[key - 1].right)


def _is_remark(row: Sequence[Segment]) -> bool:
    text = " ".join(segment.text for segment in row)
    labelled = re.match(r"(?:comments?|notes?|remarks?)\b", text, re.IGNORECASE) is not None
    return len(row) == 1 and (labelled or len(text.split()) > _REMARK_WORDS) and heading_of(text) is None
