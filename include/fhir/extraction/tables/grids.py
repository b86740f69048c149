"""Repairs of a table's grid by where its words stand: cells left empty, and two columns read as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from include.documents.content import Box, Cell, Table, Word
from include.fhir.extraction.dates import has_date
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.page.reading import PrintedLine, around, holds
from include.fhir.extraction.tables.columns import role_of
from include.fhir.extraction.tables.open_headers import with_open_headers
from include.fhir.extraction.tables.open_rows import with_open_rows
from include.fhir.terminology.tests import is_test_name

_LOOK = 6
"""Rows from the top among which merged headers are looked for."""
_TOUCH = 0.012
"""Ratio of the page's width by which a word may start left of its header."""


def mended(table: Table, lines: Sequence[PrintedLine]) -> Table:
    """The table with the cells that its reader left empty filled, and merged columns parted.

    :param lines: the lines of its page; a word belongs to the cell that holds its middle.
    """
    words = [word for line in lines for word in line.line.words]
    if not words:
        return table
    table = with_open_headers(replace(table, cells=tuple(_filled(table.cells, lines))), words)
    table = with_open_rows(table, lines)
    for row in range(1, min(_LOOK, table.row_count) + 1):
        for cell in table.row_cells(row):
            at = _second_header(cell, words, _names_and_values(table, cell)) if cell.column_span == 1 else None
            parted = _parted(table, cell.column, at, row, words) if at is not None else table
            # A cut that leaves the header whole would be made again for ever.
            if _count(parted, row, cell.text) < _count(table, row, cell.text):
                return mended(parted, lines)
    return table


def _count(table: Table, row: int, text: str) -> int:
    return sum(cell.text == text for cell in table.row_cells(row))


def _filled(cells: Sequence[Cell], lines: Sequence[PrintedLine]) -> Iterator[Cell]:
    """An empty cell gets the short lines that stand in it and in no other cell's text."""
    for cell in cells:
        own = [line for line in lines if not cell.text.strip() and cell.box and holds(cell.box, line.line.box)]
        inside = [line for line in own if cell.box and line.line.box.width <= cell.box.width * 1.1]
        yield replace(cell, text=" ".join(line.text for line in inside)) if inside else cell


def _own_words(cell: Cell, words: Sequence[Word]) -> list[Word]:
    """The words of a cell, left to right; empty where the page's words do not spell its text."""
    own = sorted((word for word in words if holds(cell.box, word.box)), key=lambda word: word.box.left)
    return own if plain(" ".join(word.text for word in own)) == plain(cell.text) else []


def _names_and_values(table: Table, header: Cell) -> bool:
    """Whether the cells below a header hold a test's name and its value each."""
    below = [cell.text.split() for cell in table.cells if cell.column == header.column and cell.row > header.row]
    filled = [parts for parts in below if parts]
    both = [p for p in filled if re.match(r"[<>]?[-−]?\d", p[-1]) and len(p) > 1 and is_test_name(" ".join(p[:-1]))]
    return len(both) >= 2 and 2 * len(both) > len(filled)


def _second_header(cell: Cell, words: Sequence[Word], double: bool) -> float | None:
    """Left edge of the second of two headers in one cell (``Flag Test``), None where it is one."""
    if len(cell.text.split()) < 2 or (_is_one_header(cell.text) and not double):
        return None
    own = _own_words(cell, words)
    for count in range(1, len(own)):
        first, second = (" ".join(word.text for word in part) for part in (own[:count], own[count:]))
        roles = (_known(first), _known(second))
        if has_date(first) or has_date(second):
            continue
        if None not in roles and roles[0] != roles[1]:
            return own[count].box.left
    return None


def _is_one_header(text: str) -> bool:
    words = plain(text).split()
    return len(words) <= 1 or _known(text) is not None


def _known(text: str) -> str | None:
    """The role of a header that is known word by word, not by its beginning."""
    role = role_of(text)
    first = role_of(" ".join(plain(text).split()[:2]))
    return None if role is not None and len(plain(text).split()) > 2 and role == first and _parts(text) else role


def _parts(text: str) -> bool:
    """Whether the rest behind a known header of two words is a header of its own."""
    rest = " ".join(plain(text).split()[2:])
    return role_of(rest) is not None


def _parted(table: Table, column: int, at: float, header: int, words: Sequence[Word]) -> Table:
    cells: list[Cell] = []
    for cell in table.cells:
        if cell.column > column:
            cells.append(replace(cell, column=cell.column + 1))
        elif cell.column + cell.column_span - 1 > column or (cell.column == column and cell.column_span > 1):
            cells.append(replace(cell, column_span=cell.column_span + 1))
        elif cell.column < column or cell.row < header:
            cells.append(cell)
        else:
            cells += _halves(cell, at, words)
    return replace(table, cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))


def _halves(cell: Cell, at: float, words: Sequence[Word]) -> list[Cell]:
    """A cell cut at the word that starts under the second header; one without placed words goes where its box is."""
    own = _own_words(cell, words)
    left = [word for word in own if word.box.left < at - _TOUCH]
    right = [word for word in own if word not in left]
    if not own:
        return [cell, replace(cell, column=cell.column + 1, text="", column_span=1)]
    return [_cell(cell, cell.column, left), _cell(cell, cell.column + 1, right)]


def _cell(cell: Cell, column: int, words: Sequence[Word]) -> Cell:
    box: Box | None = around([word.box for word in words]) if words else None
    text = re.sub(r"\s+", " ", " ".join(word.text for word in words))
    return replace(cell, column=column, text=text, box=box, column_span=1)
