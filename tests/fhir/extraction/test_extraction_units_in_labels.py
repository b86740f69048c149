"""Numbers whose label prints their unit, whatever is measured."""

from __future__ import annotations

import pytest

from tests.fhir.extraction.conftest import Read

_PATIENT = "Patient: Jane Roe    DOB: 03/04/1970\n\n"


@pytest.mark.parametrize(("printed", "expected"), [
    ("PD (mm): 63", [("PD", "63", "mm")]),
    ("Thumb opening [cm]: 7.5", [("Thumb opening", "7.5", "cm")]),
    ("Knee bend (degrees): 112", [("Knee bend", "112", "degrees")]),
    ("Opening (mm): R 31, L 34", [("Opening R", "31", "mm"), ("Opening L", "34", "mm")]),
    ("Grip (kg): right 36 / left 41", [("Grip right", "36", "kg"), ("Grip left", "41", "kg")]),
    ("Goal opening (mm): 40", []), ("Previous grip (kg): 30", []), ("Losartan (mg): 50", []), ("Dose (mg): 50", []),
    ("Opening (mm): 31 of 40", []), ("Opening (jaw): 31", []), ("Opening (mm): 30-40", []),
])  # fmt: skip
def test_a_label_with_a_unit_names_the_number_behind_it(
    read: Read, printed: str, expected: list[tuple[str, str, str]]
) -> None:
    facts = read(_PATIENT + printed).observations
    assert [(fact.name, fact.value.printed, fact.value.unit) for fact in facts if fact.value] == expected
