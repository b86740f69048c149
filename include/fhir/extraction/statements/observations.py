"""From a name and a printed result to observations: category, flag, unit in the name, blood pressure in two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from include.fhir.extraction.collector import Context
from include.fhir.extraction.statements.values import Result, is_unit, read_result, unit_in
from include.fhir.facts import Category, MeasuredValue, ObservationFact, Source
from include.fhir.numbers import has_decimal_comma
from include.fhir.terminology.tests import find_test, is_test_name, read_right

_PRESSURE = re.compile(
    r"(?<!\d)(?P<systolic>\d{2,3})\s*/\s*(?P<diastolic>\d{2,3})(?!\d|/)\s*(?P<unit>mm\s?\[?Hg\]?)?", re.IGNORECASE
)
_PRESSURE_NAME = re.compile(r"\b(?:b[./]?p\.?|blood pressure|blutdruck)(?!\w)", re.IGNORECASE)
_TEMPERATURE = re.compile(r"(?P<rest>t|temp\.?|temperature|.*\btemp(?:erature)?\.?(?:\s\w+)?|t[\s(]+\w+\)?)[\s,(\[]+"
                          r"(?P<unit>°?\s?[CF])[)\]]?", re.IGNORECASE)
_UNIT_WORDS = re.compile(
    r"[\s,(\[]*(?<!\w)(?P<unit>celsius|fahrenheit|percent|bpm|mmhg|kgs?|lbs?|cm|°\s?[CF]|in|ft|%|mg/dl|"
    r"mmol/l)(?!\w)[\s)\]]*$|[(\[]\s*(?P<inside>[^()\[\]]{1,16})\s*[)\]]\s*$",
    re.IGNORECASE,
)
_PERCENTILE = re.compile(
    r"\s*[(,\[]?\s*\d{1,3}(?:st|nd|rd|th)?\s*(?:%\s?-?(?:ile|tile)|percentile)\s*[)\]]?", re.IGNORECASE
)
"""Where a child stands among others, beside what was measured."""
_LEADERS = re.compile(r"(?:\s*\.){2,}\s*$|\s+\.\s*$")
"""Dots that lead the eye from a name to its value."""
_WARM = re.compile(r"t|tmax|t max|temp|.*\btemp(?:erature)?\b.*", re.IGNORECASE)
_DEGREES = re.compile(r"(?P<number>\d{2,3}(?:[.,]\d+)?)\s?°?\s?(?P<unit>[CF])(?![\w/])")
"""A capital behind a temperature is its scale; behind other numbers ``C`` is a flag."""
_SIGN = re.compile(r"\++|[-−–]+")
_LOINC = re.compile(r"(?<!\d)\d{1,5}-\d(?!\d)")


def is_pressure_name(name: str) -> bool:
    """Blood pressure as one name for two values."""
    named = _PRESSURE_NAME.search(name) is not None
    return named and not re.search(r"systolic|diastolic", name, re.IGNORECASE)


def may_be_pressure(name: str) -> bool:
    """Also ``RR``, which is the respiratory rate in English and, with two values, blood pressure in German."""
    return is_pressure_name(name) or name.strip(" :.").lower() == "rr"


def split_unit(name: str) -> tuple[str, str | None]:
    """``Temperature Celsius`` is a temperature in Celsius; the unit only where the rest is a known test."""
    if degrees := _TEMPERATURE.fullmatch(name.strip()):
        return degrees["rest"], degrees["unit"]
    match = _UNIT_WORDS.search(name)
    if not match:
        return name, None
    rest, unit = name[: match.start()].strip(" ,(["), (match["unit"] or match["inside"] or "").strip()
    bracketed = match["inside"] or re.match(r"\s*[(\[]", match[0])
    if (
        bracketed
        and len(unit) > 1
        and unit.lower() != "in"
        and is_unit(unit)
        and match.start() < len(name.rstrip())
    ):
        spaced = name[: match.end() - len(match[0].lstrip())].endswith(" ") or match[0].startswith(" ")
        if spaced:
            return rest, unit
    bracketed = match["unit"] and re.search(r"[(\[]", match[0]) and unit.lower() not in ("in", "%")
    if bracketed and len(rest) > 1:
        return rest, unit
    known = is_test_name(rest) and (match["unit"] is not None or unit_in(unit) == unit)
    return (rest, unit) if known else (name, None)


def without_percentile(printed: str) -> str:
    """``7.9 kg (45%ile)`` without the child's place among others."""
    return _PERCENTILE.sub("", printed)


def observe(name: str, printed: str, context: Context, source: Source, **more: object) -> list[ObservationFact]:
    """The observations of one result line; empty where nothing is measured.

    :param more: further fields of :class:`ObservationFact`; ``unit`` is the unit that another column prints.
    """
    unit = more.pop("unit", None)
    own_name, name_unit = split_unit(_LEADERS.sub("", " ".join(name.split())).strip(" :*-•"))
    own_name = read_right(own_name)
    unit = str(unit) if unit else name_unit
    printed = without_percentile(printed)
    degrees = _DEGREES.match(printed.strip()) if unit is None and _WARM.fullmatch(own_name) else None
    if degrees:
        printed, unit = degrees["number"], degrees["unit"]
    pressure = _PRESSURE.search(printed) if may_be_pressure(own_name) else None
    if pressure:
        return list(_pressures(pressure, unit, context, source, more))
    comma = context.reader.decimal_comma or has_decimal_comma(str(more.get("reference_range") or ""))
    result = read_result(printed, unit, comma=comma)
    if comma and result.value is not None:
        result = replace(result, value=replace(result.value, decimal_comma=True))
    if result.value is None and not result.pending:
        return []
    return [_fact(own_name, result, context, source, more)]


def _fact(name: str, result: Result, context: Context, source: Source, more: dict[str, object]) -> ObservationFact:
    unit = result.value.unit if result.value else None
    fact = ObservationFact(
        name=name,
        value=result.value,
        category=category_of(name, unit, context),
        flag=result.flag,
        effective=context.effective,
        panel=context.panel,
        specimen=context.specimen,
        status="registered" if result.pending else "final",
        patient=context.patient,
        source=source,
    )
    changes = {key: value for key, value in more.items() if value is not None}
    fact = replace(fact, **changes)  # type: ignore[arg-type]
    return fact if not fact.flag or _means_something(fact) else replace(fact, flag=None)


def _means_something(fact: ObservationFact) -> bool:
    """Whether what stands in a flag's place is one. A sign is where the printed range says the same: a dash also
    stands for nothing, and a plus for an additional test."""
    flag = (fact.flag or "").strip()
    if not _SIGN.fullmatch(flag):
        return re.search(r"[\w*!↑↓]", flag) is not None
    limits = read_result(fact.reference_range).value if fact.reference_range else None
    number = fact.value.number if fact.value else None
    if limits is None or number is None:
        return False
    low, high = limits.low, limits.high
    if limits.number is not None:
        low, high = (limits.number, None) if limits.comparator in (">", ">=") else (None, limits.number)
    return high is not None and number >= high if "+" in flag else low is not None and number <= low


def _pressures(
    match: re.Match[str], unit: str | None, context: Context, source: Source, more: dict[str, object]
) -> Iterator[ObservationFact]:
    for name, part in (("Systolic blood pressure", "systolic"), ("Diastolic blood pressure", "diastolic")):
        value = MeasuredValue(match[part], Decimal(match[part]), unit=match["unit"] or unit)
        fact = _fact(name, Result(value), context, source, {k: v for k, v in more.items() if k != "reference_range"})
        yield replace(fact, category=Category.VITAL_SIGNS)


def category_of(name: str, unit: str | None, context: Context) -> Category:
    """The category of the known test; laboratory for an unknown one."""
    term = find_test(name, unit, context.specimen or context.panel)
    if term and term.category in set(Category):
        return Category(term.category)
    return Category.LABORATORY


def is_vital_sign(name: str) -> bool:
    """Whether a printed name alone means a vital sign."""
    term = find_test(name)
    return term is not None and term.category == Category.VITAL_SIGNS


def examined(fact: ObservationFact) -> ObservationFact:
    """A measurement of no known test, outside a laboratory's table: it is an examination's."""
    unit = fact.value.unit if fact.value else None
    unknown = fact.category is Category.LABORATORY and find_test(fact.name, unit, fact.specimen or fact.panel) is None
    return replace(fact, category=Category.EXAM) if unknown else fact


def loinc_in(text: str) -> str | None:
    """A printed LOINC code in a column for it."""
    match = _LOINC.search(text)
    return match[0] if match else None
