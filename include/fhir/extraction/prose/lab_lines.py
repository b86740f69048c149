"""A line that is one result: known test name, value, then unit, flag and range in any order."""

from __future__ import annotations

import re

from include.fhir.extraction.collector import Context
from include.fhir.extraction.page.sections import Kind
from include.fhir.extraction.prose.prose import COMPOUND, as_printed, legible
from include.fhir.extraction.statements.compound_names import measured_parts
from include.fhir.extraction.statements.observations import is_pressure_name, observe, split_unit
from include.fhir.extraction.statements.values import is_flag, is_word_result, unit_in, without_flow
from include.fhir.facts import ObservationFact, Source
from include.fhir.terminology.tests import is_test_name, longest_test_name

_VALUE = re.compile(
    r"(?P<value>(?:<=|>=|<|>|≤|≥)?\s?[-−–]?(?:\d{1,3}(?:,\d{3})+|\d+,\d{1,2}(?!\d)|\d+)(?:\.\d+)?(?:\s?(?:-|"
    r"to)\s?\d+(?:\.\d+)?)?)(?![\w/+]|[.,]\d)"
)
_RANGE = re.compile(
    r"[(\[]?\s*(?P<range>(?:<|>|≤|≥|<=|>=)\s?(?:or\s?=\s?)?\d[\d,.]*|-?\d[\d,.]*\s?(?:-|–|to)\s?-?\d[\d,.]*|"
    r"(?:not detected|negative|non-?reactive|normal|not estab\.?)$)\s*[)\]]?",
    re.IGNORECASE,
)
_LEADER = re.compile(r"^(?:[\s:.=]|[-–—](?!\d|\.\d))+")
"""What leads from a name to its value: colons and dots, and a dash unless it is the sign of the number."""
_MORE_NUMBERS = re.compile(r"(?:\s+[<>]?-?\d+(?:[.,]\d+)?(?=\s|$)){2,}")
"""Three numbers in a row are a table's, whose columns nobody knows here: any of them may be the result."""
_TIME = re.compile(r"\s?(?:wks?|weeks?|months?|days?|h|hrs?|hours?|min|minutes?|yrs?|years?)(?![\w/])", re.IGNORECASE)
_TIMED = re.compile(rf"^(?:at\s+)?\d{{1,3}}{_TIME.pattern}\s*:?\s*(?=[<>]?\d)", re.IGNORECASE)
"""When it was measured, between the name and the value (``Hgb 28 wk: 10.1``)."""
_JOINED = re.compile(r"(?P<label>[A-Za-z][A-Za-z ./&+-]*?)\s*[:=]?\s+(?P<value>[-−]?\d.*)")
"""One label for several measurements before their values."""
_UNKNOWN = re.compile(
    r"(?P<name>[A-Z][A-Za-z]+(?:[ ,/-]+[A-Za-z()]+){0,4})[\s:.]+(?P<value>[<>]?\s?\d+(?:\.\d+)?)\s*(?P<rest>\S.*)")
_PRESSURE = re.compile(r"\d{2,3}\s?/\s?\d{2,3}\b")


def lab_line(text: str, source: Source, context: Context) -> list[ObservationFact]:
    """The result that a whole line states; empty where the line is something else.

    Outside sections for results and vital signs a unit, a flag or a range has to confirm it.
    """
    joined = _JOINED.match(text.strip())
    if joined and (parts := measured_parts(joined["label"], joined["value"])):
        return [fact for name, value in parts for fact in observe(name, value, context, source)]
    words = legible(text).replace(":", " : ").split()
    count = longest_test_name(words[:8])
    if not count or len(words) > 16:
        return []
    if any(longest_test_name(part.split()[:6]) for part in re.split(r"[,;]\s+", text)[1:] if part.strip()):
        return []
    name, rest = " ".join(words[:count]).strip(" :"), _LEADER.sub("", " ".join(words[count:]))
    more = re.match(r"(?P<unit>celsius|fahrenheit|percent|\([^)]{1,12}\))\s*:?\s*", rest, re.IGNORECASE)
    if more and split_unit(f"{name} {more['unit']}")[1]:
        name, rest = f"{name} {more['unit']}", rest[more.end() :]
    if _names_another(words[count + 1 :]):
        return []
    if is_pressure_name(name):
        pressure = _PRESSURE.match(rest)
        return observe(name, pressure[0] + rest[pressure.end() :][:8], context, source) if pressure else []
    if not is_test_name(split_unit(name)[0]):
        return []
    return _result(name, rest, source, context)


def unknown_line(text: str, source: Source, context: Context) -> list[ObservationFact]:
    """The result of a test that is not known, for a text beside known results: a name, a number, its unit."""
    found = _UNKNOWN.fullmatch(text.strip())
    unit = unit_in(found["rest"]) if found else None
    if found is None or unit is None or not found["rest"].lstrip().startswith(unit):
        return []
    return _result(found["name"].strip(" :"), f"{found['value']} {found['rest']}", source, context)


def _names_another(words: list[str]) -> bool:
    """Whether a second test with its own number stands on the line (``Resp 16 SpO2 97%``)."""
    for at in range(len(words)):
        count = longest_test_name(words[at : at + 5])
        value = " ".join(words[at + count : at + count + 2]).lstrip(": ") if count else ""
        if len("".join(words[at : at + count])) > 1 and re.match(r"\d", value) and not _RANGE.match(value):
            return True
    return False


def _result(name: str, rest: str, source: Source, context: Context) -> list[ObservationFact]:
    flag_first = re.match(r"(?P<flag>[HLA*]{1,2})\s+(?=[<>]?\d)", rest)
    body = rest[flag_first.end() :] if flag_first else rest
    if compound := COMPOUND.match(body):
        return [as_printed(fact, compound[0]) for fact in observe(name, compound[0].split()[0], context, source)]
    body = _TIMED.sub("", body)
    value = _VALUE.match(body)
    if value and _TIME.match(body, value.end()):
        return []
    if not value:
        return _word(name, body, source, context)
    tail = without_flow(body[value.end() :])
    if _MORE_NUMBERS.match(tail):
        return []
    bare = [
        w for w in tail.replace(unit_in(tail) or "", " ", 1).split() if is_flag(w) and w.lower() not in ("normal", "n")
    ]
    flag = (
        flag_first["flag"]
        if flag_first
        else next((w for w in tail.split()[:1] + tail.split()[-1:] if is_flag(w)), bare[0] if bare else None)
    )
    unit = unit_in(tail.replace(flag, " ", 1) if flag else tail)
    span = _RANGE.search(tail.replace(unit, " ", 1) if unit else tail)
    leftover = tail
    for part in (unit, span[0] if span else None, flag):
        leftover = leftover.replace(part, " ", 1) if part else leftover
    if len(re.findall(r"[^\W\d_]{3,}", leftover)) > 2:
        return []
    if not (unit or span or flag) and context.section not in (Kind.LABS, Kind.VITALS):
        return []
    return observe(
        name,
        value["value"],
        context,
        source,
        unit=unit,
        flag=flag,
        reference_range=span["range"].strip() if span else None,
    )


def _word(name: str, body: str, source: Source, context: Context) -> list[ObservationFact]:
    """``Trace  Negative  A``: a word as result, then perhaps the expected word and a flag."""
    words = body.split()
    count = next((n for n in (3, 2, 1) if len(words) >= n and is_word_result(" ".join(words[:n]))), 0)
    if not count or context.section is not Kind.LABS:
        return []
    rest = words[count:]
    flag = rest.pop() if rest and is_flag(rest[-1]) and not is_word_result(" ".join(rest)) else None
    expected = " ".join(rest)
    if expected and not is_word_result(expected):
        return []
    return observe(name, " ".join(words[:count]), context, source, flag=flag, reference_range=expected or None)
