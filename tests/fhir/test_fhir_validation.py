"""What the validation finds, and that it never quotes a value."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from include.fhir.bundle import build_bundle
from include.fhir.facts import ConditionFact, DocumentFacts, PatientFact, PrintedDate
from include.fhir.validation import validate

GOOD = build_bundle(DocumentFacts(patients=(PatientFact("Ann Lee", birth_date=PrintedDate("x", "1977-05-24")),),
                                  conditions=(ConditionFact("Asthma"),)), "doc-1")
SECRET = "Terri-Hodosy"


def broken(kind: str, **changes: Any) -> list[str]:
    bundle = copy.deepcopy(GOOD)
    next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind).update(changes)
    return validate(bundle)


def test_a_good_bundle_has_no_problems() -> None:
    assert validate(GOOD) == []


@pytest.mark.parametrize(("kind", "changes", "path"), [
    ("Patient", {"gender": SECRET}, "Patient.gender: code is not in the required value set"),
    ("DocumentReference", {"status": "superceded"}, "DocumentReference.status: code is not in the required value set"),
    ("Patient", {"birthDate": SECRET}, "Patient.birthDate"),
    ("Condition", {"code": {"wrong": SECRET}}, "Condition.code"),
    ("Condition", {SECRET: SECRET}, "Condition.?"),
    ("Condition", {"id": SECRET * 10}, "Condition.id: is no FHIR id"),
    ("Condition", {"subject": {"reference": f"Patient/{SECRET}"}}, "subject.reference: points to nothing"),
    ("Condition", {"subject": {"reference": f"{SECRET} x"}}, "subject.reference: is no FHIR reference"),
    ("Condition", {"subject": None}, "Condition.subject: is empty"),
    ("Condition", {"code": {}}, "Condition.code: is empty"),
])
def test_a_problem_is_found_and_no_value_is_quoted(kind: str, changes: dict[str, Any], path: str) -> None:
    problems = broken(kind, **changes)
    assert any(path in problem for problem in problems), problems
    assert SECRET not in " ".join(problems)


def test_a_binding_that_the_models_cut_off_is_checked_whole() -> None:
    def status(code: str) -> list[str]:
        observation = {"resourceType": "Observation", "id": "o", "status": code, "code": {"text": "x"}}
        return validate({"resourceType": "Bundle", "type": "collection",
                         "entry": [{"fullUrl": "urn:uuid:1", "resource": observation}]})

    assert status("corrected") == []
    assert status("done") != []


def test_a_transaction_needs_requests_and_addresses() -> None:
    bundle = copy.deepcopy(GOOD)
    del bundle["entry"][0]["request"]
    bundle["entry"][1]["fullUrl"] = bundle["entry"][0]["fullUrl"]
    assert len([p for p in validate(bundle) if p.startswith("Bundle.entry")]) == 2


def test_what_is_no_bundle_or_no_resource_is_said() -> None:
    assert validate({"resourceType": "Patient"}) == ["Bundle: is not a Bundle"]
    assert validate({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Nonsense"}}]}) == [
            "entry[0].Nonsense: is no resource type of R4"]
