"""Roles of columns by what stands in them, where a header is unknown, misleading or missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from include.fhir.extraction.statements.dosing import frequency_in
from include.fhir.extraction.statements.observations import is_pressure_name, split_unit
from include.fhir.extraction.statements.values import is_flag, is_range, is_unit, is_word_result, read_result, unit_in
from include.fhir.terminology.tests import is_test_name

Columns = Mapping[int, Sequence[str]]
"""The filled cells below the header, by column."""

_NAMES = frozenset(("test", "vital", "name", "medication", "vaccine", "substance", "condition", "procedure"))
_INTERPRETED = re.compile(r"(?:[SIR]|SDD|NS|susceptible|sensitive|intermediate|resistant|non-?susceptible)", re.I)
_SCALE = re.compile(
    r"(?:pain|gcs|rass|map|fio2|braden|nihss|apgar|phq-?9|gad-?7|schmerz\w*)(?: (?:score|scale|level|rating))?"
    r"(?:\s?[(/]?\s?(?:\d{1,2}\s?[-–/]\s?)?\d{1,3}\)?)?",
    re.IGNORECASE,
)
"""Scales that flow sheets give a column of their own."""
_ASIDE = re.compile(
    r"%\s?-?(?:ile|tile)|\bp(?:er)?c(?:en)?t(?:ile|l)\w*|\bcentiles?|\bz[- ]?scores?|\bsds\b|\bperz(?:entile)?\b|"
    r"^\W*(?:(?:chronological|corrected|gestational|patient)\s)?age\b|^\W*(?:alter|edad|ga|pma)\W*$|"
    r"^\W*(?:init(?:ials?)?|staff|nurse|rn|sign(?:ed|ature)?|taken by|recorded by|obs(?:erver)?)\.?\W*$",
    re.IGNORECASE,
)
_GROWN = re.compile(
    r"(?:recumbent |supine |body |standing )?(?:length|stature|height|ht|lgth|len)\.?(?: (?:or|/) (?:length|height))?|"
    r"(?:head|occipito-?frontal|fronto-?occipital) circ(?:umf(?:erence)?)?\.?|hc|ofc|fhc|kopfumfang|"
    r"(?:waist|abdominal|chest|arm|mid-?upper arm) (?:circ(?:umference)?\.?|girth)|muac|bmi|wt|weight|größe|länge",
    re.IGNORECASE,
)
_CELL = 12
"""Words of the longest cell of a table of results: one with more is no table, or two columns of a page."""
_MOST = 0.6
"""Part of a column's cells that have to be of one kind."""


def is_aside(title: str) -> bool:
    """A column beside the measures of a row: the age at which they were taken, where they stand among others' (a
    percentile or a score of deviation), who took them."""
    return _ASIDE.search(title) is not None


def is_measure(title: str) -> bool:
    """Whether a text is the name of a test, a vital sign or a scale, perhaps with its unit; a percentile is none."""
    if is_aside(title):
        return False
    name = split_unit(title)[0]
    return is_test_name(name) or is_pressure_name(name) or _SCALE.fullmatch(title.strip()) is not None


def heads_measures(title: str) -> bool:
    """Whether a text names what the cells below it measure: also with words that elsewhere in a document mean more
    (the length of a child, of a wound)."""
    bare = re.sub(r"\s*[(\[][^)\]]*[)\]]", "", title).strip()
    return is_measure(title) or (not is_aside(title) and _GROWN.fullmatch(bare) is not None)


def with_values(
    roles: Mapping[int, str], titles: Mapping[int, str], values: Columns, *, measures: bool, repeated: bool
) -> dict[int, str]:
    """The roles, with those of columns whose header says nothing known but whose values are all of one kind.

    :param measures: the table's rows are results or vital signs; else they are medicines.
    :param repeated: the same columns stand side by side, so that a role may occur again.
    """
    own = _with_results(roles, values) if measures else _with_frequency(roles, values)
    known = set(own.values())
    for column, cells in values.items():
        if column in own or (column in titles and len(titles[column]) > 3) or not cells:
            continue
        role = _kind_of(cells) if measures else _frequency(cells)
        if role and (role not in known or repeated):
            own[column] = role
            known.add(role)
    return own


def named_by_values(roles: Mapping[int, str], values: Columns) -> dict[int, str]:
    """The roles, with the first column of tests' names as that, whatever heads it, where no header names the rows."""
    if _NAMES & set(roles.values()):
        return dict(roles)
    column = next((c for c in sorted(values) if _lists_tests(values[c]) and roles.get(c) != "result"), None)
    return dict(roles) if column is None else {**roles, column: "test"}


def with_interpretations(roles: Mapping[int, str], values: Columns) -> dict[int, str]:
    """The roles, with columns of ``S``, ``I`` and ``R`` as results, whatever organism heads them."""
    if "test" not in roles.values() or "result" in roles.values():
        return dict(roles)
    found = [c for c, cells in values.items() if c not in roles and cells and all(map(_INTERPRETED.fullmatch, cells))]
    return {**roles, **dict.fromkeys(found, "result")}


def roles_without_header(values: Columns) -> dict[int, str]:
    """Roles of the columns of results that no header names: tests' names, and behind them values, units and ranges.

    Empty where no column lists tests or none behind it has values. Two columns are both results only where no row
    fills both, as columns for what is in and out of range are.
    """
    names = next((c for c in sorted(values) if _lists_tests(values[c])), None)
    if names is None or any(len(cell.split()) > _CELL for cells in values.values() for cell in cells):
        return {}
    roles = {names: "test"}
    for column in sorted(values):
        cells = [cell for cell in values[column] if cell]
        if column <= names or not cells:
            continue
        role = next((role for role, fits in _KINDS if sum(map(fits, cells)) >= _MOST * len(cells)), None)
        if role == "result" and (first := _first(roles, "result")) and _meet(values[first], values[column]):
            continue
        if role is not None and (role == "result" or role not in roles.values()):
            roles[column] = role
    return roles if "result" in roles.values() else {}


def _first(roles: Mapping[int, str], role: str) -> int | None:
    return next((column for column in sorted(roles) if roles[column] == role), None)


def _meet(one: Sequence[str], other: Sequence[str]) -> bool:
    return any(a and b for a, b in zip(one, other, strict=False))


def _lists_tests(cells: Iterable[str]) -> bool:
    filled = [cell for cell in cells if cell]
    known = sum(map(is_measure, filled))
    return known >= 2 and 2 * known >= len(filled)


def _is_range_or_unit(text: str) -> bool:
    unit = unit_in(text)
    rest = text.replace(unit, " ", 1) if unit else text
    return is_range(rest.strip()) or is_range(text)


def _is_value(text: str) -> bool:
    result = read_result(text)
    return result.value is not None and (result.value.number is not None or is_word_result(result.value.printed))


_KINDS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("flag", is_flag),
    ("units", is_unit),
    ("range", _is_range_or_unit),
    ("result", _is_value),
)


def _with_results(roles: Mapping[int, str], values: Columns) -> dict[int, str]:
    """``Result  Units`` over a column whose units are all empty is one header to its reader, and means the results; so
    does a column of interpretations (``S``, ``R``) beside which no other value stands."""
    own = dict(roles)
    if "result" in own.values() or not {"test", "vital"} & set(own.values()):
        return own
    for role, stays in (("units", is_unit), ("flag", lambda text: not _INTERPRETED.fullmatch(text))):
        column = _first(own, role)
        cells = values.get(column, ()) if column is not None else ()
        if column is not None and cells and not any(stays(cell) for cell in cells):
            own[column] = "result"
            return own
    return own


def _kind_of(cells: Sequence[str]) -> str | None:
    if sum(map(is_unit, cells)) >= _MOST * len(cells) and len(cells) > 2:
        return "units"
    kinds = (("flag", is_flag), ("units", is_unit), ("range", is_range))
    return next((role for role, fits in kinds if all(map(fits, cells))), None)


def _with_frequency(roles: Mapping[int, str], values: Columns) -> dict[int, str]:
    """``When`` over ``twice daily`` says how often, not on which day."""
    own = dict(roles)
    column = _first(own, "date")
    cells = values.get(column, ()) if column is not None else ()
    often = sum(frequency_in(cell) is not None for cell in cells)
    if column is not None and "frequency" not in own.values() and often and often >= _MOST * len(cells):
        own[column] = "frequency"
    return own


def _frequency(cells: Sequence[str]) -> str | None:
    return "frequency" if all(frequency_in(cell) for cell in cells) else None
