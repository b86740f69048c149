"""Rows of laboratory and vital-sign tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from include.documents.content import Cell
from include.fhir.extraction.collector import Context
from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.page.reading import row_source
from include.fhir.extraction.page.titles import STATUSES
from include.fhir.extraction.statements.compound_names import measured_parts
from include.fhir.extraction.statements.observations import loinc_in, may_be_pressure, observe, split_unit
from include.fhir.extraction.statements.values import is_flag, is_range, is_unit, is_word_result, read_result, unit_in
from include.fhir.extraction.tables.clock import clock_of, is_moment, moment
from include.fhir.extraction.tables.columns import role_of
from include.fhir.extraction.tables.grouped_headers import phase_of
from include.fhir.extraction.tables.layouts import Layout
from include.fhir.extraction.tables.measured_columns import is_reading, is_side, is_word_of
from include.fhir.extraction.tables.tables import cell_text
from include.fhir.facts import ObservationFact, PrintedDate, Source, UnmappedReason
from include.fhir.terminology.tests import find_panel, find_test, is_test_name

_HEADING_WORDS = 9
"""Words of a row that may head others; a longer one is a remark."""
_NOT_A_TEST = re.compile(
    r"^(?:(?:notes?|comments?|interpretation|remarks?|total|page|specimen|collected|method|"
    r"date|time|date/time|initials|nurse|signature|shift|taken by|recorded by)\b\W*$|"
    r"(?:notes?|comments?|remarks?|page|collected)\s*[:\d]|\W*end of report)",
    re.IGNORECASE,
)


_LIMITS = re.compile(
    r"\b(?:alarms?|limits?|goals?|targets?|ranges?|normal|reference|ref|min(?:imum)?|max(?:imum)?|mean|median|average|avg|"
    r"call (?:if|parameters?|provider)|notify|parameters?|thresholds?|high|low|upper|lower|trend|change|delta|"
    r"percentiles?|expected|predicted|zielwerte?|norm(?:werte?|bereich)?|grenzwerte?|mittelwert|units?)\b",
    re.IGNORECASE,
)


def result_row(
    cells: Sequence[Cell], layout: Layout, context: Context, page: int
) -> list[ObservationFact] | UnmappedReason:
    """The observations of one row, one for each result column that is filled.

    :returns: why the row states no result: EMPTY, STATUS_ONLY, or NOT_CLINICAL.
    """
    name = cell_text(cells, layout.column("test") or layout.column("vital"))
    if not name:
        return UnmappedReason.EMPTY
    if _NOT_A_TEST.match(name) or _is_header(name, cells, layout):
        return UnmappedReason.NOT_CLINICAL
    found: list[ObservationFact] = []
    status_only = bool(cell_text(cells, layout.column("status")))
    for column in layout.columns("result"):
        text = cell_text(cells, column)
        joined = measured_parts(name, f"{text} {cell_text(cells, layout.column('units'))}".strip())
        for part, value in joined:
            found += observe(part, value, context, row_source(page, cells), effective=context.effective)
        if joined:
            continue
        if is_moment(layout.titles.get(column, "")) and not _is_measured(name, text):
            continue
        status_only |= read_result(text).status_only
        if (side := layout.titles.get(column, "")) and is_side(side):
            if is_reading(text):
                found += _result(f"{name} {side}", text, column, cells, layout, context, page)
            continue
        found += _result(layout.measure or name, text, column, cells, layout, context, page)
    if not found and not status_only:
        found = _glued(name, layout, cells, context, page)
    if found:
        return found
    return UnmappedReason.STATUS_ONLY if status_only else UnmappedReason.EMPTY


def _is_header(name: str, cells: Sequence[Cell], layout: Layout) -> bool:
    """Whether a row repeats the headers of the columns."""
    values = [cell_text(cells, column) for column in layout.columns("result")]
    return role_of(name) == "test" and any(role_of(value) == "result" for value in values if value)


def _is_measured(name: str, text: str) -> bool:
    """Whether a cell of a flow sheet is a result: a number, a word of results, or any text for a known test."""
    value = read_result(text).value
    if value is None or is_test_name(split_unit(name)[0]) or may_be_pressure(name):
        return value is not None
    whole = value.unit is None or is_unit(value.unit)
    return (value.number is not None and whole) or value.low is not None or is_word_result(value.printed)


def _glued(name: str, layout: Layout, cells: Sequence[Cell], context: Context, page: int) -> list[ObservationFact]:
    """A value that OCR read into the name's cell (``Specific Gravity 1.025``), where the rest is a known test."""
    match = re.fullmatch(r"(?P<name>.*[^\W\d_)].*?)\s+(?P<value>[<>]?[-−]?\d[\d.,]*(?:\s?[HL]\b)?)", name)
    column = layout.column("result")
    if not match or column is None or not is_test_name(match["name"]):
        return []
    return _result(match["name"], match["value"], column, cells, layout, context, page)


def matrix_row(
    cells: Sequence[Cell], layout: Layout, context: Context, page: int
) -> list[ObservationFact] | UnmappedReason:
    """The observations of one row whose columns are tests (``Date  BP  HR  Temp``)."""
    if _states_limits(cells, layout):
        return UnmappedReason.NOT_CLINICAL
    here = dated_row(cells, layout, context)
    source = row_source(page, cells)
    found: list[ObservationFact] = []
    own = {cell.column for cell in cells}
    for column in layout.columns("result"):
        if column not in own:
            continue  # a cell that reaches over it says something of the whole row
        text = cell_text(cells, column)
        if re.search(r"\d", text) or read_result(text).pending or is_word_of(layout.titles[column], text):
            found += _cell(column, text, layout, here, source)
    return found or UnmappedReason.EMPTY


def _states_limits(cells: Sequence[Cell], layout: Layout) -> bool:
    """A row below or above the moments that says what values should be, or what they come to together."""
    heads = [text for column in _heading_columns(layout) if (text := cell_text(cells, column))]
    if any(_LIMITS.search(text) and not is_moment(text) for text in heads):
        return True
    values = [text for column in layout.columns("result") if (text := cell_text(cells, column))]
    return len(values) > 1 and 2 * sum(is_range(text) for text in values) > len(values)


def _heading_columns(layout: Layout) -> list[int]:
    return [1, *layout.columns("date"), *layout.columns("name")]


def _cell(column: int, text: str, layout: Layout, context: Context, source: Source) -> list[ObservationFact]:
    """The value in a column headed by its test; in a diary by the time of the day, which is kept beside it."""
    title = layout.titles[column]
    if layout.measure is None:
        return observe(title, text, context, source)
    when = moment(title, context.day, context.reader, context.at)
    unit = _title_unit(layout, column)
    return observe(layout.measure, text, context, source, unit=unit, effective=when, note=None if when else title)


def dated_row(cells: Sequence[Cell], layout: Layout, context: Context) -> Context:
    """The context of a row that begins with its date, its time, or both; a date holds until the next is printed."""
    columns = layout.columns("date") or layout.columns("name")
    texts = [text for column in columns if (text := cell_text(cells, column))]
    found = moment(" ".join(texts), context.day, context.reader, context.at) or next(
        (day for text in texts if (day := moment(text, context.day, context.reader, context.at))), None
    )
    if found is None:
        return context
    alone = all(clock_of(text) for text in texts)
    return replace(context, effective=found, day=context.day if alone else found)


def _result(
    name: str, text: str, column: int, cells: Sequence[Cell], layout: Layout, context: Context, page: int
) -> list[ObservationFact]:
    unit, span, flag = (cell_text(cells, layout.column(role)) for role in ("units", "range", "flag"))
    flag = "" if flag == text else flag  # the value's cell reaches over the column of flags
    unit, span = _untangle(unit, span)
    span = span or _limits(cells, layout)
    status = cell_text(cells, layout.column("status"))
    note = cell_text(cells, layout.column("note"))
    flag = flag or next((text for text in (status, note) if is_flag(text)), "")
    span, flag = _range_and_flag(span, flag)
    loinc = cell_text(cells, layout.column("loinc")) or cell_text(cells, layout.column("code"))
    title = layout.titles.get(column, "")
    if title and role_of(title) is None and not is_moment(title) and layout.measure is None:
        context = replace(context, panel=title)  # an isolate heads its column
    return observe(
        name,
        text,
        context,
        row_source(page, cells),
        unit=unit or _title_unit(layout, column),
        reference_range=span or None,
        flag=flag or None,
        effective=_effective(cells, layout, column, context),
        specimen=cell_text(cells, layout.column("specimen")) or None,
        method=cell_text(cells, layout.column("method")) or _title_method(layout, column),
        loinc_printed=loinc_in(loinc),
        note=note or phase_of(layout.titles.get(column, "")),
        status=STATUSES.get(status.casefold()),
    )


def _limits(cells: Sequence[Cell], layout: Layout) -> str:
    """A range that is printed in two columns; one limit alone keeps the word that heads it (``High 200``)."""
    columns = (layout.column("low"), layout.column("high"))
    texts = [text if re.search(r"\d", text := cell_text(cells, column)) else "" for column in columns]
    if all(texts):
        return "-".join(texts)
    return next((f"{word} {text}" for word, text in zip(("Low", "High"), texts, strict=True) if text), "")


def _range_and_flag(span: str, flag: str) -> tuple[str, str]:
    """``26 - 38 High``: a flag that stands behind the range."""
    before, _, last = span.rpartition(" ")
    if (
        not flag
        and before
        and is_flag(last)
        and re.search(r"\d", before)
        and last.lower() not in ("n", "normal", "c", "a")
    ):
        return before, last
    return span, flag


def _untangle(unit: str, span: str) -> tuple[str, str]:
    """Unit and range that stand in each other's column, or both in one."""
    if unit and not is_unit(unit) and not span:
        own = unit_in(unit) or ""
        rest = unit.replace(own, "", 1).strip() if own else unit
        if is_range(rest):
            return own, rest
    if span and is_unit(span) and not unit:
        return span, ""
    if span and not unit:
        own = unit_in(span) or ""
        return own, span if re.search(r"\d|[^\W\d_]{3}", re.sub(r"\(.*?\)", "", span.replace(own, "", 1))) else ""
    return unit, span


def _title_unit(layout: Layout, column: int) -> str | None:
    """``Result (mg/dL)`` prints the unit of its whole column."""
    inside = re.search(r"[(\[]([^)\]]+)[)\]]", layout.titles.get(column, ""))
    return inside[1].strip() if inside and is_unit(inside[1]) else layout.unit


def _title_method(layout: Layout, column: int) -> str | None:
    """``MIC (mcg/mL)`` prints how all its values were found: what an antibiotic's concentration in blood is not."""
    found = re.match(r"(?:MIC|MHK|KB|zone)\b", layout.titles.get(column, ""), re.IGNORECASE)
    return found[0] if found else None


def _effective(cells: Sequence[Cell], layout: Layout, column: int, context: Context) -> PrintedDate | None:
    title = layout.titles.get(column, "")
    if is_moment(title) or find_dates(title):
        return moment(title, context.day, context.reader, context.at) or context.date(title) or context.effective
    return context.date(cell_text(cells, layout.column("date"))) or context.effective


def panel_of(text: str, context: Context) -> Context:
    """The context below a row that heads others; a heading that is a specimen or names one is kept as specimen."""
    if len(text.split()) > _HEADING_WORDS or _NOT_A_TEST.match(text):
        return context
    specimen = next(
        (word for word in ("Urine", "Serum", "Plasma", "Blood", "CSF") if word.lower() in text.lower()), None
    )
    if re.search(r"urinalysis|\burin(?:status|analyse|sediment|stix)?\b|\bharn", text, re.IGNORECASE):
        specimen = "Urine"
    known = find_panel(text) is not None or find_test(text) is None
    return replace(context, panel=text if known else context.panel, specimen=specimen)
