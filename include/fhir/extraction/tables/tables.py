"""What a table is about: the roles of its columns by their headers (``data/columns.tsv``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from include.documents.content import Cell, CellKind, Table
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.page.sections import Kind, heading_of
from include.fhir.extraction.tables.column_values import (
    heads_measures,
    is_aside,
    is_measure,
    named_by_values,
    roles_without_header,
    with_interpretations,
    with_values,
)
from include.fhir.extraction.tables.columns import known_roles, limit_columns, moment_columns, role_of, with_moments
from include.fhir.extraction.tables.crossed import crossed_columns
from include.fhir.extraction.tables.grouped_headers import with_groups
from include.fhir.extraction.tables.layouts import BY_ROLE, Layout, Subject
from include.fhir.extraction.tables.measured_columns import side_columns, visit_columns
from include.fhir.extraction.tables.reactions import with_reactions
from include.fhir.extraction.tables.vaccine_grids import vaccine_grid

_HEADER_SEARCH = 6
"""Rows from the top among which a header is looked for; above it stand titles and patient lines."""


_BY_SECTION = {
    Kind.LABS: (Subject.RESULTS, "test"),
    Kind.TESTS: (Subject.RESULTS, "test"),
    Kind.VITALS: (Subject.VITALS, "vital"),
    Kind.MEDICATIONS: (Subject.MEDICATIONS, "medication"),
    Kind.STOPPED: (Subject.MEDICATIONS, "medication"),
    Kind.CONDITIONS: (Subject.CONDITIONS, "condition"),
    Kind.RESOLVED: (Subject.CONDITIONS, "condition"),
    Kind.ALLERGIES: (Subject.ALLERGIES, "substance"),
    Kind.IMMUNIZATIONS: (Subject.IMMUNIZATIONS, "vaccine"),
    Kind.PROCEDURES: (Subject.PROCEDURES, "procedure"),
}
_CODED = (
    (re.compile(r"icd|diagnosis|problem|dx", re.IGNORECASE), Subject.CONDITIONS, "condition"),
    (re.compile(r"cpt|procedure|hcpcs", re.IGNORECASE), Subject.PROCEDURES, "procedure"),
    (re.compile(r"cvx", re.IGNORECASE), Subject.IMMUNIZATIONS, "vaccine"),
)
_TESTED = frozenset(("procedure", "medication", "substance", "condition"))
_BESIDE_MOMENTS = frozenset((None, "date", "range", "units", "note"))
_FIELDS = frozenset(["dose", "frequency", "strength", "route", "duration", "quantity", "form"])


def layout_of(table: Table, section: Kind = Kind.START) -> Layout | None:
    """The header of a table; None where no row of its top is one, or where it is about something else.

    :param section: the section in which it stands; it decides what a column ``Name`` lists.
    """
    for row in range(1, min(_HEADER_SEARCH, table.row_count) + 1):
        titles, header_rows = with_moments(
            _titles(table.row_cells(row)), _titles(table.row_cells(row + 1)) if row < table.row_count else {}, row
        )
        if row < table.row_count and (grouped := with_groups(titles, _titles(table.row_cells(row + 1)))):
            titles, header_rows = grouped, row + 1
        below = [[cell_text(table.row_cells(n), c) for c in range(1, table.column_count + 1)]
                 for n in range(row + 1, table.row_count + 1)]  # fmt: skip
        if visits := visit_columns(titles, below):
            return Layout(Subject.MATRIX, visits, row, titles)
        if measured(list(titles.values())):
            return Layout(Subject.MATRIX, {c: _matrix_role(text) for c, text in titles.items()}, row, titles)
        if sides := side_columns(titles, below):
            return Layout(Subject.RESULTS, sides, row, titles)
        if crossed := crossed_columns(titles, below):
            return Layout(Subject.CROSSED, crossed, row, titles)
        if sheet := _flow_sheet(table, titles, header_rows) or _vaccine_grid(table, titles, row):
            return sheet
        roles = {column: role for column, text in titles.items() if (role := role_of(text))}
        roles |= dict.fromkeys(moment_columns(titles), "result") | limit_columns(titles)
        roles = with_reactions(titles, roles)
        roles = with_interpretations(roles, _values(table, header_rows, range(1, table.column_count + 1)))
        if len(roles) < 2 or 2 * len(roles) < len(titles) or _heads_sections(titles.values()):
            continue
        roles = named_by_values(roles, _values(table, header_rows, range(1, table.column_count + 1)))
        roles = _with_procedures(table, _one_vaccine(titles, roles), header_rows)
        layout = layout_from(titles, roles, header_rows, section)
        if layout:
            return by_values(table, layout)
    return None


def _with_procedures(table: Table, roles: Mapping[int, str], header_rows: int) -> dict[int, str]:
    """``Code  Description`` over codes of dental procedures (CDT, ada.org) lists procedures, whatever heads it."""
    code = next((column for column, role in roles.items() if role == "code"), None)
    name = next((column for column, role in roles.items() if role in ("name", "test")), None)
    codes = _values(table, header_rows, [code])[code] if code is not None else []
    if name is None or not codes or not all(re.fullmatch(r"D\d{4}", text) for text in codes):
        return dict(roles)
    return {**roles, name: "procedure"}


def _one_vaccine(titles: Mapping[int, str], roles: Mapping[int, str]) -> dict[int, str]:
    """``Disease targeted  Date  Vaccine  Batch``: beside what a vaccine is against, its own column is the brand."""
    both = [column for column, role in roles.items() if role == "vaccine"]
    against = [c for c in both if re.search(r"\b(?:diseases?|against|gegen)\b", titles[c], re.IGNORECASE)]
    if len(both) != 2 or len(against) != 1:
        return dict(roles)
    return {column: role for column, role in roles.items() if role != "vaccine" or column in against}


def _heads_sections(titles: Iterable[str]) -> bool:
    """``LABS  PRESCRIPTIONS``: headings of the page's columns, which are no columns of one table."""
    kinds = {heading_of(title) for title in titles}
    return None not in kinds and len(kinds) > 1 and bool(kinds & {Kind.LABS, Kind.VITALS})


def _titles(cells: Sequence[Cell]) -> dict[int, str]:
    return {cell.column: " ".join(cell.text.split()) for cell in cells if cell.text.strip()}


def header_in(cells: Sequence[Cell], row: int, section: Kind) -> Layout | None:
    """The layout that a row inside a table opens: two headers at least, and nothing else, of another kind of list."""
    titles = {cell.column: cell.text for cell in cells if cell.text.strip()}
    roles = {column: role for column, text in titles.items() if (role := known_roles().get(plain(text)))}
    if len(titles) < 2 or len(roles) < len(titles) or len(set(roles.values())) < 2:
        return None
    return layout_from(titles, roles, row, section)


def _flow_sheet(table: Table, titles: Mapping[int, str], header_rows: int) -> Layout | None:
    """A column for each moment, a row for each test: the first column has the tests' names, whatever heads it."""
    moments = moment_columns(titles)
    names = [cell_text(table.row_cells(n), 1) for n in range(header_rows + 1, table.row_count + 1)]
    tests = sum(is_measure(name) for name in names if name)
    roles = {column: role_of(text) for column, text in titles.items() if column not in moments and column != 1}
    if not moments or not set(roles.values()) <= _BESIDE_MOMENTS or 1 in moments or tests < 2:
        return None
    if 1 in titles and role_of(titles[1]) not in (None, "date", "test", "vital", "name", "units"):
        return None
    own = {column: role for column, role in roles.items() if role}
    return Layout(Subject.RESULTS, {1: "test", **own, **dict.fromkeys(moments, "result")}, header_rows, titles)


def _vaccine_grid(table: Table, titles: Mapping[int, str], row: int) -> Layout | None:
    rows = [[cell_text(table.row_cells(n), c) for c in range(1, table.column_count + 1)]
            for n in range(row + 1, table.row_count + 1)]  # fmt: skip
    roles = vaccine_grid(titles, rows)
    return Layout(Subject.IMMUNIZATIONS, roles, row, titles) if roles else None


def by_values(table: Table, layout: Layout, columns: Sequence[int] = ()) -> Layout:
    """Roles of columns whose header says nothing known, where all their values are of one kind."""
    if layout.subject not in (Subject.RESULTS, Subject.VITALS, Subject.MEDICATIONS):
        return layout
    roles = with_values(
        layout.roles,
        layout.titles,
        _values(table, layout.header_rows, columns or range(1, table.column_count + 1)),
        measures=layout.subject is not Subject.MEDICATIONS,
        repeated=len(layout.columns("test")) > 1,
    )
    return replace(layout, roles=roles)


def _values(table: Table, header_rows: int, columns: Iterable[int]) -> dict[int, list[str]]:
    rows = [table.row_cells(row) for row in range(header_rows + 1, table.row_count + 1)]
    texts = {
        (number, cell.column): " ".join(cell.text.split()) for number, cells in enumerate(rows) for cell in cells
    }
    return {c: [text for n in range(len(rows)) if (text := texts.get((n, c), ""))] for c in columns}


def layout_without_header(table: Table) -> Layout | None:
    """The layout of a table of results that no header names, by what stands in its columns."""
    rows = [table.row_cells(row) for row in range(1, table.row_count + 1)]
    if any(_heads_sections(_titles(cells).values()) for cells in rows):
        return None
    aligned = {c: [cell_text(cells, c) for cells in rows] for c in range(1, table.column_count + 1)}
    roles = roles_without_header(aligned)
    return Layout(Subject.RESULTS, roles, 0, {}) if roles else None


def measured(titles: Sequence[str]) -> bool:
    """Whether column headers are the names of tests: two at least, and all but the first or a date or note."""
    tests = sum(heads_measures(title) for title in titles)
    others = sum(
        is_aside(title) or role_of(title) in ("date", "note", "status", "site", "performer")
        for title in titles
        if not heads_measures(title)
    )
    return tests >= 2 and tests + others >= len(titles) - 1


def _matrix_role(title: str) -> str:
    if heads_measures(title):
        return "result"
    return role_of(title) or ("aside" if is_aside(title) else "name")


def layout_from(titles: Mapping[int, str], roles: Mapping[int, str], rows: int, section: Kind) -> Layout | None:
    """A layout from known roles; the section tells what a column ``Name`` lists."""
    own = _results_first(roles)
    values = set(own.values())
    if "relative" in values or (section is Kind.FAMILY):
        return Layout(Subject.FAMILY, own, rows, titles)
    for role, subject in BY_ROLE:
        if role in values:
            if (
                role == "test"
                and subject is Subject.RESULTS
                and values & _FIELDS
                and "result" not in values
                and section in (Kind.MEDICATIONS, Kind.STOPPED)
            ):
                continue
            return Layout(subject, own, rows, titles)
    listed = next((c for role in ("name", "test", "code") for c in sorted(own) if own[c] == role), None)
    if own.get(listed or 0) == "name" and "frequency" in values and values & {"dose", "strength", "route", "quantity"}:
        own[listed or 0] = "medication"  # whatever it stands under: nothing else is dosed so often a day
        return Layout(Subject.MEDICATIONS, own, rows, titles)
    if section in _BY_SECTION and listed is not None:
        subject, role = _BY_SECTION[section]
        own[listed] = role
        return Layout(subject, own, rows, titles)
    return _by_content(own, rows, titles, values)


def _results_first(roles: Mapping[int, str]) -> dict[int, str]:
    """``Procedure  Result  Expected  Units``: what has a result with a range, a unit or a flag is a test."""
    values = set(roles.values())
    if "result" not in values or not values & {"units", "range", "flag"} or values & {"test", "vital"}:
        return dict(roles)
    return {column: "test" if role in _TESTED else role for column, role in roles.items()}


def _by_content(own: dict[int, str], rows: int, titles: Mapping[int, str], values: set[str]) -> Layout | None:
    listed = next((column for column in sorted(own) if own[column] == "name"), None)
    code = next((column for column in sorted(own) if own[column] == "code"), None)
    if listed is not None and code is not None:
        for pattern, subject, role in _CODED:
            if pattern.search(titles[code]):
                own[listed] = role
                return Layout(subject, own, rows, titles)
    if listed is not None and "result" in values and values & {"units", "range", "flag"}:
        own[listed] = "test"
        return Layout(Subject.RESULTS, own, rows, titles)
    if listed is not None and {"dose", "frequency"} <= values:
        own[listed] = "medication"
        return Layout(Subject.MEDICATIONS, own, rows, titles)
    if listed is not None and "lot" in values:
        own[listed] = "vaccine"
        return Layout(Subject.IMMUNIZATIONS, own, rows, titles)
    if listed is None and "result" in values and values & {"units", "range", "predicted"} and 1 not in own:
        own[1] = "test"
        return Layout(Subject.RESULTS, own, rows, titles)
    if values <= {"date", "reason", "prescriber", "site", "note", "name", "status"} and {"date", "reason"} <= values:
        return Layout(Subject.VISITS, own, rows, titles)
    return None


def body_rows(table: Table, layout: Layout) -> list[list[Cell]]:
    """The rows below the header."""
    return [table.row_cells(row) for row in range(layout.header_rows + 1, table.row_count + 1)]


def cell_text(cells: Sequence[Cell], column: int | None) -> str:
    """The text of a row in a column; a merged cell stands for each column that it covers."""
    if column is None:
        return ""
    for cell in cells:
        if cell.column <= column < cell.column + cell.column_span:
            return " ".join(cell.text.split())
    return ""


def is_section_row(cells: Sequence[Cell]) -> bool:
    """A row that only heads the rows below it: one text in the first column, or a cell that OCR calls a section."""
    filled = [cell for cell in cells if cell.text.strip()]
    if len(filled) != 1:
        return False
    return filled[0].kind is CellKind.SECTION or filled[0].column == 1
