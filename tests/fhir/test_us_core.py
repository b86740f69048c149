"""A US Core profile is claimed by what has all that it requires, and by nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from include.fhir.bundle import build_bundle
from include.fhir.facts import (
    Category,
    ConditionFact,
    DocumentFacts,
    ImmunizationFact,
    MeasuredValue,
    ObservationFact,
    PatientFact,
    PrintedDate,
)
from include.fhir.us_core import profile_of

BASE = "http://hl7.org/fhir/us/core/StructureDefinition/"
SUBJECT = {"reference": "Patient/1"}
LAB = {"resourceType": "Observation", "status": "final", "subject": SUBJECT,
       "category": [{"coding": [{"code": "laboratory"}]}], "code": {"text": "Sodium"}}
BEATS = {"value": 72, "unit": "bpm", "system": "http://unitsofmeasure.org", "code": "/min"}
PULSE = {"resourceType": "Observation", "status": "final", "subject": SUBJECT,
         "category": [{"coding": [{"code": "vital-signs"}]}], "effectiveDateTime": "2026-01-05",
         "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}, "valueQuantity": BEATS}


@pytest.mark.parametrize(("resource", "changes", "expected"), [
    (LAB, {}, "us-core-observation-lab"),
    (LAB, {"subject": {"extension": []}}, None),
    (PULSE, {}, "us-core-heart-rate"),
    (PULSE, {"effectiveDateTime": None}, None),
    (PULSE, {"valueQuantity": {"value": 72}}, None),
    ({"resourceType": "Patient", "identifier": [{"system": "x", "value": "1"}], "name": [{"family": "Lee"}],
      "gender": "female"}, {}, "us-core-patient"),
    ({"resourceType": "Patient", "identifier": [{"value": "1"}], "name": [{"family": "Lee"}], "gender": "female"},
     {}, None),
    ({"resourceType": "Procedure", "status": "completed", "subject": SUBJECT}, {}, None),
    ({"resourceType": "Procedure", "status": "preparation", "subject": SUBJECT}, {}, "us-core-procedure"),
    ({"resourceType": "Device"}, {}, None),
])
def test_a_profile_is_met_or_not_claimed(
        resource: dict[str, Any], changes: dict[str, Any], expected: str | None) -> None:
    assert profile_of({**resource, **changes}) == (BASE + expected if expected else None)


def test_resources_of_a_bundle_say_which_profile_they_meet() -> None:
    day = PrintedDate("01/05/2026", "2026-01-05")
    bundle = build_bundle(DocumentFacts(
        patients=(PatientFact("Ann Lee"),), conditions=(ConditionFact("Asthma"),),
        observations=(ObservationFact("Pulse", MeasuredValue("72"), Category.VITAL_SIGNS, effective=day),),
        immunizations=(ImmunizationFact("Tetanus", day),)), "doc-1", received="2026-01-06T10:00:00Z")
    assert {e["resource"]["resourceType"]: e["resource"].get("meta") for e in bundle["entry"]} == {
        "Patient": None, "Observation": None, "Immunization": None, "Device": None,
        "Condition": {"profile": [BASE + "us-core-condition-encounter-diagnosis"]},
        "DocumentReference": {"profile": [BASE + "us-core-documentreference"]},
        "Provenance": {"profile": [BASE + "us-core-provenance"]}}
