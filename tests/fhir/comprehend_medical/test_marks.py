"""How a fact of Comprehend Medical is told from one of the rules in FHIR."""

from __future__ import annotations

from typing import Any

import pytest

from include.fhir.analyzers import combined
from include.fhir.bundle import build_bundle
from include.fhir.comprehend_medical.analyzer import ComprehendMedical
from include.fhir.merge import merge, resources_by_patient
from include.fhir.resources.elements import INFERRED_EXTENSION, OWN, SOURCE_EXTENSION
from include.fhir.validation import validate
from tests.fhir.comprehend_medical.recorded import Recorded, note

RECEIVED = "2026-11-23T10:00:00Z"


@pytest.fixture(scope="module")
def bundle() -> dict[str, Any]:
    return build_bundle(combined(note(), [ComprehendMedical(Recorded().ask, 80.0)]), "doc-1", received=RECEIVED)


def resource(bundle: dict[str, Any], kind: str, name: str = "") -> dict[str, Any]:
    [found] = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind and name in str(e)]
    return dict(found)


def test_the_bundle_is_valid(bundle: dict[str, Any]) -> None:
    assert validate(bundle) == []


def test_the_evidence_names_the_analyzer_and_how_sure_the_code_is(bundle: dict[str, Any]) -> None:
    [source] = resource(bundle, "MedicationStatement", "cefiderocol")["extension"]
    assert source["url"] == SOURCE_EXTENSION
    assert source["extension"] == [
        {"url": "page", "valuePositiveInt": 1}, {"url": "confidence", "valueDecimal": 91.0},
        {"url": "text", "valueString": "cefiderocol 2 g through the drip every 8 hours, for 7 days"},
        {"url": "box", "valueString": "0.0800 0.2600 0.5900 0.0200"},
        {"url": "analyzer", "valueString": "comprehend_medical"}, {"url": "codeConfidence", "valueDecimal": 91.0}]


def test_an_inferred_code_is_marked_and_nobody_s_choice(bundle: dict[str, Any]) -> None:
    mark = {"url": INFERRED_EXTENSION, "valueString": "comprehend_medical"}
    assert resource(bundle, "Condition", "shortness")["code"] == {
        "coding": [{"extension": [mark], "system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "R06.02",
                    "display": "Shortness of breath", "userSelected": False}],
        "text": "shortness of breath"}


def test_a_fact_of_the_rules_bears_no_mark(bundle: dict[str, Any]) -> None:
    told = resource(bundle, "MedicationStatement", "Lisinopril")
    assert "analyzer" not in str(told)
    assert "coding" not in told["medicationCodeableConcept"]


def test_the_provenance_names_the_service_as_performer(bundle: dict[str, Any]) -> None:
    agents = resource(bundle, "Provenance")["agent"]
    assert [agent["type"]["coding"][0]["code"] for agent in agents] == ["assembler", "performer"]
    [device] = [e["resource"] for e in bundle["entry"] if e["fullUrl"] == agents[1]["who"]["reference"]]
    assert device["deviceName"][0]["name"] == "comprehend_medical"


def test_another_score_of_a_code_is_no_other_statement(bundle: dict[str, Any]) -> None:
    """A score is evidence: the same of two documents is one resource in the record."""
    second = build_bundle(combined(note(), [ComprehendMedical(Recorded().ask, 80.0)]), "doc-2", received=RECEIVED)
    for entry in second["entry"]:
        for extension in entry["resource"].get("extension", ()):
            for part in extension.get("extension", ()):
                if part["url"] == "codeConfidence":
                    part["valueDecimal"] = 83.0
    record = None
    for document, made in (("doc-1", bundle), ("doc-2", second)):
        [(patient, resources)] = resources_by_patient(made).items()
        record = merge(record, resources, patient, document).record
    assert record is not None
    statement = resource(record, "MedicationStatement", "cefiderocol")
    assert [part["valueDecimal"] for source in statement["extension"] for part in source["extension"]
            if part["url"] == "codeConfidence"] == [91.0, 83.0]
    assert statement["extension"][0]["extension"][0]["valueString"] == f"{OWN}/document/doc-1"
