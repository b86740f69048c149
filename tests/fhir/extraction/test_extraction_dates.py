from __future__ import annotations

from datetime import date

import pytest

from include.fhir.extraction.dates import DateReader, Order
from include.fhir.facts import PrintedDate


def test_a_component_above_twelve_proves_the_order_for_the_whole_document() -> None:
    reader = DateReader(["seen 24/05/2023", "born 03/04/1980"])
    assert reader.read("03/04/1980", at=1) == PrintedDate("03/04/1980", "1980-04-03")


def test_without_proof_the_order_is_ambiguous_and_no_value_is_guessed() -> None:
    assert DateReader(["03/04/2021"]).read("03/04/2021") == PrintedDate("03/04/2021", None, ambiguous=True)


def test_equal_day_and_month_need_no_order() -> None:
    assert DateReader([]).read("10/10/1982") == PrintedDate("10/10/1982", "1982-10-10")


def test_a_printed_legend_proves_the_order() -> None:
    assert DateReader(["Date (mm/dd/yyyy)"]).order() is Order.MONTH_FIRST


def test_header_and_body_with_different_orders_are_read_by_the_nearest_proof() -> None:
    lines = ["DOB 07/16/2004", "reported 04/27/2024", "born on 16/07/2004", "recorded 04/11/2023", "visit 21/09/2023"]
    assert DateReader(lines).read("04/11/2023", at=3) == PrintedDate("04/11/2023", "2023-11-04")


def test_between_two_orders_a_date_stays_ambiguous() -> None:
    lines = ["07/16/2004", "03/04/2024", "21/09/2023"]
    found = DateReader(lines).read("03/04/2024", at=1)
    assert found is not None and found.ambiguous and found.value is None


@pytest.mark.parametrize("printed", ["02/30/2020", "31.02.2021", "2021-02-30"])
def test_an_impossible_date_has_no_value_and_is_not_repaired(printed: str) -> None:
    assert DateReader(["12/31/2019"]).read(printed) == PrintedDate(printed, None)


def test_a_two_digit_year_of_birth_never_lies_after_the_latest_date_printed() -> None:
    reader = DateReader(["1/18/21", "2/8/2021"])
    assert reader.read("1/7/59", birth=True) == PrintedDate("1/7/59", "1959-01-07")


def test_a_two_digit_year_of_birth_never_lies_after_today() -> None:
    assert DateReader(["12/31/99"], today=date(2020, 1, 1)).read("12/31/21", birth=True) == PrintedDate(
        "12/31/21", "1921-12-31"
    )


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("17. Mai 1944", "1944-05-17"),
        ("6. Februar 2013, 15:10", "2013-02-06T15:10"),
        ("05-May-2019", "2019-05-05"),
        ("March 3, 2021", "2021-03-03"),
        ("2024-03-01 09:10", "2024-03-01T09:10"),
        ("31.12.1952", "1952-12-31"),
        ("06/2009", "2009-06"),
        ("Jan 2015", "2015-01"),
        ("01/15/2021 08:30 PM", "2021-01-15T20:30"),
    ],
)
def test_written_forms_keep_the_precision_that_is_printed(printed: str, value: str) -> None:
    found = DateReader([]).read(printed)
    assert found is not None and found.value == value


@pytest.mark.parametrize("text", ["567-45-5412", "646-555-0111", "120/80", "4.5-11.0", "1-0-1-0"])
def test_numbers_that_only_look_like_dates_are_none(text: str) -> None:
    assert DateReader([]).read(text) is None
