from __future__ import annotations

from decimal import Decimal

import pytest

from include.fhir.extraction.statements.values import is_range, read_result, unit_in
from include.fhir.facts import MeasuredValue


@pytest.mark.parametrize(
    ("printed", "value", "flag"),
    [
        ("95", MeasuredValue("95", Decimal("95")), None),
        ("11.2 H", MeasuredValue("11.2", Decimal("11.2")), "H"),
        ("* 7.4 mmol/L", MeasuredValue("7.4", Decimal("7.4"), unit="mmol/L"), "*"),
        (">1000", MeasuredValue(">1000", Decimal("1000"), ">"), None),
        ("312,000", MeasuredValue("312,000", Decimal("312000")), None),
        ("0-2 /hpf", MeasuredValue("0-2", unit="/hpf", low=Decimal("0"), high=Decimal("2")), None),
        ("2+", MeasuredValue("2+"), None),
        ("Trace", MeasuredValue("Trace"), None),
        ("See note", MeasuredValue("See note"), None),
        ("NON- REACTIVE", MeasuredValue("NON-REACTIVE"), None),
        ("99 % RA", MeasuredValue("99", Decimal("99"), unit="%"), None),
        ("11,8 +", MeasuredValue("11,8", Decimal("11.8")), "+"),
        ("Negative", MeasuredValue("Negative"), None),
        ("5.4(H)", MeasuredValue("5.4", Decimal("5.4")), "H"),
    ],
)
def test_a_result_is_taken_apart_as_printed(printed: str, value: MeasuredValue, flag: str | None) -> None:
    result = read_result(printed)
    assert (result.value, result.flag) == (value, flag)


def test_a_pending_result_has_no_value() -> None:
    assert read_result("Pending").value is None
    assert read_result("Pending").pending


def test_done_is_a_status_and_no_value() -> None:
    result = read_result("Done")
    assert result.value is None and result.status_only


@pytest.mark.parametrize("printed", ["", "--", "N/A", "____"])
def test_an_empty_cell_is_no_result(printed: str) -> None:
    assert read_result(printed).value is None


@pytest.mark.parametrize("text", ["4.5-11.0", "<200", "> OR = 40", "3.4 - 10.8", "up to 40", "Not Estab."])
def test_ranges_are_known(text: str) -> None:
    assert is_range(text)


@pytest.mark.parametrize(
    "unit", ["mg/dL", "x10E3/uL", "10^3/uL", "K/uL", "mmol/L", "%", "fL", "mL/min/1.73", "/hpf", "mmHg"]
)
def test_units_are_found_whole(unit: str) -> None:
    assert unit_in(f"{unit}") == unit
