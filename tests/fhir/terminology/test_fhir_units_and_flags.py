"""Printed units -> UCUM; printed flags -> ObservationInterpretation."""

from __future__ import annotations

import pytest

from include.fhir.terminology.flags import interpretation
from include.fhir.terminology.units import kind_of_unit, ucum


@pytest.mark.parametrize(("printed", "code"), [
    ("K/uL", "10*3/uL"), ("k/mm3", "10*3/uL"), ("x10^3/uL", "10*3/uL"), ("X10E3/uL", "10*3/uL"),
    ("10³/µL", "10*3/uL"), ("Thousand/uL", "10*3/uL"), ("10^9/L", "10*3/uL"), ("x10(6)/mcL", "10*6/uL"),
    ("M/uL", "10*6/uL"), ("10^12/L", "10*6/uL"), ("cells/uL", "/uL"),
    ("mmHg", "mm[Hg]"), ("mm Hg", "mm[Hg]"), ("bpm", "/min"), ("breaths/min", "/min"),
    ("°F", "[degF]"), ("F", "[degF]"), ("° C", "Cel"), ("Celsius", "Cel"),
    ("mcg/dL", "ug/dL"), ("µg/dL", "ug/dL"), ("IU/L", "[iU]/L"), ("U/L", "U/L"), ("µIU/mL", "u[iU]/mL"),
    ("mIU/L", "m[iU]/L"), ("mEq/L", "meq/L"), ("mg/dL", "mg/dL"), ("MG/DL", "mg/dL"), ("gm/dl", "g/dL"),
    ("%", "%"), ("fL", "fL"), ("pg", "pg"), ("/HPF", "/[HPF]"), ("mm/hr", "mm/h"), ("kg/m²", "kg/m2"),
    ("mL/min/1.73m²", "mL/min/{1.73_m2}"), ("mg/24 hr", "mg/(24.h)"), ("lbs", "[lb_av]"), ("IU", "[iU]"),
    ("sec", "s"), ("ng/mL FEU", "ng/mL{FEU}"),
])
def test_a_printed_unit_has_its_ucum_code(printed: str, code: str) -> None:
    assert ucum(printed) == code


@pytest.mark.parametrize("printed", ["", "  ", "units", "tablet", "xyz/dL", "mg/blob", "See note", "puffs", "K"])
def test_an_unknown_unit_has_no_code(printed: str) -> None:
    assert ucum(printed) is None


def test_a_kind_is_told_by_the_unit_alone() -> None:
    codes = ("mg/dL", "mmol/L", "10*3/uL", "%", "U/L", "[iU]/L", "mg/g", "mg/(24.h)")
    assert [kind_of_unit(code) for code in codes] == [
        "mass", "moles", "count", "fraction", "activity", "activity", "ratio", "mass_per_time"]


@pytest.mark.parametrize(("printed", "code"), [
    ("H", "H"), ("(L)", "L"), ("High", "H"), ("HH", "HH"), ("critical low", "LL"), ("*", "A"), ("Abnormal", "A"),
    ("N", "N"), ("[H]", "H"),
])
def test_a_printed_flag_has_its_code(printed: str, code: str) -> None:
    found = interpretation(printed)
    assert found is not None
    assert found[0] == code


def test_a_flag_that_means_nothing_known_has_no_code() -> None:
    assert interpretation("see comment") is None
