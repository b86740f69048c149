"""A printed result, its reference range and its flag as elements of an Observation."""

from __future__ import annotations

import re

from include.fhir.facts import MeasuredValue
from include.fhir.numbers import PRINTED, has_decimal_comma, printed_decimal
from include.fhir.resources.elements import Json, coding, concept, quantity, without_empty
from include.fhir.terminology import flags
from include.fhir.terminology.units import ucum

_N = rf"-?{PRINTED}"
_RANGE = re.compile(rf"({_N})\s*(?:-|–|—|to)\s*({_N})\s*(.*)", re.I)
_LIMIT = re.compile(
    rf"(<=|>=|<|>|≤|≥|up to|less than|greater than|under|over|at least|low|high)\s*=?\s*({_N})\s*(.*)", re.I)
_UPPER = frozenset(("<", "<=", "≤", "up to", "less than", "under", "high"))


def value(fact: MeasuredValue) -> Json:
    """``valueQuantity``, ``valueRange`` or ``valueString``: a number only where the print is one number."""
    if fact.number is not None:
        return {"valueQuantity": quantity(fact.number, fact.unit, fact.comparator)}
    if fact.low is not None and fact.high is not None:
        return {"valueRange": {"low": quantity(fact.low, fact.unit), "high": quantity(fact.high, fact.unit)}}
    return {"valueString": fact.printed} if fact.printed.strip() else {}


def reference_range(text: str | None, unit: str | None) -> list[Json]:
    """The printed range as text, with its limits where it is ``low-high`` or one limit.

    The limits have the range's own unit, else the result's.
    """
    if not text or not text.strip():
        return []
    bare = text.strip().strip("()[]").strip()
    if has_decimal_comma(bare):
        bare = bare.replace(",", ".")
    if found := _RANGE.fullmatch(bare):
        low, high, rest = printed_decimal(found[1]), printed_decimal(found[2]), found[3]
        if low is not None and high is not None and low <= high and _is_unit(rest):
            own = rest or unit
            return [{"low": quantity(low, own), "high": quantity(high, own), "text": text}]
    elif (found := _LIMIT.fullmatch(bare)) and _is_unit(found[3]):
        end, limit = "high" if found[1].casefold() in _UPPER else "low", printed_decimal(found[2])
        if limit is not None:
            return [{end: quantity(limit, found[3] or unit), "text": text}]
    return [{"text": text}]


def interpretation(flag: str | None) -> list[Json]:
    """The printed flag; with its code where it has one."""
    if not flag or not flag.strip():
        return []
    known = flags.interpretation(flag)
    return [concept(flag.strip(), coding(flags.SYSTEM, *known) if known else None)]


def measured(fact: MeasuredValue | None, text_range: str | None, flag: str | None) -> Json:
    """Value, range and flag together: the part that an Observation and a component have in common."""
    return without_empty({
        **(value(fact) if fact else {}),
        "interpretation": interpretation(flag),
        "referenceRange": reference_range(text_range, fact.unit if fact else None),
    })


def _is_unit(rest: str) -> bool:
    """Whether what follows the numbers is nothing, or a unit; other words may change what the limits mean."""
    return not rest or ucum(rest) is not None
