"""A table that goes on over a page break without its header: the places of its columns tell its rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from include.documents.content import Box, Table
from include.fhir.extraction.page.reading import PrintedLine, Segment, around
from include.fhir.extraction.tables.borderless import cut, rows_of, table_of
from include.fhir.extraction.tables.labelled_rows import identifies_a_person, is_labelled

_TOUCH = 0.012
"""Ratio of the page's width by which a text may reach out of its column."""


def carried_table(columns: Sequence[Box], key: int, lines: Sequence[PrintedLine]) -> Table | None:
    """The rows with which a page begins, where they stand in the columns of the table above the break.

    A row begins in the key's column and has a text in another one; each of its texts stands in one column alone. The
    first row that does not is the first that no longer belongs, and so is one of labels with their values. What stands
    above a person's details is the head of the page, however well the columns fit it.

    :param columns: of the table above (:func:`columns_of`).
    :param key: the column that names what a row is about.
    :param lines: the next page's, without running headers and footers.
    :returns: a table of the same columns without a header; None where the page begins with something else.
    """
    rows: list[list[Segment]] = []
    for row in rows_of(lines):
        parts = [part for segment in row for part in cut(segment, columns)]
        if identifies_a_person(row) or identifies_a_person(parts):
            return None
        if is_labelled(parts) or not fits_columns(row, columns, key):
            break
        rows.append(row)
    return table_of(rows, columns, header_rows=0) if rows else None


def columns_of(table: Table) -> tuple[Box, ...]:
    """Each column from its leftmost text's left edge to its rightmost text's right edge; none where two overlap."""
    found: list[Box] = []
    for number in range(1, table.column_count + 1):
        boxes = [c.box for c in table.cells if c.column == number and c.column_span == 1 and c.box and c.text.strip()]
        if not boxes:
            return ()
        found.append(around(boxes))
    apart = all(left.right <= right.left + _TOUCH for left, right in pairwise(found))
    return tuple(found) if apart and len(found) > 1 else ()


def fits_columns(row: Sequence[Segment], columns: Sequence[Box], key: int) -> bool:
    """Whether each text of a row stands in a column of its own, and one of them in the key's."""
    held = [_held(part, columns) for segment in row for part in cut(segment, columns)]
    return len(set(held)) == len(held) > 1 and None not in held and key in held


def _held(segment: Segment, columns: Sequence[Box]) -> int | None:
    """The column (from 1) in which a text stands, or that it all but touches; None where that is none or two."""
    for reach in (0.0, _TOUCH):
        touched = [
            number for number, column in enumerate(columns, start=1)
            if segment.box.left < column.right + reach and segment.box.right > column.left - reach
        ]
        if touched:
            return touched[0] if len(touched) == 1 else None
    return None
