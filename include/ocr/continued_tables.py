"""Tables that go on over pages, as one view; the pages themselves stay as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from include.documents.content import Box, Cell, CellKind, PageContent, Table
from include.ocr.geometry import Frame

_CONTINUED = re.compile(r"\W*\b(continued|cont'?d|cont\.?)\W*$", re.IGNORECASE)
_COUNTS_PAGES = re.compile(r"\b(page|seite|pagina)\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"^\W*(page|p\.|seite|pagina)?\W*#+\W*((of|/|von|de)\W*#+)?\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ContinuedTable:
    """``table`` has the rows of all parts, a repeated header once; ``row_pages`` names the page of each of its rows.

    ``parts`` are page number and table as they stand on the pages.
    """

    parts: tuple[tuple[int, Table], ...]
    table: Table
    row_pages: tuple[int, ...]


def continued_tables(pages: Sequence[PageContent]) -> list[ContinuedTable]:
    """Every table of the pages once, in their order, those that continue on the next page joined.

    A table continues when it is the last thing on its page and the next page begins with a table of as many columns
    and no title or header of its own but the same again. Running headers, footers and page numbers, which stand on both
    pages, do not part them; a heading does.
    """
    joined: list[ContinuedTable] = []
    last: PageContent | None = None
    for page in pages:
        for place, table in enumerate(page.tables):
            if place == 0 and joined and last and _continues(joined[-1], last, page):
                joined[-1] = _with_part(joined[-1], page.number, table)
            else:
                joined.append(ContinuedTable(((page.number, table),), table, (page.number,) * table.row_count))
        last = page
    return joined


def _continues(before: ContinuedTable, last: PageContent, page: PageContent) -> bool:
    number, ending = before.parts[-1]
    table = page.tables[0]
    if number != last.number or page.number != last.number + 1 or table.column_count != ending.column_count:
        return False
    if table.title and _title(table.title) != _title(before.table.title or ""):
        return False
    if _header(table) and not _repeated_header(before.table, table):
        return False
    return (_is_running(_outside(last, ending, below=True), page, table.title)
            and _is_running(_outside(page, table, below=False), last, before.table.title))


def _with_part(before: ContinuedTable, number: int, table: Table) -> ContinuedTable:
    skipped = _repeated_header(before.table, table)
    offset = before.table.row_count - skipped
    cells = tuple(replace(cell, row=cell.row + offset) for cell in table.cells if cell.row > skipped)
    whole = replace(before.table, cells=before.table.cells + cells, footer=table.footer or before.table.footer)
    return ContinuedTable(
        parts=(*before.parts, (number, table)),
        table=whole,
        row_pages=before.row_pages + (number,) * (table.row_count - skipped),
    )


def _repeated_header(before: Table, table: Table) -> int:
    """How many of the table's first rows say the same as the first rows of the one before: its header again."""
    header = _header(table)
    if header:
        return header if _same_rows(before, table, header) else 0
    marked = _header(before)
    if marked:
        return marked if _same_rows(before, table, marked) else 0
    return 1 if table.row_count > 1 and any(table.rows[0]) and _same_rows(before, table, 1) else 0


def _same_rows(one: Table, other: Table, count: int) -> bool:
    mine, theirs = ([[_plain(text) for text in row] for row in table.rows[:count]] for table in (one, other))
    return mine == theirs


def _header(table: Table) -> int:
    """The number of header rows at the top."""
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    count = 0
    while any(cell.kind is CellKind.HEADER for cell in rows.get(count + 1, ())):
        count += 1
    return count


def _outside(page: PageContent, table: Table, below: bool) -> list[str]:
    """The lines that stand below, or above, the table on the page turned upright."""
    if table.box is None:
        return []
    frame = Frame(round(page.rotation / 90) % 4)
    edge = frame.upright(table.box)

    def is_outside(box: Box) -> bool:
        middle = frame.upright(box).middle[1]
        return middle > edge.bottom if below else middle < edge.top

    return [line.text for line in page.lines if is_outside(line.box)]


def _is_running(texts: Sequence[str], other: PageContent, title: str | None) -> bool:
    """Whether all of the texts are page numbers, the table's title, or stand on the other page too."""
    there = {_masked(line.text) for line in other.lines}
    return all(
        _masked(text) in there or _PAGE_NUMBER.match(_masked(text)) or (title and _title(text) == _title(title))
        for text in texts
    )


def _masked(text: str) -> str:
    """A line that counts the pages reads the same on each; other numbers (``Table 2``) tell one thing from another."""
    masked = re.sub(r"\d+", "#", _plain(text))
    return masked if _COUNTS_PAGES.search(masked) or _PAGE_NUMBER.match(masked) else _plain(text)


def _title(text: str) -> str:
    return _CONTINUED.sub("", _plain(text))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()
