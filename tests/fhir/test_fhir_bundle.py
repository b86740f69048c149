"""Facts of a document as a transaction Bundle."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

from include.documents.content import Box
from include.fhir.bundle import build_bundle, content_id
from include.fhir.facts import (
    AllergyFact,
    Category,
    ConditionFact,
    DocumentFacts,
    EncounterFact,
    ImmunizationFact,
    MeasuredValue,
    MedicationFact,
    ObservationFact,
    PatientFact,
    PractitionerFact,
    PrintedDate,
    PrintedIdentifier,
    ProcedureFact,
    Source,
)
from include.fhir.resources.elements import PATIENT_KEYS
from include.fhir.validation import validate

ID = "doc-0123456789abcdef01234567"
DAY = PrintedDate("03/04/2024", "2024-03-04")
ANN = PatientFact("Ann Lee", family="Lee", given=("Ann",), birth_date=PrintedDate("x", "1977-05-24"), gender="female",
                  phone="555", address="1 Way", marital_status="Married")
BOB = PatientFact("Bob Ray", birth_date=PrintedDate("x", "1980-01-01"))


def sodium(number: str = "138", **more: Any) -> ObservationFact:
    return ObservationFact("Sodium", MeasuredValue(number, Decimal(number), unit="mmol/L"),
                           **{"source": Source(1, "Sodium"), **more})


FULL = DocumentFacts(
    document_type="discharge summary", title="Summary", date=DAY, patients=(ANN,),
    practitioners=(PractitionerFact("Dr. Kim", role="surgeon", phone="1"),),
    encounters=(EncounterFact(DAY, DAY, "Pain", "Home", "Ward", True),),
    observations=(sodium(panel="Basic Metabolic Panel", effective=DAY, reference_range="136-145", flag="H", note="n"),
                  ObservationFact("Nitrite", MeasuredValue("Negative"), specimen="Urine", method="strip"),
                  ObservationFact("BP", MeasuredValue("120/80", unit="mmHg"), Category.VITAL_SIGNS),
                  ObservationFact("Smoking", MeasuredValue("Never"), Category.SOCIAL_HISTORY),
                  ObservationFact("ECG", None, status="registered")),
    medications=(MedicationFact("Ibuprofen", "200 mg", "oral", "twice daily", "5 days", "tablet", True, start=DAY),),
    conditions=(ConditionFact("Hypertension", "I10", "active", DAY), ConditionFact("Cough", symptom=True)),
    allergies=(AllergyFact("Penicillin", "Hives", "severe"), AllergyFact("NKDA", denied=True),
               AllergyFact("Latex", denied=True)),
    immunizations=(ImmunizationFact("Tetanus", DAY, "L1", "2", "Maker", "arm", "CVS"), ImmunizationFact("Polio"),
                   ImmunizationFact("Flu", PrintedDate("02/30/20", None))),
    procedures=(ProcedureFact("Surgery", DAY, "preparation", "Hospital", "48578", "n"),))


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def test_every_kind_of_fact_becomes_a_valid_resource() -> None:
    bundle = build_bundle(FULL, ID, received="2024-03-05T10:00:00Z", source_media_type="application/pdf")
    assert validate(bundle) == []
    assert Counter(e["resource"]["resourceType"] for e in bundle["entry"]) == {
        "Patient": 1, "DocumentReference": 1, "Practitioner": 1, "PractitionerRole": 1, "Encounter": 1,
        "Observation": 5, "MedicationStatement": 1, "Condition": 2, "AllergyIntolerance": 3, "Immunization": 3,
        "Procedure": 1, "DiagnosticReport": 1, "Device": 1, "Provenance": 1}


def test_the_same_document_gives_the_same_bytes() -> None:
    assert json.dumps(build_bundle(FULL, ID)) == json.dumps(build_bundle(FULL, ID))


def test_ids_differ_between_documents_but_not_with_confidence() -> None:
    def ids(facts: DocumentFacts, document: str) -> list[str]:
        return [r["id"] for r in resources(build_bundle(facts, document), "Observation")]

    sure, unsure = (DocumentFacts(patients=(ANN,), observations=(sodium(source=Source(1, "x", None, c)),))
                    for c in (99.0, 50.0))
    assert ids(sure, ID) == ids(unsure, ID)
    assert ids(sure, ID) != ids(sure, "doc-other")


def test_a_known_patient_is_created_only_once_by_the_server() -> None:
    (entry,) = (e for e in build_bundle(FULL, ID)["entry"] if e["resource"]["resourceType"] == "Patient")
    key = entry["resource"]["id"]
    assert entry["request"] == {"method": "POST", "url": "Patient", "ifNoneExist": f"identifier={PATIENT_KEYS}|{key}"}
    assert {"system": PATIENT_KEYS, "value": key} in entry["resource"]["identifier"]


def test_a_patient_with_a_name_alone_belongs_to_the_document() -> None:
    def request(document: str) -> dict[str, Any]:
        bundle = build_bundle(DocumentFacts(patients=(PatientFact("Ann Lee"),)), document)
        return dict(next(e["request"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient"))

    assert request("doc-a")["method"] == "PUT"
    assert request("doc-a") != request("doc-b")


def test_provenance_says_of_each_fact_on_which_page_and_where() -> None:
    source = Source(2, "Sodium 138", Box(0.1, 0.2, 0.3, 0.05), 97.5)
    bundle = build_bundle(DocumentFacts(patients=(ANN,), observations=(sodium(source=source),)), ID)
    (provenance,) = resources(bundle, "Provenance")
    (observation,) = resources(bundle, "Observation")
    named = {t["reference"]: t.get("extension") for t in provenance["target"]}
    [region] = named[f"urn:uuid:{observation['id']}"]
    assert [tuple(part.values()) for part in region["extension"]] == [
        ("page", 2), ("box", "0.1000 0.2000 0.3000 0.0500")]
    [evidence] = observation["extension"]
    assert {"url": "confidence", "valueDecimal": 97.5} in evidence["extension"]
    assert provenance["entity"][0]["what"]["reference"] == next(
        e["fullUrl"] for e in bundle["entry"] if e["resource"]["resourceType"] == "DocumentReference")


def test_a_practitioner_with_an_npi_is_created_only_where_the_server_has_none() -> None:
    npi = PrintedIdentifier("1234567893", label="NPI")
    facts = DocumentFacts(patients=(ANN,), practitioners=(
        PractitionerFact("Dr. Kim", identifiers=(npi,)), PractitionerFact("Kim, MD", identifiers=(npi,))))
    [request] = [e["request"] for e in build_bundle(facts, ID)["entry"]
                 if e["resource"]["resourceType"] == "Practitioner"]
    assert request["ifNoneExist"] == "identifier=http://hl7.org/fhir/sid/us-npi|1234567893"


def test_without_a_patient_none_is_invented() -> None:
    bundle = build_bundle(replace(FULL, patients=()), ID)
    assert validate(bundle) == []
    assert resources(bundle, "Patient") == []
    assert all("extension" in r["subject"] for r in resources(bundle, "Condition"))
    assert "subject" not in resources(bundle, "DocumentReference")[0]


def test_each_fact_stands_with_its_own_patient() -> None:
    facts = DocumentFacts(patients=(ANN, BOB), observations=(sodium("138"), sodium("140", patient=1)))
    bundle = build_bundle(facts, ID)
    people = {e["fullUrl"]: e["resource"]["name"][0]["text"] for e in bundle["entry"]
              if e["resource"]["resourceType"] == "Patient"}
    assert [(people[o["subject"]["reference"]], o["valueQuantity"]["value"]) for o in resources(bundle, "Observation")
            ] == [("Ann Lee", 138), ("Bob Ray", 140)]
    assert len(resources(bundle, "Provenance")) == 2
    assert validate(bundle) == []


def test_a_patient_named_twice_is_one_who_has_all_that_is_printed() -> None:
    bundle = build_bundle(DocumentFacts(patients=(replace(ANN, phone=None), replace(ANN, address=None))), ID)
    (patient,) = resources(bundle, "Patient")
    assert (patient["telecom"], patient["address"]) == ([{"system": "phone", "value": "555"}], [{"text": "1 Way"}])
    assert validate(bundle) == []


def test_equal_results_are_as_many_resources_as_results() -> None:
    """What is said twice, and what was measured twice, extraction has told apart."""
    facts = DocumentFacts(patients=(ANN,), observations=(sodium(effective=DAY), sodium(effective=DAY), sodium()))
    made = resources(build_bundle(facts, ID), "Observation")
    assert len({resource["id"] for resource in made}) == 3


def test_a_condition_named_on_two_pages_is_one() -> None:
    facts = DocumentFacts(patients=(ANN,), conditions=(ConditionFact("Asthma", source=Source(1, "a")),
                                                       ConditionFact("Asthma", source=Source(2, "b"))))
    assert len(resources(build_bundle(facts, ID), "Condition")) == 1


def test_a_report_holds_the_results_below_its_heading() -> None:
    facts = DocumentFacts(patients=(ANN,), observations=(
        sodium(panel="BMP"), sodium("4", panel="BMP"), sodium("5", panel="Other heading"), sodium("6")))
    reports = resources(build_bundle(facts, ID), "DiagnosticReport")
    assert [(r["code"]["text"], len(r["result"]), "coding" in r["code"]) for r in reports] == [
        ("BMP", 2, True), ("Other heading", 1, False)]


def test_provenance_names_every_fact_and_the_document() -> None:
    bundle = build_bundle(FULL, ID)
    (provenance,) = resources(bundle, "Provenance")
    named = {t["reference"] for t in provenance["target"]}
    facts = {e["fullUrl"] for e in bundle["entry"]
             if e["resource"]["resourceType"] not in ("Provenance", "Device", "DocumentReference")}
    assert named == facts
    (document,) = (e["fullUrl"] for e in bundle["entry"] if e["resource"]["resourceType"] == "DocumentReference")
    assert provenance["entity"] == [{"role": "source", "what": {"reference": document}}]
    assert "recorded" not in provenance


def test_a_document_without_facts_is_only_referred_to() -> None:
    bundle = build_bundle(DocumentFacts(), ID)
    assert [e["resource"]["resourceType"] for e in bundle["entry"]] == ["DocumentReference"]
    assert validate(bundle) == []


def test_no_id_spells_the_name_of_a_test() -> None:
    made = [content_id("document", str(number)) for number in range(3000)]
    assert [found for found in made if "a1c" in found] == []
    assert len(set(made)) == len(made)
