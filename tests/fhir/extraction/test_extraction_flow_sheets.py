"""Flow sheets and diaries: columns and rows of times, and grids of one test."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.fhir.extraction.dates import DateReader
from include.fhir.extraction.tables.clock import clock_of, moment
from include.fhir.facts import DocumentFacts, PrintedDate

Read = Callable[..., DocumentFacts]
_HEAD = "Patient Name: Ada Lane    DOB: 03/14/1975    MRN: 4711\n"


def told(facts: DocumentFacts) -> list[tuple[str, str | None, str | None]]:
    return [
        (o.name, o.value.printed if o.value else None, o.effective.value if o.effective else None)
        for o in facts.observations
    ]


@pytest.mark.parametrize(
    ("printed", "clock"),
    [
        ("0400", "T04:00"), ("04:00", "T04:00"), ("4:05 PM", "T16:05"), ("12 am", "T00:00"), ("2400", "T00:00"),
        ("8 a.m.", "T08:00"), ("17:30 Uhr", "T17:30"), ("0870", None), ("108", None), ("14:00 PM", None), ("8", None),
    ],
)  # fmt: skip
def test_a_time_of_day_is_read_in_its_usual_forms(printed: str, clock: str | None) -> None:
    assert clock_of(printed) == clock


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("0400", "2023-07-03T04:00"), ("Tue 7/4", "2023-07-04"), ("7/4 0800", "2023-07-04T08:00"),
        ("Mon 7/4", None), ("12/31", "2023-12-31"), ("07/04/2021 06:00", "2021-07-04T06:00"), ("Fasting", None),
    ],
)  # fmt: skip
def test_a_sheets_day_completes_times_and_dates_without_a_year(printed: str, value: str | None) -> None:
    """A weekday that is not that of the date proves another year, so no date at all."""
    found = moment(printed, PrintedDate("07/03/2023", "2023-07-03"), DateReader(["12/31/2022"]), 0)
    assert (found.value if found else None) == value


def test_columns_of_times_are_results_of_the_day_in_the_corner(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Date: 04/13/2024    0000      0400      0800
Pulse (bpm)         112       104
Resp (/min)         24        22        20
O2 Delivery         4 L NC    4 L NC    RA
"""
    )
    assert told(facts) == [
        ("Pulse", "112", "2024-04-13T00:00"), ("Pulse", "104", "2024-04-13T04:00"),
        ("Resp", "24", "2024-04-13T00:00"), ("Resp", "22", "2024-04-13T04:00"), ("Resp", "20", "2024-04-13T08:00"),
    ]  # fmt: skip


def test_rows_of_times_are_results_of_the_day_above_the_table(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Date: 02/29/2024

Time        HR      Resp    Pain
6:00 AM     88      18      4
2:15 PM     79      16      2
"""
    )
    assert told(facts)[:3] == [
        ("HR", "88", "2024-02-29T06:00"), ("Resp", "18", "2024-02-29T06:00"), ("Pain", "4", "2024-02-29T06:00"),
    ]  # fmt: skip
    assert told(facts)[-1] == ("Pain", "2", "2024-02-29T14:15")


def test_years_over_columns_are_no_times(read: Read) -> None:
    facts = read(_HEAD + "\nTest          2019      2020\nGlucose       99        101\nSodium        139       140\n")
    assert not [o for o in facts.observations if o.effective and "T" in (o.effective.value or "")]


def test_a_diary_is_a_grid_of_the_one_test_that_its_title_names(read: Read) -> None:
    facts = read(
        """
My Blood Glucose Log
"""
        + _HEAD
        + """Week of: 7/3/2023

Day        Fasting (mg/dL)    Before lunch (mg/dL)    Lantus (units)    Notes
Mon 7/3    142                                        22
Tue 7/4    131                165                     22                felt shaky
Wed 7/5    118                149                     24

Target: before meals 80-130 mg/dL. Call if below 70 or above 300.
"""
    )
    assert told(facts) == [
        ("Blood Glucose", "142", "2023-07-03"), ("Blood Glucose", "131", "2023-07-04"),
        ("Blood Glucose", "165", "2023-07-04"), ("Blood Glucose", "118", "2023-07-05"),
        ("Blood Glucose", "149", "2023-07-05"),
    ]  # fmt: skip
    assert {o.value.unit for o in facts.observations if o.value} == {"mg/dL"}
    assert [o.note for o in facts.observations][:3] == ["Fasting (mg/dL)", "Fasting (mg/dL)", "Before lunch (mg/dL)"]


def test_a_diary_under_two_tests_is_of_neither(read: Read) -> None:
    facts = read(
        "Blood Glucose and Weight Log\n"
        + _HEAD
        + "\nDate         AM     PM\n07/03/2023   142    188\n07/04/2023   131    165\n"
    )
    assert not facts.observations
