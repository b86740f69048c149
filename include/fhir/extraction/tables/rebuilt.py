"""Tables that the reader of a page saw in part only, found whole among its lines."""

from __future__ import annotations

from collections.abc import Sequence

from include.documents.content import Table
from include.fhir.extraction.page.reading import PrintedLine, lines_in
from include.fhir.extraction.tables.borderless import borderless_tables
from include.fhir.extraction.tables.tables import layout_of

_HELD = 0.9
"""Part of the lines of a table that the table that stands for it has to cover."""


def whole_tables(tables: Sequence[Table], lines: Sequence[PrintedLine]) -> list[tuple[Table, list[int]]]:
    """Tables of aligned lines that say more of their columns than the reader's tables that they cover.

    :param tables: the page's, as its reader saw them.
    :param lines: in any order: OCR may read a table's columns one after the other.
    :returns: each with the places (from 0) of the tables that it stands for.
    """
    found: list[tuple[Table, list[int]]] = []
    for whole in borderless_tables(sorted(lines, key=lambda line: line.line.box.middle[1])):
        held = {line.at for line in lines_in(whole, lines)}
        covered = [place for place, table in enumerate(tables) if _part_of(table, held, lines)]
        if covered and whole.column_count < _columns([tables[place] for place in covered]):
            continue
        if covered and _says_more(whole, [tables[place] for place in covered]):
            found.append((whole, covered))
    return found


def _columns(tables: Sequence[Table]) -> int:
    """How many columns a table needs to hold those of others: all of them where two stand side by side."""
    beside = any(_is_beside(one, other) for one in tables for other in tables if one is not other)
    counts = [table.column_count for table in tables]
    return sum(counts) if beside else 0


def _is_beside(one: Table, other: Table) -> bool:
    if one.box is None or other.box is None:
        return False
    level = one.box.top < other.box.middle[1] < one.box.bottom
    return level and (one.box.right <= other.box.left or other.box.right <= one.box.left)


def _says_more(whole: Table, parts: Sequence[Table]) -> bool:
    """More of its columns than any part, or as much for parts of which some have no header."""
    roles, most = _roles(whole), max(map(_roles, parts))
    layout = layout_of(whole)
    alone = layout is not None and len(layout.columns("result")) == 1
    return roles > most or (alone and roles == most > 2 and not all(map(_roles, parts)))


def _part_of(table: Table, held: set[int], lines: Sequence[PrintedLine]) -> bool:
    own = {line.at for line in lines_in(table, lines)}
    return bool(own) and len(own & held) >= _HELD * len(own)


def _roles(table: Table) -> int:
    layout = layout_of(table)
    return len(layout.roles) if layout else 0
