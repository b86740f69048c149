"""A comma is a thousand's or a decimal's; a dose is never ten times what is printed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from include.fhir.numbers import printed_decimal
from include.fhir.resources.elements import printed_quantity
from include.fhir.resources.values import reference_range


@pytest.mark.parametrize(("printed", "meant"), [
    ("2.5", "2.5"), ("2,5", "2.5"), ("12,45", "12.45"), ("0,125", "0.125"), ("1,000", "1000"), ("267,000", "267000"),
    ("1,250.5", "1250.5"), ("1,234,567", "1234567"), ("-12", "-12"), ("−12", "-12"), ("–3,4", "-3.4"), ("+2", "2"),
    ("7", "7")])
def test_a_printed_number_is_read_as_it_is_meant(printed: str, meant: str) -> None:
    assert printed_decimal(printed) == Decimal(meant)


@pytest.mark.parametrize("printed", ["1,2,3", "1,25.5", "", "x"])
def test_what_is_no_number_is_refused(printed: str) -> None:
    assert printed_decimal(printed) is None


@pytest.mark.parametrize(("printed", "value"), [("2,5 mg", 2.5), ("1,000 mcg", 1000), ("500 mg", 500)])
def test_a_dose_is_the_printed_one(printed: str, value: float) -> None:
    assert (printed_quantity(printed) or {})["value"] == value


def test_a_dose_with_commas_that_mean_nothing_stays_text() -> None:
    assert printed_quantity("1,2,3 mg") is None


def test_a_range_with_decimal_commas_has_its_limits() -> None:
    made = reference_range("3,5 - 5,1", "mmol/l")[0]
    assert (made["low"]["value"], made["high"]["value"]) == (3.5, 5.1)


def test_a_range_with_commas_that_mean_nothing_stays_text() -> None:
    assert reference_range("1,2,3 - 5", "mmol/l") == [{"text": "1,2,3 - 5"}]
