"""Lists side by side in one table, each with columns of its own (``Name Date Name Date``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from include.documents.content import Table
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.page.sections import Kind
from include.fhir.extraction.tables.columns import role_of
from include.fhir.extraction.tables.layouts import Layout, Subject
from include.fhir.extraction.tables.reactions import with_reactions
from include.fhir.extraction.tables.tables import (
    body_rows,
    by_values,
    cell_text,
    layout_from,
    layout_of,
)

_SIDE_BY_SIDE = frozenset(("test", "vital", "medication", "vaccine"))
_MOST = 0.8
"""Part of a column's cells that have to be names."""


def layouts_of(table: Table, section: Kind = Kind.START) -> list[Layout]:
    """The layouts of a table: several where columns of one kind are printed side by side (``Name Date Name Date``)."""
    if answered := _yes_no_layouts(table, section):
        return answered
    layout = layout_of(table, section)
    if layout is None:
        return []
    columns = list(range(min(layout.titles, default=1), table.column_count + 1))
    starts = _starts(table, layout, columns)
    groups = [[c for c in columns if a <= c < b] for a, b in pairwise([*starts, columns[-1] + 1])]
    found = [_group(table, layout, group, section) for group in groups] if len(starts) > 1 else []
    return [part for part in found if part is not None] if all(found) and found else [layout]


def _starts(table: Table, layout: Layout, columns: Sequence[int]) -> list[int]:
    """The first column of each group: the same headers again, or the header of the rows' names again with others."""
    names = [plain(layout.titles.get(column, "")) for column in columns]
    for size in range(2, len(names) // 2 + 1):
        if len(names) % size == 0 and names == names[:size] * (len(names) // size):
            return list(columns[::size])
    if named := _named_groups(table, layout, columns):
        return named
    first = layout.key
    again = [c for c in columns if c > first and names[c - columns[0]] == plain(layout.titles.get(first, " "))]
    return [columns[0], *again] if layout.roles.get(first) in _SIDE_BY_SIDE else [columns[0]]


def _yes_no_layouts(table: Table, section: Kind) -> list[Layout]:
    """Names with a column for Yes and one for No behind them, and nothing over the names; also several side by side."""
    titles = {cell.column: cell.text for cell in table.row_cells(1) if cell.text.strip()}
    roles = {column: role_of(text) for column, text in titles.items()}
    starts = [at for at, role in roles.items() if role == "yes" and roles.get(at + 1) == "no" and at > 1]
    if not starts or any(titles.get(column - 1) for column in starts):
        return []
    subject = Subject.CONDITIONS if section in (Kind.CONDITIONS, Kind.START, Kind.RESOLVED) else Subject.OTHER
    return [Layout(subject, {at - 1: "condition", at: "yes", at + 1: "no"}, 1, titles) for at in starts]


def _group(table: Table, layout: Layout, group: Sequence[int], section: Kind) -> Layout | None:
    """The layout of some columns of a table, as if they were alone."""
    titles = {column: layout.titles[column] for column in group if column in layout.titles}
    roles = {column: role for column, text in titles.items() if (role := role_of(text))}
    roles = with_reactions(titles, roles)
    if layout.subject in (Subject.RESULTS, Subject.VITALS) and "result" in roles.values():
        roles.setdefault(group[0], "test")
    alone = layout_from(titles, roles, layout.header_rows, section)
    if alone is None:
        return None
    return by_values(table, alone, group)


def _named_groups(table: Table, layout: Layout, columns: Sequence[int]) -> list[int]:
    """The columns of names over which stands what the rows below are about (``2D  Value  Doppler  Value``).

    The headers behind each of them are the same, those over the names are all different.
    """
    if layout.subject not in (Subject.RESULTS, Subject.VITALS):
        return []
    titles = {column: plain(layout.titles.get(column, "")) for column in columns}
    for size in range(2, len(columns) // 2 + 1):
        parts = [columns[n : n + size] for n in range(0, len(columns), size)]
        behind = {tuple(titles[column] for column in part[1:]) for part in parts}
        heads = [part[0] for part in parts]
        if len(behind) == 1 and all(titles[c] for part in parts for c in part[1:]) and _are_names(table, layout, heads):
            return heads
    return []


def _are_names(table: Table, layout: Layout, columns: Sequence[int]) -> bool:
    """Whether columns hold words and other columns of the same rows are the results."""
    rows = body_rows(table, layout)
    for column in columns:
        filled = [text for cells in rows if (text := cell_text(cells, column))]
        if sum(bool(re.match(r"\W?[^\W\d_]", text)) for text in filled) < max(2, _MOST * len(filled)):
            return False
    return not any(role_of(layout.titles.get(column, "")) == "result" for column in columns)
