"""Reports of measurements: lists side by side, strips of vital signs, oxygen beside a saturation, limits in prose."""

from __future__ import annotations

import pytest

from tests.fhir.extraction.conftest import Read
from tests.fhir.extraction.ruled_tables import read_with_table

_HEAD = "Name: Jane Roe     DOB: 05/02/1949\n\n"


def _told(facts: object) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (o.name, o.value.printed, o.value.unit, o.reference_range)
        for o in facts.observations if o.value  # type: ignore[attr-defined]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "value", "normal"),
    [("2D", "Doppler", "Value", "Normal"), ("Left heart", "Right heart", "Result", "Reference"),
     ("Chambers", "Valves", "Measured", "Ref range"), ("Joint right", "Joint left", "Value", "Expected")],
)  # fmt: skip
def test_each_list_side_by_side_names_its_own_values(
    first: str, second: str, value: str, normal: str
) -> None:
    facts = read_with_table(_HEAD, [
        [first, value, normal, second, value, normal],
        ["LVIDd", "4.4 cm", "3.8-5.2", "AV peak velocity", "4.3 m/s", "<2.0"],
        ["IVSd", "1.3 cm", "0.6-0.9", "Mean gradient", "46 mmHg", "<10"],
        ["LA diameter", "4.3 cm", "2.7-3.8", "E/A ratio", "0.7", ""],
    ])  # fmt: skip
    assert _told(facts) == [
        ("LVIDd", "4.4", "cm", "3.8-5.2"), ("AV peak velocity", "4.3", "m/s", "<2.0"),
        ("IVSd", "1.3", "cm", "0.6-0.9"), ("Mean gradient", "46", "mmHg", "<10"),
        ("LA diameter", "4.3", "cm", "2.7-3.8"), ("E/A ratio", "0.7", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line", ["SpO2 93% on 2 L NC", "SpO2: 93 % on 2L", "SpO2 93% 2 L/min", "SpO2 93% on 2 L via mask"]
)
def test_litres_of_oxygen_are_no_flag_of_the_saturation(read: Read, line: str) -> None:
    facts = read(_HEAD + "VITAL SIGNS\n" + line)
    assert [(o.value.printed, o.flag) for o in facts.observations if o.value and o.name == "SpO2"] == [("93", None)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [("T 99.1 F oral P 88 R 18", ["99.1", "88", "18"]), ("T 99.1 Foral P88 R18", ["99.1", "88", "18"]),
     ("R18 P88 BP 120/80", ["18", "88", "120", "80"]), ("P 72 reg, R 16 unlabored, T 36.8", ["72", "16", "36.8"])],
)  # fmt: skip
def test_letters_with_numbers_in_one_line_are_vital_signs(read: Read, line: str, expected: list[str]) -> None:
    facts = read(_HEAD + "VITAL SIGNS\n" + line)
    assert [o.value.printed for o in facts.observations if o.value] == expected


@pytest.mark.parametrize("more", ["or more", "or higher", "and above", "or over", "or greater"])
def test_a_number_with_or_more_behind_it_is_a_limit(read: Read, more: str) -> None:
    facts = read(_HEAD + f"Athletes with a fever of 100.4 F {more} may not participate.")
    assert facts.observations == ()


def test_the_day_on_which_a_vaccine_expires_is_not_the_day_it_was_given() -> None:
    facts = read_with_table(_HEAD, [
        ["Vaccine", "Lot no.", "Exp.", "Site", "Given on"],
        ["Fluzone High-Dose", "U8240CA", "06/2025", "R arm", "04/22/2025"],
        ["Shingrix", "3R7KD", "11/2026", "L arm", "04/22/2025"],
    ])  # fmt: skip
    assert [(i.vaccine, i.lot, i.date.value if i.date else None) for i in facts.immunizations] == [
        ("Fluzone High-Dose", "U8240CA", "2025-04-22"), ("Shingrix", "3R7KD", "2025-04-22")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("right", "left"),
    [("Right (OD)", "Left (OS)"), ("OD", "OS"), ("Right ear", "Left ear"), ("R", "L"), ("Rechts", "Links"),
     ("Right hand", "Left hand")],
)  # fmt: skip
def test_a_column_for_each_side_is_part_of_the_name(right: str, left: str) -> None:
    facts = read_with_table(_HEAD + "Allergy: brimonidine (red eyes).", [
        ["", right, left],
        ["IOP", "19 mmHg", "15 mmHg"],
        ["Acuity", "20/40", "20/20"],
        ["Lens", "clear, some haze", "PCIOL, clear"],
    ])  # fmt: skip
    assert _told(facts) == [
        (f"IOP {right}", "19", "mmHg", None), (f"IOP {left}", "15", "mmHg", None),
        (f"Acuity {right}", "20/40", None, None), (f"Acuity {left}", "20/20", None, None),
    ]  # fmt: skip
    assert [a.substance for a in facts.allergies] == ["brimonidine"]


@pytest.mark.parametrize("counted", ["Visit", "Wks", "GA", "#", "Next visit", "Goal wt"])
def test_a_row_for_each_day_has_a_value_for_each_measured_column(counted: str) -> None:
    facts = read_with_table(_HEAD, [
        ["Date", counted, "Wt (lb)", "BP", "Fundal ht (cm)", "Remarks"],
        ["12/16/2024", "27", "158", "110/64", "27", "swelling"],
        ["01/13/2025", "31", "161", "114/70", "31", "fasting 88-94"],
    ])  # fmt: skip
    assert [(o.name, o.value.printed, o.value.unit, o.effective.value) for o in facts.observations
            if o.value and o.effective] == [
        ("Wt", "158", "lb", "2024-12-16"), ("Systolic blood pressure", "110", None, "2024-12-16"),
        ("Diastolic blood pressure", "64", None, "2024-12-16"), ("Fundal ht", "27", "cm", "2024-12-16"),
        ("Wt", "161", "lb", "2025-01-13"), ("Systolic blood pressure", "114", None, "2025-01-13"),
        ("Diastolic blood pressure", "70", None, "2025-01-13"), ("Fundal ht", "31", "cm", "2025-01-13"),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["Hgb 28 wk: 10.1 g/dL", "Hgb at 28 weeks 10.1 g/dL", "Hgb 28 wks 10.1 g/dL"])
def test_a_time_between_name_and_value_is_not_the_value(read: Read, line: str) -> None:
    facts = read(_HEAD + "LABS\n" + line)
    assert _told(facts) == [("Hgb", "10.1", "g/dL", None)]
