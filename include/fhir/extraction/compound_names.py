"""One label for several measurements, and their values in the same order.

``HT / WT`` over ``155 cm / 58.6 kg``, ``QT/QTc 438/430 ms``, ``P-R-T axes 47 -34 61``. Each part of the label has to be
the name of a test; a unit that is printed once behind the last value is that of all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from include.fhir.extraction.values import is_unit
from include.fhir.terminology.tests import is_test_name

_PARTS = re.compile(r"\s*[/,&+]\s*|\s+and\s+|(?<=[A-Za-z])-(?=[A-Z])")
_SHARED = re.compile(r"(?P<parts>\S+(?:\s*[/-]\s*\S+)+)\s+(?P<noun>ax[ei]s|intervals?|durations?)", re.IGNORECASE)
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
        parts = [part for part in _PARTS.split(text) if part]
    return parts if len(parts) > 1 and all(is_test_name(part) for part in parts) else []


def are_tests(label: str) -> bool:
    """Whether a label is the name of a test, or joins several."""
    return is_test_name(label.strip(" :")) or bool(names_in(label))


def measured_parts(label: str, value: str) -> list[tuple[str, str]]:
    """(name, value with its unit) for each part; empty where names and values do not count the same."""
    names = [] if is_test_name(label.strip(" :")) else names_in(label)
    if not names:
        return []
    values = _apart(value.strip(), len(names))
    return list(zip(names, values, strict=True)) if values else []


def _apart(value: str, count: int) -> Sequence[str]:
    parts = [part.strip() for part in re.split(r"\s*[/;,]\s+|\s+[/;,]\s*", value)]
    if len(parts) == count and all(re.match(_NUMBER, part) for part in parts):
        return parts
    match = _VALUES.match(value)
    if match is None:
        return []
    numbers, unit = re.findall(_NUMBER, match[0]), value[match.end() :].strip()
    if len(numbers) != count or (unit and not is_unit(unit) and not re.fullmatch(r"[a-z°]{1,8}", unit)):
        return []
    return [f"{number} {unit}".strip() for number in numbers]
