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
