"""Results as Observations (http://hl7.org/fhir/R4/observation.html)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from include.documents.content import Box
from include.fhir.facts import Category, MeasuredValue, ObservationFact, PrintedDate, Source
from include.fhir.resources.elements import SOURCE_EXTENSION
from include.fhir.resources.observations import BloodPressure, blood_pressure, observation, paired
from include.fhir.resources.values import reference_range

SUBJECT = {"reference": "urn:uuid:00000000-0000-5000-8000-000000000000"}
DAY = PrintedDate("03/04/2024", "2024-03-04")


def result(name: str, number: str | None, unit: str | None = None, **more: Any) -> ObservationFact:
    printed = more.pop("printed", number or "")
    value = MeasuredValue(printed, Decimal(number) if number else None, more.pop("comparator", None), unit)
    return ObservationFact(name, value, **more)


def test_a_number_keeps_the_printed_unit_beside_its_ucum_code() -> None:
    made = observation(result("WBC", "11.20", "K/uL"), SUBJECT)
    assert made["valueQuantity"] == {
        "value": 11.2, "unit": "K/uL", "system": "http://unitsofmeasure.org", "code": "10*3/uL"}
    assert made["code"]["text"] == "WBC"
    assert made["code"]["coding"][0]["code"] == "6690-2"


def test_an_unknown_unit_is_kept_without_a_code() -> None:
    assert observation(result("Foo", "1", "blobs"), SUBJECT)["valueQuantity"] == {"value": 1, "unit": "blobs"}


def test_no_unit_is_invented() -> None:
    assert observation(result("Sodium", "138"), SUBJECT)["valueQuantity"] == {"value": 138}


@pytest.mark.parametrize(("name", "number"), [("Temperature", "98"), ("SpO2", "98"), ("Systolic BP", "120")])
def test_no_unit_is_invented_for_a_vital_sign_either(name: str, number: str) -> None:
    """The R4 vital signs profiles fix a code for these; what is not printed stays a gap all the same."""
    made = observation(result(name, number, category=Category.VITAL_SIGNS), SUBJECT)["valueQuantity"]
    assert made == {"value": int(number)}


@pytest.mark.parametrize("name", ["Pulse", "Resp Rate"])
def test_a_rate_has_the_code_that_its_meaning_fixes_and_no_printed_unit(name: str) -> None:
    made = observation(result(name, "72", category=Category.VITAL_SIGNS), SUBJECT)["valueQuantity"]
    assert made == {"value": 72, "system": "http://unitsofmeasure.org", "code": "/min"}


def test_a_comparator_stays_with_its_number() -> None:
    made = observation(result("TSH", "0.01", "uIU/mL", comparator="<", printed="<0.01"), SUBJECT)
    assert made["valueQuantity"]["comparator"] == "<"


def test_a_text_result_is_a_text() -> None:
    made = observation(result("Nitrite", None, printed="Negative", specimen="Urine"), SUBJECT)
    assert made["valueString"] == "Negative"
    assert made["specimen"] == {"display": "Urine"}


def test_a_result_that_is_a_range_has_both_ends() -> None:
    value = MeasuredValue("0-2", low=Decimal(0), high=Decimal(2), unit="/HPF")
    made = observation(ObservationFact("WBC", value, panel="Urinalysis"), SUBJECT)
    assert (made["valueRange"]["low"]["value"], made["valueRange"]["high"]["value"]) == (0, 2)
    assert made["code"]["coding"][0]["code"] == "5821-4"


def test_no_interpretation_without_a_printed_flag_however_far_outside_the_range() -> None:
    assert "interpretation" not in observation(result("Sodium", "199", reference_range="136-145"), SUBJECT)


def test_a_printed_flag_is_an_interpretation() -> None:
    made = observation(result("Sodium", "150", flag="H"), SUBJECT)
    assert made["interpretation"][0]["coding"][0]["code"] == "H"
    assert made["interpretation"][0]["text"] == "H"


def test_a_pending_test_has_no_value_and_says_so() -> None:
    made = observation(ObservationFact("ECG", None, status="registered"), SUBJECT)
    assert not [key for key in made if key.startswith("value")]
    assert made["dataAbsentReason"]["coding"][0]["code"] == "temp-unknown"


def test_a_time_without_a_zone_stays_as_printed_beside_its_day() -> None:
    made = observation(result("Sodium", "138", effective=PrintedDate("3/4/24 08:15", "2024-03-04T08:15")), SUBJECT)
    assert made["effectiveDateTime"] == "2024-03-04"
    assert made["_effectiveDateTime"]["extension"][0]["valueString"] == "3/4/24 08:15"


def test_an_impossible_date_is_no_date() -> None:
    made = observation(result("Sodium", "138", effective=PrintedDate("02/30/20", None)), SUBJECT)
    assert "effectiveDateTime" not in made
    assert "02/30/20" in str(made["_effectiveDateTime"])


def test_the_evidence_names_page_box_words_and_confidence() -> None:
    made = observation(result("Sodium", "138", source=Source(2, "Sodium 138", Box(0.1, 0.2, 0.3, 0.04), 91.5)), SUBJECT)
    assert made["extension"] == [{"url": SOURCE_EXTENSION, "extension": [
        {"url": "page", "valuePositiveInt": 2}, {"url": "confidence", "valueDecimal": 91.5},
        {"url": "text", "valueString": "Sodium 138"}, {"url": "box", "valueString": "0.1000 0.2000 0.3000 0.0400"}]}]


@pytest.mark.parametrize(("text", "low", "high"), [
    ("136-145", 136, 145), ("4.5 – 11.0", 4.5, 11), ("(0.5 - 1.2 mg/dL)", 0.5, 1.2), ("<200", None, 200),
    (">= 40", 40, None), ("≤5", None, 5), ("1,000-2,000", 1000, 2000), ("Negative", None, None),
    ("Male: 13-17", None, None), ("10-5", None, None), ("3-5 g/L", 3, 5), ("<5 after meals", None, None),
])
def test_a_range_is_kept_as_printed_with_the_limits_that_it_states(
        text: str, low: float | None, high: float | None) -> None:
    (made,) = reference_range(text, "mg/dL")
    assert made["text"] == text
    assert (made.get("low", {}).get("value"), made.get("high", {}).get("value")) == (low, high)


def test_a_range_keeps_its_own_unit() -> None:
    assert reference_range("3-5 g/L", "mg/dL")[0]["low"]["unit"] == "g/L"
    assert reference_range("3-5", "mg/dL")[0]["low"]["unit"] == "mg/dL"


def pressures(*dates: PrintedDate | None) -> list[ObservationFact]:
    names = (("Systolic BP", "128"), ("Diastolic BP", "78"))
    return [result(name, number, "mmHg", category=Category.VITAL_SIGNS, effective=date)
            for date in dates for name, number in names]


def test_systolic_and_diastolic_of_one_time_are_one_panel() -> None:
    (pair,) = paired(pressures(DAY))
    assert isinstance(pair, BloodPressure)
    made = blood_pressure(pair, SUBJECT)
    assert made["code"]["coding"][0]["code"] == "85354-9"
    assert [(c["code"]["coding"][0]["code"], c["valueQuantity"]["value"]) for c in made["component"]] == [
        ("8480-6", 128), ("8462-4", 78)]


def test_systolic_and_diastolic_of_different_times_stay_apart() -> None:
    facts = [pressures(DAY)[0], pressures(PrintedDate("x", "2024-03-05"))[1]]
    assert list(paired(facts)) == facts


def test_two_measurements_are_two_panels() -> None:
    assert len(list(paired(pressures(DAY, PrintedDate("x", "2024-03-05"))))) == 2


def test_a_pressure_printed_as_one_text_is_the_same_panel() -> None:
    fact = ObservationFact("BP", MeasuredValue("120/80", unit="mmHg"), Category.VITAL_SIGNS)
    made = observation(fact, SUBJECT)
    assert [c["valueQuantity"]["value"] for c in made["component"]] == [120, 80]


def test_pulse_oximetry_has_the_general_code_too() -> None:
    """The vital signs profile of R4 fixes 2708-6 (http://hl7.org/fhir/R4/oxygensat.html)."""
    made = observation(result("SpO2", "98", "%", category=Category.VITAL_SIGNS), SUBJECT)
    assert [c["code"] for c in made["code"]["coding"]] == ["59408-5", "2708-6"]


def test_a_printed_loinc_code_wins_if_its_check_digit_is_right() -> None:
    assert observation(result("Foo", "1", loinc_printed="718-7"), SUBJECT)["code"]["coding"][0]["code"] == "718-7"
    assert "coding" not in observation(result("Foo", "1", loinc_printed="718-8"), SUBJECT)["code"]


def test_a_habit_is_a_concept() -> None:
    fact = ObservationFact("Smoking", MeasuredValue("Never"), Category.SOCIAL_HISTORY)
    made = observation(fact, SUBJECT)
    assert made["valueCodeableConcept"]["coding"][0]["code"] == "266919005"
    assert made["valueCodeableConcept"]["text"] == "Never"
