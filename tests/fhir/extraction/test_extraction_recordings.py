"""ECG reports: measurements in columns, several behind one label, findings without a heading."""

from __future__ import annotations

import pytest

from tests.fhir.extraction.conftest import Read

_ECG = """
ROE, JANE             ID: 20045      08-MAY-2024 07:31        North Memorial
22-JAN-1949 (75 yr)   Vent. rate     58        BPM    Sinus bradycardia with first degree AV block
Female                PR interval    212       ms     Possible inferior infarct
Room: 6               QRS duration   104       ms     Otherwise normal ECG
                      QT/QTc         438/430   ms     When compared with ECG of 11-FEB-2023,
                      P-R-T axes     47 -34 61        atrial flutter is no longer present, vent. rate was 91
"""


def test_a_name_its_value_and_its_unit_stand_in_columns_beside_each_other(read: Read) -> None:
    found = [(o.name, o.value and (o.value.printed, o.value.unit)) for o in read(_ECG).observations]
    assert found == [
        ("Vent. rate", ("58", "BPM")),
        ("PR interval", ("212", "ms")),
        ("QRS duration", ("104", "ms")),
        ("QT", ("438", "ms")),
        ("QTc", ("430", "ms")),
        ("P axis", ("47", None)),
        ("R axis", ("-34", None)),
        ("T axis", ("61", None)),
    ]


def test_a_recording_finds_what_it_states_not_what_is_possible_normal_or_was_before(read: Read) -> None:
    assert [fact.name for fact in read(_ECG).conditions] == ["Sinus bradycardia", "first degree AV block"]


def test_a_date_with_an_age_is_one_of_birth(read: Read) -> None:
    patient = read(_ECG).patients[0]
    assert patient.birth_date and patient.birth_date.value == "1949-01-22"
    assert (patient.name, patient.gender) == ("ROE, JANE", "female")


@pytest.mark.parametrize("line", [
    "QT/QTc: 438/430 ms", "QT/QTc 438/430 ms", "QT / QTc   438 / 430 ms", "QT/QTc (ms): 438/430",
])  # fmt: skip
def test_a_label_for_two_intervals_has_two_values(read: Read, line: str) -> None:
    found = [(o.name, o.value and (o.value.printed, o.value.unit)) for o in read(
        f"Patient: Jane Roe   MRN: 4471\n{line}\n").observations]
    assert found == [("QT", ("438", "ms")), ("QTc", ("430", "ms"))]


@pytest.mark.parametrize("sentence", [
    "Notify MD if: T > 101, HR < 60 or > 110, SBP > 170, glucose > 300 or < 70.",
    "Please call the office for temperature over 101 F, or pulse above 120.",
    "Hold metoprolol if heart rate 55 or lower.",
    "Call parameters: glucose 300, heart rate 120.",
])  # fmt: skip
def test_limits_at_which_to_call_or_to_hold_are_not_measured(read: Read, sentence: str) -> None:
    page = f"Patient: Jane Roe   MRN: 4471\nVITAL SIGNS\nPulse 80   Temp 97.9 F\n{sentence}\n"
    assert {o.name for o in read(page).observations} == {"Pulse", "Temp"}


def test_blood_pressure_at_the_top_of_a_page_is_no_page_number(read: Read) -> None:
    page = "Patient: Jane Roe   MRN: 4471\nBlood Pressure\n120/80\n"
    assert [o.value and o.value.printed for o in read(page).observations] == ["120", "80"]


def test_a_length_is_measured_whatever_it_is_of_and_the_side_is_part_of_its_name(read: Read) -> None:
    page = "Patient: Jane Roe   MRN: 4471\nWOUND ASSESSMENT\nLength: 3.2 cm   Depth: 0.3 cm\n"
    facts = read(page + "Ankle girth: L 27 cm R 24 cm\n")
    found = [(o.name, o.value and (o.value.printed, o.value.unit), o.flag) for o in facts.observations]
    assert found == [
        ("Length", ("3.2", "cm"), None), ("Depth", ("0.3", "cm"), None),
        ("Ankle girth, left", ("27", "cm"), None), ("Ankle girth, right", ("24", "cm"), None),
    ]  # fmt: skip


def test_how_to_fill_in_a_field_is_no_part_of_its_value(read: Read) -> None:
    facts = read("NEW PATIENT\nName (first, last) Jane Roe\nDate of birth Sept 26, 1990\nAllergies: latex\n")
    assert [patient.name for patient in facts.patients] == ["Jane Roe"]


def test_what_an_examination_is_to_look_for_is_no_condition(read: Read) -> None:
    facts = read("Patient: Jane Roe   MRN: 4471\nINDICATION\nChronic cough. Evaluate for malignancy.\n")
    assert "malignancy" not in " ".join(fact.name for fact in facts.conditions).lower()
