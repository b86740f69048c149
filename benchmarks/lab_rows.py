"""The rows of a made-up laboratory report, and how many of them are among its Observations."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
_Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A row as it is printed; ``low`` and ``high`` are its reference range."""

    test: str
    value: str
    unit: str
    low: str
    high: str
    flag: str


def results(count: int) -> list[Result]:
    """Drawn by lot from a fixed seed; no two of the same test have the same value."""
    lot = random.Random(count)  # noqa: S311 - results, not secrets
    return [_result(number, lot) for number in range(count)]


def found(rows: Sequence[Result], observations: Iterable[Json]) -> int:
    """How many rows have an Observation of their own with their name, value, unit and range."""
    printed = Counter((row.test, float(row.value), row.unit, float(row.low), float(row.high)) for row in rows)
    return (printed & Counter(map(_row, observations))).total()


def _row(observation: Json) -> _Row:
    quantity = observation.get("valueQuantity", {})
    limits: Json = next(iter(observation.get("referenceRange", ())), {})
    sides = (limits.get(side, {}).get("value") for side in ("low", "high"))
    return (observation["code"].get("text"), quantity.get("value"), quantity.get("unit"), *sides)


def _result(number: int, lot: random.Random) -> Result:
    test, unit, low, high = _TESTS[number % len(_TESTS)]
    value = lot.randrange(low, high + 2) + number / 10_000
    return Result(test, f"{value:.4f}", unit, str(low), str(high), "H" if value > high else "")


_TESTS = (
    ("Sodium", "mmol/L", 135, 146), ("Potassium", "mmol/L", 3, 5), ("Chloride", "mmol/L", 98, 110),
    ("Glucose", "mg/dL", 65, 99), ("Creatinine", "mg/dL", 1, 2), ("Calcium", "mg/dL", 8, 10),
    ("Albumin", "g/dL", 3, 5), ("Total Protein", "g/dL", 6, 8), ("AST", "U/L", 10, 35), ("ALT", "U/L", 6, 29),
    ("Hemoglobin", "g/dL", 11, 15), ("Hematocrit", "%", 35, 45), ("WBC", "K/uL", 4, 10),
    ("Platelets", "K/uL", 140, 400), ("Ferritin", "ng/mL", 15, 150), ("Magnesium", "mg/dL", 1, 2))
"""Name, unit and reference range."""
