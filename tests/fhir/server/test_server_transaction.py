"""The transaction is what the server lacks, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from include.fhir.bundle import build_bundle
from include.fhir.facts import (
    ConditionFact,
    DocumentFacts,
    IdentifierKind,
    PatientFact,
    PrintedDate,
    PrintedIdentifier,
)
from include.fhir.server.delivery import Delivered, digest, from_json, to_json
from include.fhir.server.transaction import (
    begun,
    confirmed,
    entries_of_records,
    plan,
    transaction,
    version_of_tag,
)

Json = dict[str, Any]

BORN = PrintedDate("03/27/1971", "1971-03-27")
ANN = PatientFact("Ann Lee", birth_date=BORN, identifiers=(
    PrintedIdentifier("55120987", IdentifierKind.MEDICAL_RECORD, "MRN"),))
BOB = PatientFact("Bob")
FACTS = DocumentFacts(patients=(ANN,), conditions=(ConditionFact("Asthma"),))


def entries(facts: DocumentFacts = FACTS) -> list[Json]:
    return entries_of_records(build_bundle(facts, "doc-1", received="2026-01-05T10:00:00Z"))


def answer(method: str, url: str, version: int = 1) -> Json:
    place = f"Patient/7/_history/{version}" if method == "POST" else f"{url}/_history/{version}"
    return {"response": {"status": "200"} if method == "DELETE" else {
        "status": "201", "location": f"https://fhir.example.org/r4/{place}", "etag": f'W/"{version}"'}}


def delivered(stated: list[Json]) -> dict[str, Delivered]:
    steps = plan(stated, {})
    return confirmed({}, steps, [answer(s.method, s.entry["request"]["url"]) for s in steps])


def test_at_first_the_bundle_s_own_requests_are_posted_as_they_are() -> None:
    assert [step.entry for step in plan(entries(), {})] == entries()
    assert transaction(plan(entries(), {})) == {
        "resourceType": "Bundle", "type": "transaction", "entry": entries()}


def test_then_nothing_is_posted() -> None:
    assert plan(entries(), delivered(entries())) == ()


def test_what_is_nobody_s_is_not_posted() -> None:
    assert entries(DocumentFacts(patients=(BOB,), conditions=(ConditionFact("Asthma"),))) == []
    both = DocumentFacts(patients=(ANN, BOB), conditions=(ConditionFact("Asthma"), ConditionFact("Gout", patient=1)))
    assert [e["resource"]["code"]["text"] for e in entries(both) if e["resource"]["resourceType"] == "Condition"] == [
        "Asthma"]


def test_the_patient_has_the_address_that_the_server_told() -> None:
    known = delivered(entries())
    patient = next(value for value in known.values() if not value.own)
    assert patient == Delivered("Patient/7", own=False)
    more = DocumentFacts(patients=(ANN,), conditions=(ConditionFact("Asthma"), ConditionFact("Gout")))
    steps = plan(entries(more), known)
    condition = next(s.entry["resource"] for s in steps if s.url.startswith("urn") and s.method == "PUT"
                     and s.entry["resource"]["resourceType"] == "Condition")
    assert condition["subject"] == {"reference": "Patient/7"}
    assert [s.method for s in steps].count("POST") == 0


def test_a_patient_whose_address_the_server_did_not_tell_is_asked_for_again_but_not_alone() -> None:
    steps = plan(entries(), {})
    answers = [{"response": {"status": "200"}} if s.method == "POST" else answer(s.method, s.entry["request"]["url"])
               for s in steps]
    known = confirmed({}, steps, answers)
    assert plan(entries(), known) == ()
    more = DocumentFacts(patients=(ANN,), conditions=(ConditionFact("Asthma"), ConditionFact("Gout")))
    assert [s.method for s in plan(entries(more), known)].count("POST") == 1


def test_a_change_and_a_deletion_want_the_version_that_was_delivered() -> None:
    known = delivered(entries())
    other = entries(DocumentFacts(patients=(ANN,), conditions=(ConditionFact("Gout"),)))
    wanted = {(s.method, s.if_match) for s in plan(other, known)}
    assert wanted == {("PUT", None), ("DELETE", "1")}
    document = next(e for e in other if e["resource"]["resourceType"] == "DocumentReference")
    document["resource"]["description"] = "changed"
    assert ("PUT", "1") in {(s.method, s.if_match) for s in plan(other, known)}


def test_what_is_posted_is_in_doubt_until_the_answer() -> None:
    known = begun({}, plan(entries(), {}))
    assert {value.version for value in known.values()} == {None}
    assert all(value.in_doubt for value in known.values())
    assert [s.entry for s in plan(entries(), known)] == entries()


def test_what_is_in_doubt_on_a_server_without_versions_is_posted_again_though_it_was_once_the_same() -> None:
    known = {url: replace(value, version=None, in_doubt="0" * 64) if value.own else value
             for url, value in delivered(entries()).items()}
    assert {(s.method, s.if_match) for s in plan(entries(), known)} == {("PUT", None)}


def test_after_a_deletion_nothing_is_known_of_it() -> None:
    known = delivered(entries())
    steps = plan([], known)
    assert {s.method for s in steps} == {"DELETE"}
    after = confirmed(known, steps, [answer("DELETE", "")] * len(steps))
    assert [value.own for value in after.values()] == [False]
    assert plan([], after) == ()


def test_what_is_known_is_read_back_for_the_same_server_only() -> None:
    known = delivered(entries())
    stored = to_json("https://fhir.example.org", known)
    assert from_json(stored, "https://fhir.example.org") == known
    assert from_json(stored, "https://other.example.org") == {}
    assert from_json(None, "https://fhir.example.org") == {}


def test_a_server_s_metadata_narrative_and_numbers_change_no_digest_but_a_profile_does() -> None:
    resource = {"resourceType": "Condition", "id": "1", "code": {"text": "Asthma"},
                "extension": [{"valueDecimal": 100.0}]}
    assert digest({**resource, "extension": [{"valueDecimal": 100}]}) == digest(resource)
    assert digest({**resource, "extension": [{"valueDecimal": 100.5}]}) != digest(resource)
    assert digest({**resource, "meta": {"versionId": "4"}, "text": {"status": "generated"}}) == digest(resource)
    assert digest({**resource, "meta": {"profile": ["x"]}}) != digest(resource)
    assert digest({**resource, "code": {"text": "Gout"}}) != digest(resource)


@pytest.mark.parametrize(("tag", "version"), [
    ('W/"3"', "3"), ('"3"', "3"), ('W/"6a31e1d6-64a7"', "6a31e1d6-64a7"), ("3", None), ('W/"a b"', None), ("", None)])
def test_the_version_of_an_entity_tag(tag: str, version: str | None) -> None:
    """``W/"[version]"``: http://hl7.org/fhir/R4/http.html#versioning"""
    assert version_of_tag(tag) == version


@pytest.mark.parametrize("entry", [
    {"response": {"status": "200", "etag": 'W/"5"', "location": "Condition/x/_history/4"}},
    {"response": {"status": "200", "location": "Condition/x/_history/5"}},
    {"response": {"status": "200", "location": "Condition/x"}, "resource": {"meta": {"versionId": "5"}}}])
def test_the_version_is_the_tag_s_or_the_resource_s_or_the_location_s(entry: Json) -> None:
    steps = [step for step in plan(entries(), {}) if "Condition" in step.entry["request"]["url"]]
    assert [value.version for value in confirmed({}, steps, [entry]).values()] == ["5"]
