"""Which tables of a document are one table that goes on over pages; the pages themselves stay as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from include.documents.content import Box, Cell, CellKind, DocumentTable, PageContent, Table, TablePart
from include.ocr.geometry import Frame

_CONTINUED = re.compile(r"\W*\b(continued|cont'?d|cont\.?)\W*$", re.IGNORECASE)
_CONTINUES = re.compile(
    r"^\W*(table\s+)?(continued|continues|cont'?d|cont\.?)(\s+(on|from)\s+(the\s+)?(next|previous|last|following)\s+page)?\W*$",
    re.IGNORECASE)
_COUNTS_PAGES = re.compile(r"\b(page|seite|pagina)\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"^\W*(page|p\.|seite|pagina)?\W*#+\W*((of|/|von|de)\W*#+)?\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as far as it has been followed: its parts, and the first and the last of them as they stand."""

    parts: tuple[TablePart, ...]
    first: Table
    last: Table


def continued_tables(pages: Sequence[PageContent]) -> tuple[DocumentTable, ...]:
    """Every table of the pages once, in their order; one that continues on the next page has several parts.

    A table continues when it is the last thing on its page and the next page begins with a table of as many columns
    and no title or header of its own but the same again. Running headers, footers, page numbers and the words that a
    table continues do not part it; a heading does.

    :param pages: all pages of a document in their order.
    """
    found: list[_Table] = []
    last: PageContent | None = None
    for page in pages:
        for place, table in enumerate(page.tables):
            if place == 0 and found and last and _continues(found[-1], last, page):
                part = TablePart(page.number, place, _repeated_header(found[-1].first, table))
                found[-1] = replace(found[-1], parts=(*found[-1].parts, part), last=table)
            else:
                found.append(_Table((TablePart(page.number, place),), table, table))
        last = page
    return tuple(DocumentTable(table.parts) for table in found)


def _continues(before: _Table, last: PageContent, page: PageContent) -> bool:
    table = page.tables[0]
    ended = before.parts[-1]
    is_last = ended.page == last.number and ended.place == len(last.tables) - 1
    if not is_last or page.number != last.number + 1 or table.column_count != before.last.column_count:
        return False
    if table.title and _title(table.title) != _title(before.first.title or ""):
        return False
    if _header(table) and not _repeated_header(before.first, table):
        return False
    return (_is_running(_outside(last, before.last, below=True), page, table.title)
            and _is_running(_outside(page, table, below=False), last, before.first.title))


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
        _masked(text) in there or _PAGE_NUMBER.match(_masked(text)) or _CONTINUES.match(text)
        or (title and _title(text) == _title(title))
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
