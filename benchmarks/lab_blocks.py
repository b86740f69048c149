"""A long laboratory report as Textract reads it: one table over many pages, its header on each, made up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.lab_rows import Result
from benchmarks.synthetic_pages import Block, Sheet

ROWS_PER_PAGE = 45
_HEADER = ("Test", "Result", "Units", "Reference Range", "Flag")
_PATIENT = ("Nowhere Clinical Laboratory", "Patient Name: Clementine Quillfeather", "MRN: 600144",
            "Date of Birth: 1961-07-04", "Sex: Female", "Collected: 2024-02-11")


def pages_of(rows: Sequence[Result], rows_per_page: int = ROWS_PER_PAGE) -> list[list[Result]]:
    return [list(rows[start:start + rows_per_page]) for start in range(0, len(rows), rows_per_page)]


def report_blocks(rows: Sequence[Result], rows_per_page: int = ROWS_PER_PAGE) -> Iterator[list[Block]]:
    """The blocks of each page, numbered from 1; the patient stands on the first."""
    for number, page in enumerate(pages_of(rows, rows_per_page), 1):
        yield lab_page_blocks(number, page, patient=number == 1)


def lab_page_blocks(number: int, rows: Sequence[Result], patient: bool) -> list[Block]:
    """One page.

    :param number: its number in the job.
    :param patient: whose report it is stands above the table.
    """
    above = _PATIENT if patient else _PATIENT[:1]
    sheet = Sheet(number, rows=len(above) + len(rows) + 3)
    for row, line in enumerate(above):
        sheet.line(row, 0.06, line)
    cells = [(row.test, row.value, row.unit, f"{row.low}-{row.high}", row.flag) for row in rows]
    sheet.table(len(above), [_HEADER, *cells], "Laboratory results")
    return sheet.blocks()
