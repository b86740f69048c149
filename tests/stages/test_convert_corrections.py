"""The conversion stage with what a person has put right: applied each time, and only to the reading it was made on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from include.audit.verification import verify_all
from include.documents.content import DocumentContent, Origin, to_json
from include.documents.storage import Bucket, bundle_key, content_key
from include.errors import PipelineError
from include.review.amendments import add_patient, change, remove
from include.review.decisions import APPROVED, REJECTED, find_decision, store_decision
from include.review.entries import EntryError
from include.review.facts_page import (
    FactView,
    NothingToApproveError,
    approve,
    approve_as_read,
    correct,
    facts_for_review,
)
from include.stages import convert
from include.workspace import Workspace
from tests.stages.test_convert_stage import LAB, names, page, records, workspace_of

NOBODYS = ("Medications", "Lisinopril 10 mg once daily", "Diagnoses", "Hypertension")
MISREAD = tuple(line.replace("138 ", "188 ") for line in LAB)


@pytest.fixture
def workspace(bucket: Bucket) -> Workspace:
    """A page that waits, as it was read with little confidence."""
    return workspace_of(bucket, page(MISREAD, confidence=60.0))


def fact(workspace: Workspace, word: str) -> FactView:
    shown = facts_for_review(workspace)
    return next(view for view in (*shown.facts, *shown.patients) if word in view.label)


def values(resources: list[Any]) -> dict[str, Any]:
    return {r["code"]["text"]: r.get("valueQuantity", {}).get("value") for r in resources
            if r["resourceType"] == "Observation" and r["status"] != "entered-in-error"}


def in_record(bucket: Bucket) -> dict[str, Any]:
    [record] = records(bucket)
    return values([entry["resource"] for entry in record["entry"]])


def in_bundle(workspace: Workspace) -> dict[str, Any]:
    bundle = json.loads(workspace.documents.read(bundle_key(workspace.document_id)))
    return values([entry["resource"] for entry in bundle["entry"]])


def sodium_put_right(workspace: Workspace, value: str = "138") -> None:
    sodium = fact(workspace, "Sodium")
    correct(workspace, [change(sodium.group, sodium.index, sodium.fingerprint, {"value": value})], "eve")


def test_what_a_person_puts_right_goes_into_bundle_and_record(bucket: Bucket, workspace: Workspace) -> None:
    assert convert.convert(workspace) == ("LOW_CONFIDENCE",)
    sodium_put_right(workspace)
    assert convert.convert(workspace) == ()
    expected = {"Sodium": 138, "Potassium": 4.1, "Glucose": 101}
    assert in_bundle(workspace) == in_record(bucket) == expected
    assert [report.problems for report in verify_all(bucket)] == [()]


def test_a_corrected_document_that_is_converted_again_stays_as_it_is(bucket: Bucket, workspace: Workspace) -> None:
    sodium_put_right(workspace)
    convert.convert(workspace)
    first = bucket.read(bundle_key(workspace.document_id)), records(bucket)
    assert convert.convert(workspace) == ()
    assert (bucket.read(bundle_key(workspace.document_id)), records(bucket)) == first


def test_the_waiting_task_goes_on_with_what_was_put_right_meanwhile(bucket: Bucket, workspace: Workspace) -> None:
    """The queue stores the corrections, then answers the task's question."""
    convert.convert(workspace)
    sodium_put_right(workspace)
    convert.decide(workspace, approved=True, actor="eve")
    assert in_bundle(workspace) == in_record(bucket)
    assert in_record(bucket)["Sodium"] == 138
    assert names(workspace).count("review_decided") == 1


def test_a_certain_document_is_corrected_too(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, page(MISREAD))
    assert convert.convert(workspace) == ()
    assert in_record(bucket)["Sodium"] == 188
    sodium_put_right(workspace)
    assert convert.convert(workspace) == ()
    assert in_record(bucket)["Sodium"] == 138


def test_a_correction_replaces_what_an_earlier_decision_brought_into_the_record(
        bucket: Bucket, workspace: Workspace) -> None:
    store_decision(workspace, APPROVED, "ann")
    convert.convert(workspace)
    assert in_record(bucket)["Sodium"] == 188
    sodium_put_right(workspace, "18")
    convert.convert(workspace)
    sodium_put_right(workspace)
    convert.convert(workspace)
    assert in_record(bucket) == {"Sodium": 138, "Potassium": 4.1, "Glucose": 101}


def test_a_rejection_takes_back_what_an_approval_brought(bucket: Bucket, workspace: Workspace) -> None:
    store_decision(workspace, APPROVED, "ann")
    convert.convert(workspace)
    store_decision(workspace, REJECTED, "eve")
    with pytest.raises(PipelineError, match="LOW_CONFIDENCE"):
        convert.convert(workspace)
    assert in_record(bucket) == {}
    store_decision(workspace, APPROVED, "ann")
    assert convert.convert(workspace) == ()
    assert in_record(bucket)["Sodium"] == 188


def test_a_patient_who_is_added_has_the_document_s_facts(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, page(NOBODYS))
    assert convert.convert(workspace) == ("NO_PATIENT",)
    correct(workspace, [add_patient({"name": "Ann Lee", "birth_date": "24 May 1977"})], "eve")
    assert convert.convert(workspace) == ()
    [record] = records(bucket)
    kinds = {entry["resource"]["resourceType"] for entry in record["entry"]}
    assert kinds >= {"Patient", "MedicationStatement", "Condition", "Provenance"}


def test_a_removed_fact_stays_away(bucket: Bucket, workspace: Workspace) -> None:
    sodium = fact(workspace, "Sodium")
    correct(workspace, [remove(sodium.group, sodium.index, sodium.fingerprint)], "eve")
    convert.convert(workspace)
    assert in_record(bucket) == {"Potassium": 4.1, "Glucose": 101}


def read_differently(workspace: Workspace) -> None:
    lines = tuple(line.replace("Sodium ", "Natrium") for line in MISREAD)
    content = DocumentContent(workspace.document_id, (page(lines, Origin.EMBEDDED, 60.0),))
    workspace.documents.write(content_key(workspace.document_id), to_json(content))


def test_a_correction_of_another_reading_is_not_applied_and_a_person_is_asked_again(
        bucket: Bucket, workspace: Workspace) -> None:
    sodium_put_right(workspace)
    convert.convert(workspace)
    before = records(bucket)
    read_differently(workspace)
    assert convert.convert(workspace) == ("CORRECTIONS_STALE", "LOW_CONFIDENCE")
    assert records(bucket) == before
    shown = facts_for_review(workspace)
    assert (shown.reasons[0], len(shown.stale)) == ("CORRECTIONS_STALE", 1)


def test_an_answer_to_that_question_approves_what_still_fits(bucket: Bucket, workspace: Workspace) -> None:
    sodium, glucose = fact(workspace, "Sodium"), fact(workspace, "Glucose")
    correct(workspace, [change(sodium.group, sodium.index, sodium.fingerprint, {"value": "138"}),
                        change(glucose.group, glucose.index, glucose.fingerprint, {"value": "107"})], "eve")
    convert.convert(workspace)
    read_differently(workspace)
    convert.convert(workspace)
    convert.decide(workspace, approved=True, actor="ann")
    assert in_record(bucket) == {"Natrium": 188, "Potassium": 4.1, "Glucose": 107}
    decision = find_decision(workspace)
    assert decision is not None
    assert (decision.actor, len(decision.amendments)) == ("ann", 1)
    assert convert.convert(workspace) == ()


def test_a_correction_of_a_fact_that_is_read_differently_by_now_is_refused(workspace: Workspace) -> None:
    sodium = fact(workspace, "Sodium")
    read_differently(workspace)
    with pytest.raises(PipelineError, match="CORRECTIONS_STALE"):
        correct(workspace, [remove(sodium.group, sodium.index, sodium.fingerprint)], "eve")
    assert find_decision(workspace) is None


def test_an_entry_that_is_none_any_more_makes_the_corrections_stale(workspace: Workspace) -> None:
    sodium_put_right(workspace)
    decision = find_decision(workspace)
    assert decision is not None
    [amendment] = decision.amendments
    store_decision(workspace, "corrected", "eve", [replace(amendment, entries=(("gone", "x"),))])
    assert convert.convert(workspace)[0] == "CORRECTIONS_STALE"


def test_a_date_that_could_be_read_in_two_ways_is_decided(bucket: Bucket) -> None:
    lines = tuple(line.replace("05/14/2024", "03/04/2024").replace("03/27/1971", "27 Mar 1971") for line in LAB)
    workspace = workspace_of(bucket, page(lines))
    assert convert.convert(workspace) == ("AMBIGUOUS_DATE",)
    dated = [view for view in facts_for_review(workspace).facts if "AMBIGUOUS_DATE" in view.doubts]
    correct(workspace, [change(view.group, view.index, view.fingerprint, {"effective": "2024-03-04"})
                        for view in dated], "eve")
    assert facts_for_review(workspace).reasons == ()
    assert convert.convert(workspace) == ()
    [record] = records(bucket)
    assert {entry["resource"]["effectiveDateTime"] for entry in record["entry"]
            if entry["resource"]["resourceType"] == "Observation"} == {"2024-03-04"}


def two_put_right_and_read_differently(workspace: Workspace) -> None:
    sodium, glucose = fact(workspace, "Sodium"), fact(workspace, "Glucose")
    correct(workspace, [change(sodium.group, sodium.index, sodium.fingerprint, {"value": "138"}),
                        remove(glucose.group, glucose.index, glucose.fingerprint)], "eve")
    convert.convert(workspace)
    read_differently(workspace)
    convert.convert(workspace)


def test_an_approval_by_somebody_who_has_not_looked_keeps_what_still_fits(bucket: Bucket, workspace: Workspace) -> None:
    """As when all documents of a code are approved at once: what was removed does not come back into the record."""
    two_put_right_and_read_differently(workspace)
    approve(workspace, "ann")
    convert.decide(workspace, approved=True, actor="ann")
    assert in_record(bucket) == {"Natrium": 188, "Potassium": 4.1}


def test_an_approval_of_the_facts_as_they_are_read_takes_the_corrections_back(
        bucket: Bucket, workspace: Workspace) -> None:
    two_put_right_and_read_differently(workspace)
    approve_as_read(workspace, "ann")
    convert.decide(workspace, approved=True, actor="ann")
    assert in_record(bucket) == {"Natrium": 188, "Potassium": 4.1, "Glucose": 101}


def test_what_would_make_no_valid_fhir_is_refused_before_it_is_stored(bucket: Bucket) -> None:
    lines = ("Patient: Tamsin Oakenshaw", "MRN: 55120987", "Date of birth: 03/27/1971", "Immunizations",
             "Influenza vaccine 05/14/2023")
    workspace = workspace_of(bucket, page(lines, confidence=60.0))
    vaccine = fact(workspace, "nfluenza")
    with pytest.raises(EntryError, match="no valid FHIR"):
        correct(workspace, [change(vaccine.group, vaccine.index, vaccine.fingerprint, {
            "dose_number": "99999999999"})], "eve")
    assert find_decision(workspace) is None


def test_of_what_nobody_can_read_nothing_is_shown_or_approved(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, page(MISREAD, Origin.OCR, confidence=20.0))
    assert not facts_for_review(workspace).has_facts
    with pytest.raises(NothingToApproveError):
        approve(workspace, "eve")


def test_a_document_on_which_the_software_fails_is_shown_without_facts(
        workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def failing(*_arguments: object) -> None:
        raise ValueError("Oakenshaw")

    monkeypatch.setattr("include.review.facts_page.known_facts", failing)
    shown = facts_for_review(workspace)
    assert (shown.has_facts, len(shown.pages)) == (False, 1)
    assert "ValueError" in caplog.text
    assert "Oakenshaw" not in caplog.text


def test_an_answer_is_stored_before_anything_can_fail(
        workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that is tried again begins anew: it would ask the person a second time."""
    def failing(*_arguments: object) -> None:
        raise PipelineError("S3_UNREACHABLE")

    monkeypatch.setattr(convert, "find_facts", failing)
    with pytest.raises(PipelineError, match="S3_UNREACHABLE"):
        convert.decide(workspace, approved=True, actor="eve")
    decision = find_decision(workspace)
    assert decision is not None
    assert (decision.decision, decision.actor) == (APPROVED, "eve")
