"""One label for several measurements, and their values in the same order.

``HT / WT`` over ``155 cm / 58.6 kg``, ``QT/QTc 438/430 ms``, ``P-R-T axes 47 -34 61``. Each part of the label has to be
the name of a test; a unit that is printed once behind the last value is that of all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.fhir.extraction.statements.values import is_unit
from include.fhir.terminology.tests import find_test, is_test_name

_PARTS = (re.compile(r"\s*[/,&+]\s*|\s+and\s+"), re.compile(r"\s*[/,&+]\s*|\s+and\s+|(?<=[A-Za-z])-(?=[A-Z])"))
"""What parts the names: a hyphen only where nothing else does, for it stands inside names too (``QTc-Baz``)."""
_SHARED = re.compile(r"(?P<parts>\S+(?:\s*[/-]\s*\S+)+)\s+(?P<noun>ax[ei]s|intervals?|durations?)", re.IGNORECASE)
_BRACKETED = re.compile(r"(?P<label>.+?)\s*[(\[](?P<unit>[^()\[\]]{1,10})[)\]]")
_SINGULAR = {"axes": "axis", "intervals": "interval", "durations": "duration"}
_NUMBER = r"[-−]?\d+(?:\.\d+)?"
_VALUES = re.compile(rf"{_NUMBER}(?:(?:\s*[/,]\s*|\s+){_NUMBER})+")


def names_in(label: str) -> list[str]:
    """The names of the tests that a label joins; empty where it does not join any."""
    text = label.strip(" :")
    shared = _SHARED.fullmatch(text)
    if shared:
        noun = shared["noun"].lower()
        parts = [f"{part.strip()} {_SINGULAR.get(noun, noun)}" for part in re.split(r"[/-]", shared["parts"])]
    else:
        ways = [[part for part in pattern.split(text) if part] for pattern in _PARTS]
        parts = next((way for way in ways if len(way) > 1 and all(map(is_test_name, way))), [])
    return parts if len(parts) > 1 and all(is_test_name(part) for part in parts) else []


def are_tests(label: str) -> bool:
    """Whether a label is the name of a test, or joins several."""
    return is_test_name(label.strip(" :")) or bool(names_in(label))


def measured_parts(label: str, value: str) -> list[tuple[str, str]]:
    """(name, value with its unit) for each part; empty where names and values do not count the same."""
    bracketed = _BRACKETED.fullmatch(label.strip(" :"))
    unit = bracketed["unit"] if bracketed and is_unit(bracketed["unit"]) else ""
    names = [] if is_test_name(label.strip(" :")) else names_in(bracketed["label"] if bracketed and unit else label)
    values = _apart(value.strip(), len(names)) if names else []
    if not values:
        return []
    *firsts, last = values
    shared = unit or _unit_of(last)
    if shared and _alike(names) and not any(map(_unit_of, firsts)):
        values = [f"{_number_of(part)} {shared}" for part in values]
    return list(zip(names, values, strict=True))


def _apart(value: str, count: int) -> list[str]:
    parts = [part.strip() for part in re.split(r"\s*[/;,]\s+|\s+[/;,]\s*", value)]
    if len(parts) == count and all(re.match(_NUMBER, part) for part in parts):
        return parts
    match = _VALUES.match(value)
    if match is None:
        return []
    numbers, unit = re.findall(_NUMBER, match[0]), value[match.end() :].strip()
    if len(numbers) != count or (unit and not is_unit(unit)):
        return []
    return [*numbers[:-1], f"{numbers[-1]} {unit}".strip()]


def _number_of(value: str) -> str:
    match = re.match(_NUMBER, value)
    return match[0] if match else value


def _unit_of(value: str) -> str:
    return value[len(_number_of(value)) :].strip()


def _alike(names: Sequence[str]) -> bool:
    """Whether the tests measure the same, so that one unit may be that of all: a height has none of a weight."""
    kinds = [term.kinds for name in names if (term := find_test(name))]
    return len(kinds) == len(names) and len(set(kinds)) == 1
