"""What a person is shown of a document: the least certain first, each fact with its place and its doubts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from include.documents.content import PageContent
from include.documents.storage import Bucket
from include.fhir.comprehend_medical.operations import Client
from include.review.amendments import change
from include.review.decisions import APPROVED, store_decision
from include.review.entries import EntryError
from include.review.facts_page import correct, facts_for_review
from include.review.resolutions import resolve
from include.settings import Settings
from include.workspace import Workspace
from tests.stages.test_convert_stage import LAB, page, workspace_of


def mixed() -> PageContent:
    """A page of which one line was read with little confidence."""
    sure, unsure = page(LAB), page(LAB, confidence=60.0)
    lines = [(low if "Glucose" in line.text else line) for line, low in zip(sure.lines, unsure.lines, strict=True)]
    return replace(sure, lines=tuple(lines))


@pytest.fixture
def workspace(bucket: Bucket) -> Workspace:
    return workspace_of(bucket, mixed())


def test_the_fact_that_waits_comes_first_with_its_place_and_its_doubts(workspace: Workspace) -> None:
    shown = facts_for_review(workspace)
    glucose = shown.facts[0]
    assert (glucose.label, glucose.doubts, glucose.waits) == ("Glucose: 101 mg/dL", ("LOW_CONFIDENCE",), True)
    assert (glucose.page, glucose.patient, glucose.confidence) == (1, 0, 60.0)
    assert glucose.box is not None
    assert {field.name: field.text for field in glucose.fields if field.text} == {
        "name": "Glucose", "value": "101", "unit": "mg/dL", "reference_range": "70-99", "flag": "H",
        "effective": "05/14/2024"}
    assert [(view.waits, view.doubts) for view in shown.facts[1:]] == [(False, ())] * (len(shown.facts) - 1)
    assert shown.reasons == ("LOW_CONFIDENCE",)
    assert shown.analyzers == ("rules",)


def test_the_patient_is_shown_and_whether_that_is_enough_for_a_record(workspace: Workspace) -> None:
    [patient] = facts_for_review(workspace).patients
    assert {field.name: field.text for field in patient.fields if field.text} == {
        "name": "Tamsin Oakenshaw", "birth_date": "03/27/1971", "record_number": "55120987"}
    assert (patient.identified, patient.waits) == (True, False)


def test_a_document_that_failed_before_its_conversion_has_pages_at_most(bucket: Bucket, workspace: Workspace) -> None:
    for name in ("document.json", "manifest.json"):
        bucket.delete(f"documents/{workspace.document_id}/{name}")
        shown = facts_for_review(workspace)
        assert (shown.facts, shown.has_facts) == ((), False)
        assert len(shown.pages) == (name == "document.json")


def test_what_was_decided_is_shown(workspace: Workspace) -> None:
    store_decision(workspace, APPROVED, "ann")
    resolve(workspace, "duplicate", "", "run", "ann")
    shown = facts_for_review(workspace)
    assert shown.decision is not None
    assert shown.resolution is not None
    assert (shown.decision.decision, shown.resolution.reason) == ("approved", "duplicate")


def test_no_service_is_asked_and_nothing_is_written(workspace: Workspace) -> None:
    def nobody() -> Client:
        raise AssertionError("the service is asked")

    asking = replace(
        workspace, comprehend_medical=nobody, settings=Settings(analyzers=("rules", "comprehend_medical")))
    before = sorted((entry.key, entry.etag) for entry in workspace.documents.list(""))
    assert facts_for_review(asking).analyzers == ("rules",)
    assert sorted((entry.key, entry.etag) for entry in workspace.documents.list("")) == before


def test_an_entry_that_cannot_be_read_is_refused_and_nothing_is_stored(workspace: Workspace) -> None:
    glucose = facts_for_review(workspace).facts[0]
    with pytest.raises(EntryError) as refused:
        correct(workspace, [change(glucose.group, glucose.index, glucose.fingerprint, {"value": "1O1.."})], "eve")
    assert (refused.value.group, refused.value.field) == ("observations", "value")
    assert facts_for_review(workspace).decision is None
