"""Medications, conditions, allergies, immunizations, procedures and people as resources."""

from __future__ import annotations

from typing import Any

import pytest

from include.fhir.facts import (
    AllergyFact,
    ConditionFact,
    EncounterFact,
    IdentifierKind,
    ImmunizationFact,
    MedicationFact,
    MedicationStatus,
    PatientFact,
    PractitionerFact,
    PrintedDate,
    PrintedIdentifier,
    ProcedureFact,
)
from include.fhir.resources import documents, people
from include.fhir.resources.allergies import allergy
from include.fhir.resources.conditions import condition, procedure
from include.fhir.resources.dosage import repeat
from include.fhir.resources.immunizations import immunization
from include.fhir.resources.medications import medication

SUBJECT = {"reference": "urn:uuid:00000000-0000-5000-8000-000000000000"}


def rate(frequency: int, period: int, unit: str) -> dict[str, Any]:
    return {"frequency": frequency, "period": period, "periodUnit": unit}


@pytest.mark.parametrize(("printed", "expected"), [
    ("once daily", rate(1, 1, "d")), ("Daily", rate(1, 1, "d")), ("Twice daily", rate(2, 1, "d")),
    ("b.i.d.", rate(2, 1, "d")), ("TID", rate(3, 1, "d")), ("3/day", rate(3, 1, "d")),
    ("2 times a day", rate(2, 1, "d")),
    ("every 6 hours", rate(1, 6, "h")), ("q8h", rate(1, 8, "h")), ("once/week", rate(1, 1, "wk")),
    ("po twice a day with food", rate(2, 1, "d")), ("every 6 hours as needed", rate(1, 6, "h")),
])
def test_a_certain_rate_is_a_timing(printed: str, expected: dict[str, Any]) -> None:
    assert repeat(printed) == expected


@pytest.mark.parametrize("printed", [
    None, "", "as needed for pain", "1-0-0.5-0", "1 and 1 1/2 tabs po qhs", "every 4-6 hours", "as directed",
    "daily or twice daily", "previously (stopped)"])
def test_an_uncertain_rate_stays_text(printed: str | None) -> None:
    assert repeat(printed) is None


def test_a_medication_keeps_its_instruction_as_text_and_in_parts() -> None:
    fact = MedicationFact("Ibuprofen", dose="1,200 mg", route="oral", frequency="every 6 hours", as_needed=True,
                          start=PrintedDate("02/03/20", "2020-02-03"), end=PrintedDate("02/30/20", None))
    made = medication(fact, SUBJECT)
    (dosage,) = made["dosage"]
    assert dosage["text"] == "1,200 mg, oral, every 6 hours, as needed"
    assert dosage["doseAndRate"][0]["doseQuantity"]["value"] == 1200
    assert dosage["asNeededBoolean"] is True
    assert dosage["route"] == {"text": "oral"}
    assert made["effectivePeriod"]["start"] == "2020-02-03"
    assert "end" not in made["effectivePeriod"]


def test_a_medication_without_instructions_has_no_dosage() -> None:
    made = medication(MedicationFact("Tums", status=MedicationStatus.STOPPED), SUBJECT)
    assert "dosage" not in made
    assert made["status"] == "stopped"


@pytest.mark.parametrize("dose", ["1 and 1 1/2 tabs", "0.5-1 tablet", "50 mg / Tbl", "2"])
def test_a_dose_that_is_not_one_amount_is_no_quantity(dose: str) -> None:
    assert "doseAndRate" not in medication(MedicationFact("X", dose=dose), SUBJECT)["dosage"][0]


def test_a_condition_says_no_status_that_is_not_printed() -> None:
    made = condition(ConditionFact("Hypertension"), SUBJECT)
    assert "clinicalStatus" not in made
    assert "verificationStatus" not in made
    assert made["code"] == {"text": "Hypertension"}


def test_a_printed_icd_code_is_one_only_in_its_form() -> None:
    good = condition(ConditionFact("Hypertension", code_printed="I10"), SUBJECT)
    assert good["code"]["coding"] == [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10"}]
    other = condition(ConditionFact("Hypertension", code_printed="38341003"), SUBJECT)
    assert other["code"]["coding"] == [{"code": "38341003"}]


@pytest.mark.parametrize(("substance", "code"), [
    ("NKDA", "409137002"), ("No known drug allergies", "409137002"), ("No Known Allergies", "716186003"),
    ("denied", "716186003"), ("none", "716186003")])
def test_a_general_denial_is_no_known_allergy(substance: str, code: str) -> None:
    made = allergy(AllergyFact(substance, denied=True), SUBJECT)
    assert made["code"]["coding"][0]["code"] == code
    assert "verificationStatus" not in made


def test_a_denied_substance_is_refuted() -> None:
    made = allergy(AllergyFact("Penicillin", denied=True), SUBJECT)
    assert made["verificationStatus"]["coding"][0]["code"] == "refuted"
    assert made["code"] == {"text": "Penicillin"}


def test_a_severity_belongs_to_its_reaction() -> None:
    made = allergy(AllergyFact("Penicillin", reaction="Hives", severity="Moderate"), SUBJECT)
    assert made["reaction"] == [{"manifestation": [{"text": "Hives"}], "severity": "moderate"}]


def test_an_immunization_without_a_date_says_that_it_is_absent() -> None:
    made = immunization(ImmunizationFact("Tetanus", lot="AA1", dose_number="2"), SUBJECT)
    assert "occurrenceDateTime" not in made
    assert made["_occurrenceString"]["extension"][0]["valueCode"] == "unknown"
    assert made["protocolApplied"] == [{"doseNumberPositiveInt": 2}]


def test_a_dose_that_is_no_number_is_a_text() -> None:
    made = immunization(ImmunizationFact("Tetanus", dose_number="Booster"), SUBJECT)
    assert made["protocolApplied"] == [{"doseNumberString": "Booster"}]


def test_a_scheduled_procedure_is_in_preparation() -> None:
    made = procedure(ProcedureFact("Surgery", PrintedDate("02/14/20", "2020-02-14"), status="preparation"), SUBJECT)
    assert (made["status"], made["performedDateTime"]) == ("preparation", "2020-02-14")


def test_a_patient_has_only_what_is_printed() -> None:
    assert people.patient(PatientFact("Ann Lee"), None) == {"resourceType": "Patient", "name": [{"text": "Ann Lee"}]}


def test_an_identifier_keeps_its_type_and_label() -> None:
    number = PrintedIdentifier("103-15-0825", IdentifierKind.SOCIAL_SECURITY, "SSN")
    made = people.patient(PatientFact("Ann Lee", identifiers=(number,)), None)
    assert made["identifier"] == [{
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "SS"}], "text": "SSN"},
        "system": "http://hl7.org/fhir/sid/us-ssn", "value": "103-15-0825"}]


@pytest.mark.parametrize(("label", "value", "system"), [
    ("NPI", "1234567893", "http://hl7.org/fhir/sid/us-npi"),
    ("NPI", "1234567890", None),
    ("License No", "1234567893", None),
])
def test_an_npi_is_one_by_its_label_and_check_digit(label: str, value: str, system: str | None) -> None:
    number = PrintedIdentifier(value, IdentifierKind.PROVIDER, label=label)
    made = people.practitioner(PractitionerFact("Dr. Kim", identifiers=(number,)))
    assert made["identifier"][0].get("system") == system


@pytest.mark.parametrize(("printed", "parts"), [
    ("12 Elm St, Apt 4, Springfield, IL 62704",
     {"line": ["12 Elm St, Apt 4"], "city": "Springfield", "state": "IL", "postalCode": "62704"}),
    ("12 Elm St Springfield IL 62704", {}),
    ("10 High Street, Leeds LS1 4AB", {}),
])
def test_an_address_has_the_parts_that_are_certain(printed: str, parts: dict[str, Any]) -> None:
    made = people.patient(PatientFact("Ann Lee", address=printed), None)
    assert made["address"] == [{"text": printed, **parts}]


@pytest.mark.parametrize(("printed", "expected"), [
    ("Discharge Summary", {"coding": [{"system": "http://loinc.org", "code": "18842-5",
                                       "display": "Discharge summary"}], "text": "Discharge Summary"}),
    ("Medikationsplan", {"text": "Medikationsplan"}),
    (None, {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "code": "UNK",
                        "display": "unknown"}]}),
])
def test_a_document_is_called_what_it_calls_itself(printed: str | None, expected: dict[str, Any]) -> None:
    assert documents.document_type(printed) == expected


def test_a_stay_is_finished_only_with_a_printed_end() -> None:
    start = PrintedDate("09/07/2020", "2020-09-07")
    assert people.encounter(EncounterFact(start=start), None)["status"] == "unknown"
    assert people.encounter(EncounterFact(start=start, end=start, inpatient=True), None)["status"] == "finished"


def test_a_class_that_is_not_printed_is_absent() -> None:
    assert "extension" in people.encounter(EncounterFact(), None)["class"]
    assert people.encounter(EncounterFact(inpatient=True), None)["class"]["code"] == "IMP"


def test_a_role_is_a_resource_of_its_own() -> None:
    assert people.practitioner_role(PractitionerFact("Dr. Lee"), SUBJECT) is None
    made = people.practitioner_role(PractitionerFact("Dr. Lee", role="surgeon"), SUBJECT)
    assert made == {"resourceType": "PractitionerRole", "practitioner": SUBJECT, "code": [{"text": "surgeon"}]}
