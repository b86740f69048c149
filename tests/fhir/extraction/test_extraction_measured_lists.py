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
