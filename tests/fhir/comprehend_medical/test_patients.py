"""To whom a finding belongs: the rules tell whose part of a document a line stands in, nobody else does."""

from __future__ import annotations

import pytest

from include.documents.content import DocumentContent
from include.fhir.analyzers import combined
from include.fhir.bundle import build_bundle
from include.fhir.comprehend_medical.analyzer import ComprehendMedical
from include.fhir.extraction import extract
from include.fhir.extraction.people.people import People
from include.fhir.facts import UnmappedReason
from include.fhir.review import review
from tests.fhir.comprehend_medical.recorded import Scripted, entity, page

ADA = "Patient: Ada Brown\nDate of birth: 03/27/1971\nMRN: 55120987\n"
CARL = "Patient: Carl Dove\nDate of birth: 04/28/1962\nMRN: 66231098\n"
LABS = "Medications\nLisinopril {dose} mg once daily\n"
COURSE = "Hospital course\nThen came {drug}.\n"
ENTITIES = [entity("MEDICATION", "GENERIC_NAME", drug) for drug in ("xyzamab", "plughumab")]


def document(*pages: str) -> DocumentContent:
    return DocumentContent("doc-1", tuple(page(text, number) for number, text in enumerate(pages, start=1)))


def test_each_patient_gets_what_stands_in_their_part() -> None:
    two = document(ADA + LABS.format(dose=10) + COURSE.format(drug="xyzamab"),
                   CARL + LABS.format(dose=20) + COURSE.format(drug="plughumab"))
    rules, facts = extract(two), combined(two, [ComprehendMedical(Scripted(*ENTITIES).ask, 80.0)])
    assert [patient.name for patient in facts.patients] == ["Ada Brown", "Carl Dove"]
    assert [(fact.name, fact.patient) for fact in facts.medications[len(rules.medications):]] == [
        ("xyzamab", 0), ("plughumab", 1)]


def test_only_the_provenance_of_a_patient_with_such_a_fact_names_the_service() -> None:
    two = document(ADA + LABS.format(dose=10), CARL + LABS.format(dose=20) + COURSE.format(drug="plughumab"))
    bundle = build_bundle(combined(two, [ComprehendMedical(Scripted(*ENTITIES).ask, 80.0)]), "doc-1")
    assert [len(e["resource"]["agent"]) for e in bundle["entry"] if e["resource"]["resourceType"] == "Provenance"] == [
        1, 2]


def test_where_two_parts_begin_on_one_line_it_is_neither_s() -> None:
    people = People(starts=[(3, 0), (3, 1), (9, 1)])
    assert [people.part_at(at) for at in (2, 3, 8, 9)] == [None, None, None, 1]


def test_what_stands_before_the_first_part_is_nobody_s() -> None:
    two = document("Hospital course\nThen came xyzamab.\n" + ADA + LABS.format(dose=10), CARL + LABS.format(dose=20))
    rules, facts = extract(two), combined(two, [ComprehendMedical(Scripted(*ENTITIES).ask, 80.0)])
    assert facts.medications == rules.medications
    assert [(each.source.text, each.reason) for each in facts.unmapped[len(rules.unmapped):]] == [
        ("xyzamab", UnmappedReason.PATIENT_NOT_TOLD)]


def test_where_the_rules_did_not_part_the_patients_nothing_is_added_that_would_hide_it() -> None:
    two = document(ADA + LABS.format(dose=10), CARL + COURSE.format(drug="xyzamab"))
    rules, facts = extract(two), combined(two, [ComprehendMedical(Scripted(*ENTITIES).ask, 80.0)])
    assert facts.medications == rules.medications
    assert [each.reason for each in facts.unmapped[len(rules.unmapped):]] == [UnmappedReason.PATIENT_NOT_TOLD]
    assert review(facts, 80.0).reasons == review(rules, 80.0).reasons == ("AMBIGUOUS_PATIENT",)


def test_what_pages_repeat_is_sent_as_a_heading_and_states_nothing() -> None:
    head = "St Xyzzy Hospital\n"
    service = Scripted(entity("MEDICAL_CONDITION", "DX_NAME", "Xyzzy"), *ENTITIES)
    three = document(head + ADA + LABS.format(dose=10), *(head + f"Then came {n} xyzamab.\n" for n in "ab"))
    facts = combined(three, [ComprehendMedical(service.ask, 80.0)])
    assert [fact.name for fact in facts.medications] == ["Lisinopril", "xyzamab"]
    assert facts.conditions == ()
    assert all("Xyzzy" in text for _, text in service.asked[:3])


@pytest.mark.parametrize("entities", [ENTITIES, [entity("BEHAVIORAL_ENVIRONMENTAL_SOCIAL", "ALLERGIES", "latex")]])
def test_a_document_about_nobody_is_not_sent(entities: list[dict[str, object]]) -> None:
    leaflet = document("How to take your medicine\nYou may take xyzamab with your food.\nAsk your doctor about latex.")
    service = Scripted(*entities)
    assert combined(leaflet, [ComprehendMedical(service.ask, 80.0)]) == extract(leaflet)
    assert service.asked == []
