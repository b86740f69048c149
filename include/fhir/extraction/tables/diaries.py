"""Diaries: a grid of days and times of the day whose cells are all values of the one test that its title names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from include.documents.content import Table
from include.fhir.extraction.page.reading import PrintedLine
from include.fhir.extraction.statements.observations import split_unit
from include.fhir.extraction.statements.values import is_unit, read_result
from include.fhir.extraction.tables.clock import clock_of, is_moment
from include.fhir.extraction.tables.layouts import Layout, Subject
from include.fhir.extraction.tables.tables import cell_text
from include.fhir.terminology.tests import is_test_name, longest_test_name

_MEAL = r"(?:breakfast|lunch|dinner|supper|meals?|snack|bed(?:time)?|exercise|workout|sleep)"
_SLOT = re.compile(
    rf"(?:(?:before|after|pre|post|ac|pc|\d\s?h(?:rs?|ours?)?(?: after)?|with|at)[\s-]*)?{_MEAL}"
    r"(?:\s?(?:before|after))?|"
    r"fasting|nüchtern|(?:on )?(?:waking|wake[ -]?up|awakening)|morning|mid-?day|noon|"
    r"afternoon|evening|night|overnight|"
    r"a\.?m\.?|p\.?m\.?|ac|pc|hs|qhs|(?:1st|2nd|3rd|first|second|third) reading|reading [1-4]|"
    r"morgens?|mittags?|abends?|nachts|vor dem (?:frühstück|essen|schlafen)|nach dem essen",
    re.IGNORECASE,
)
_LOG = re.compile(
    r"\b(?:log(?:book)?|diary|record(?:s|ing)?|track(?:er|ing)|chart|readings?|monitor(?:ing)?|journal|levels|sheet|"
    r"(?:self[- ]?)?checks?|tagebuch|protokoll)\b",
    re.IGNORECASE,
)
_ALL_IN = re.compile(
    r"\b(?:values?|readings?|results?|numbers?|levels?|units?|werte)\b(?: (?:are|is|all|given|shown|recorded|alle))*"
    r"(?: in|:)? (?P<unit>[A-Za-zµμ%]+(?:/[A-Za-z]+)?)", re.IGNORECASE
)
"""``All values in mg/dL``: the unit of a whole diary, printed once."""
_FEWEST = 2


def is_slot(header: str) -> bool:
    """A header that names a time of the day (``Before lunch (mg/dL)``, ``AM``, ``8:00``)."""
    bare = re.sub(r"[(\[][^)\]]*[)\]]", " ", header).strip(" :.")
    return _SLOT.fullmatch(bare) is not None or clock_of(bare) is not None


def diary_layout(table: Table, lines: Sequence[PrintedLine]) -> Layout | None:
    """The layout of a diary, with a row for each day, or a column; None for any other table.

    :param lines: of the table's page; above the table stands the test that it is about.
    """
    measure = _measure(table, lines)
    if measure is None:
        return None
    for row in range(1, min(3, table.row_count) + 1):
        titles = {cell.column: " ".join(cell.text.split()) for cell in table.row_cells(row) if cell.text.strip()}
        first = [cell_text(table.row_cells(n), 1) for n in range(row + 1, table.row_count + 1)]
        slots = [column for column, text in titles.items() if column > 1 and is_slot(text)]
        if len(slots) >= _FEWEST and sum(map(_is_day, first)) >= _FEWEST and _measured(table, row, slots):
            dates = {column: "date" for column in titles if column == 1 or _is_date(titles[column])}
            return Layout(Subject.MATRIX, {**dates, **dict.fromkeys(slots, "result")}, row, titles, measure)
        days = [column for column, text in titles.items() if column > 1 and is_moment(text)]
        if len(days) >= _FEWEST and sum(map(is_slot, first)) >= _FEWEST and _measured(table, row, days):
            return Layout(Subject.RESULTS, {1: "test", **dict.fromkeys(days, "result")}, row, titles, measure)
    return None


def _is_day(text: str) -> bool:
    return is_moment(text) or re.match(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|day \d", text, re.I) is not None


def _is_date(header: str) -> bool:
    return re.fullmatch(r"(?:date|day|datum|tag)", header.strip(" :"), re.IGNORECASE) is not None


def _measured(table: Table, header: int, columns: Sequence[int]) -> bool:
    """Whether the cells of the columns are numbers, or pressures, with few exceptions."""
    rows = [table.row_cells(row) for row in range(header + 1, table.row_count + 1)]
    cells = [text for cells in rows for column in columns if (text := cell_text(cells, column))]
    numbers = sum(_is_number(text) for text in cells)
    return numbers >= 2 * _FEWEST and 5 * numbers >= 4 * len(cells)


def _is_number(text: str) -> bool:
    value = read_result(text).value
    return value is not None and (value.number is not None or re.fullmatch(r"\d{2,3}\s?/\s?\d{2,3}", text) is not None)


def _measure(table: Table, lines: Sequence[PrintedLine]) -> str | None:
    """The one test that the titles above a table name, with its unit where they print it."""
    if table.box is None:
        return None
    named: dict[str, str] = {}
    for line in lines:
        if line.line.box.middle[1] < table.box.top + line.line.box.height and _LOG.search(line.text):
            named |= _tests_in(line.text)
    if len(named) != 1:
        return None
    measure = next(iter(named.values()))
    units = {match["unit"] for line in lines for match in _ALL_IN.finditer(line.text) if is_unit(match["unit"])}
    return f"{measure} ({units.pop()})" if len(units) == 1 and split_unit(measure)[1] is None else measure


def _tests_in(text: str) -> Mapping[str, str]:
    """The tests that a title names, by their names in small letters; a name with its unit behind it."""
    words = text.replace("/", " / ").split() if " / " in text else text.split()
    at, found = 0, {}
    while at < len(words):
        count = longest_test_name(words[at:])
        if count:
            name = " ".join(words[at : at + count])
            unit = re.match(r"\s*[(\[]([^)\]]{1,12})[)\]]", text[text.find(name) + len(name) :])
            whole = f"{name} ({unit[1]})" if unit and split_unit(f"{name} ({unit[1]})")[1] else name
            if is_test_name(name):
                found[name.casefold()] = whole
        at += max(count, 1)
    return found
