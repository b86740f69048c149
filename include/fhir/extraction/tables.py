"""What a table is about: the roles of its columns by their headers (``data/columns.tsv``)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from include.documents.content import Cell, CellKind, Table
from include.fhir.extraction.columns import known_roles, role_of
from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.dosing import frequency_in
from include.fhir.extraction.labels import plain
from include.fhir.extraction.observations import is_pressure_name, split_unit
from include.fhir.extraction.sections import Kind
from include.fhir.extraction.vaccine_grids import vaccine_grid
from include.fhir.extraction.values import is_flag, is_range, is_unit
from include.fhir.terminology.tests import is_test_name

_HEADER_SEARCH = 6
"""Rows from the top among which a header is looked for; above it stand titles and patient lines."""


class Subject(StrEnum):
    """What the rows of a table are."""

    RESULTS = "results"
    VITALS = "vitals"
    MEDICATIONS = "medications"
    CONDITIONS = "conditions"
    ALLERGIES = "allergies"
    IMMUNIZATIONS = "immunizations"
    PROCEDURES = "procedures"
    VISITS = "visits"
    FAMILY = "family"
    MATRIX = "matrix"
    """A column for each test, a row for each date."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Layout:
    """The header of a table: role by column number (from 1), and the dates that head result columns."""

    subject: Subject
    roles: Mapping[int, str]
    header_rows: int
    titles: Mapping[int, str]

    def column(self, role: str) -> int | None:
        return next((number for number, own in sorted(self.roles.items()) if own == role), None)

    @property
    def key(self) -> int:
        """The column that names what a row is about."""
        named = (self.column(role) for role in (*dict(_BY_ROLE), "name"))
        return next((column for column in named if column is not None), 1)

    def columns(self, role: str) -> list[int]:
        return sorted(number for number, own in self.roles.items() if own == role)


_BY_ROLE = (
    ("vaccine", Subject.IMMUNIZATIONS),
    ("medication", Subject.MEDICATIONS),
    ("substance", Subject.ALLERGIES),
    ("procedure", Subject.PROCEDURES),
    ("vital", Subject.VITALS),
    ("test", Subject.RESULTS),
    ("condition", Subject.CONDITIONS),
)
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
_FIELDS = frozenset(["dose", "frequency", "strength", "route", "duration", "quantity", "form"])


def layout_of(table: Table, section: Kind = Kind.START) -> Layout | None:
    """The header of a table; None where no row of its top is one, or where it is about something else.

    :param section: the section in which it stands; it decides what a column ``Name`` lists.
    """
    for row in range(1, min(_HEADER_SEARCH, table.row_count) + 1):
        cells = table.row_cells(row)
        titles = {cell.column: cell.text for cell in cells if cell.text.strip()}
        if measured(list(titles.values())):
            return Layout(Subject.MATRIX, {c: _matrix_role(text) for c, text in titles.items()}, row, titles)
        if sheet := _flow_sheet(table, titles, row) or _vaccine_grid(table, titles, row):
            return sheet
        roles = {column: role for column, text in titles.items() if (role := role_of(text))}
        if len(roles) < 2 or 2 * len(roles) < len(titles):
            continue
        layout = layout_from(titles, roles, row, section)
        if layout:
            return _by_values(table, layout)
    return None


def header_in(cells: Sequence[Cell], row: int, section: Kind) -> Layout | None:
    """The layout that a row inside a table opens: two headers at least, and nothing else, of another kind of list."""
    titles = {cell.column: cell.text for cell in cells if cell.text.strip()}
    roles = {column: role for column, text in titles.items() if (role := known_roles().get(plain(text)))}
    if len(titles) < 2 or len(roles) < len(titles) or len(set(roles.values())) < 2:
        return None
    return layout_from(titles, roles, row, section)


def _flow_sheet(table: Table, titles: Mapping[int, str], row: int) -> Layout | None:
    """A column for each date, a row for each test: the first column has the tests' names, whatever heads it."""
    dates = [column for column, text in titles.items() if find_dates(text) and role_of(text) == "result"]
    names = [cell_text(table.row_cells(n), 1) for n in range(row + 1, table.row_count + 1)]
    tests = sum(_is_measure(name) for name in names if name)
    others = [text for column, text in titles.items() if column not in dates]
    heads = all(role_of(text) in (None, "date", "test", "vital", "name") for text in others) and len(others) <= 1
    if not dates or not heads or 1 in dates or tests < 2:
        return None
    return Layout(Subject.RESULTS, {1: "test", **dict.fromkeys(dates, "result")}, row, titles)


def _vaccine_grid(table: Table, titles: Mapping[int, str], row: int) -> Layout | None:
    rows = [[cell_text(table.row_cells(n), c) for c in range(1, table.column_count + 1)]
            for n in range(row + 1, table.row_count + 1)]  # fmt: skip
    roles = vaccine_grid(titles, rows)
    return Layout(Subject.IMMUNIZATIONS, roles, row, titles) if roles else None


def _by_values(table: Table, layout: Layout, columns: Sequence[int] = ()) -> Layout:
    """Roles of columns whose header says nothing known, where all their values are of one kind."""
    roles = _with_results(table, layout)
    known = set(roles.values())
    for column in columns or range(1, table.column_count + 1):
        if column in roles or (column in layout.titles and len(layout.titles[column]) > 3):
            continue
        values = [cell_text(cells, column) for cells in body_rows(table, layout)]
        role = _kind_of([value for value in values if value], layout.subject)
        if role and (role not in known or _is_repeated(layout)):
            roles[column] = role
            known.add(role)
    return Layout(layout.subject, roles, layout.header_rows, layout.titles)


def _with_results(table: Table, layout: Layout) -> dict[int, str]:
    """``Result  Units`` over a column whose units are all empty is one header to its reader, and means the results."""
    roles = dict(layout.roles)
    column = layout.column("units")
    if layout.subject is not Subject.RESULTS or "result" in roles.values() or column is None:
        return roles
    values = [value for cells in body_rows(table, layout) if (value := cell_text(cells, column))]
    if values and not any(is_unit(value) for value in values):
        roles[column] = "result"
    return roles


def _is_repeated(layout: Layout) -> bool:
    return len(layout.columns("test")) > 1


def _kind_of(values: Sequence[str], subject: Subject) -> str | None:
    if not values:
        return None
    if subject in (Subject.RESULTS, Subject.VITALS):
        for role, fits in (("flag", is_flag), ("units", is_unit), ("range", is_range)):
            if all(fits(value) for value in values):
                return role
    if subject is Subject.MEDICATIONS and all(frequency_in(value) for value in values):
        return "frequency"
    return None


def measured(titles: Sequence[str]) -> bool:
    """Whether column headers are the names of tests: two at least, and all but the first or a date or note."""
    tests = sum(_is_measure(title) for title in titles)
    others = sum(
        role_of(title) in ("date", "note", "status", "site", "performer") for title in titles if not _is_measure(title)
    )
    return tests >= 2 and tests + others >= len(titles) - 1


def _is_measure(title: str) -> bool:
    name = split_unit(title)[0]
    return is_test_name(name) or is_pressure_name(name)


def _matrix_role(title: str) -> str:
    if _is_measure(title):
        return "result"
    return role_of(title) or "name"


def layouts_of(table: Table, section: Kind = Kind.START) -> list[Layout]:
    """The layouts of a table: several where the same columns are printed side by side (``Name Date Name Date``)."""
    if answered := _yes_no_layouts(table, section):
        return answered
    layout = layout_of(table, section)
    if layout is None:
        return []
    columns = list(range(min(layout.titles), table.column_count + 1))
    names = [plain(layout.titles.get(column, "")) for column in columns]
    for size in range(2, len(names) // 2 + 1):
        if len(names) % size == 0 and names == names[:size] * (len(names) // size):
            groups = [columns[start : start + size] for start in range(0, len(columns), size)]
            found = [_group(table, layout, group, section) for group in groups]
            return [part for part in found if part is not None]
    return [layout]


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
    alone = layout_from(titles, roles, layout.header_rows, section)
    if alone is None:
        return None
    return _by_values(table, alone, group)


def layout_from(titles: Mapping[int, str], roles: Mapping[int, str], rows: int, section: Kind) -> Layout | None:
    """A layout from known roles; the section tells what a column ``Name`` lists."""
    own = dict(roles)
    if own.get(1) == "units" and "result" in own.values() and not {"test", "vital", "name"} & set(own.values()):
        own[1] = "test"  # a unit stands behind its number: what heads the first column names what is measured
    values = set(own.values())
    if "relative" in values or (section is Kind.FAMILY):
        return Layout(Subject.FAMILY, own, rows, titles)
    for role, subject in _BY_ROLE:
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
    if listed is None and "result" in values and values & {"units", "range"} and 1 not in own:
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
