"""The conversion stage: what is certain goes into the record at once, the rest after a person's decision."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from include.audit.events import EventName
from include.audit.trail import AuditTrail, Writer
from include.documents import intake, manifest
from include.documents.content import Box, DocumentContent, Line, Origin, PageContent, Word, to_json
from include.documents.manifest import Manifest, MediaType, PageEntry, PageKind, PageSigns, Route
from include.documents.storage import Bucket, bundle_key, content_key, document_id, manifest_key
from include.errors import PipelineError
from include.settings import Settings
from include.stages import convert
from include.workspace import Workspace

LAB = ("Laboratory report", "Patient: Tamsin Oakenshaw", "Date of birth: 03/27/1971", "MRN: 55120987",
       "Collected: 05/14/2024",
       "Test           Result   Unit     Reference   Flag",
       "Sodium         138      mmol/L   136-145",
       "Potassium      4.1      mmol/L   3.5-5.1",
       "Glucose        101      mg/dL    70-99       H")


def page(lines: tuple[str, ...], origin: Origin = Origin.EMBEDDED, confidence: float = 100.0) -> PageContent:
    """Lines of typewriter text, each word in its place; every word has the confidence."""
    content = []
    for number, text in enumerate(lines):
        top = 0.05 + 0.03 * number
        words = tuple(
            Word(found.group(), Box(0.1 + 0.014 * found.start(), top, 0.014 * len(found.group()), 0.02), confidence)
            for found in re.finditer(r"\S+", text))
        content.append(Line(" ".join(text.split()), Box(0.1, top, 0.014 * len(text), 0.02), confidence, words))
    return PageContent(number=1, origin=origin, lines=tuple(content))


def workspace_of(bucket: Bucket, content: PageContent) -> Workspace:
    """A merged document."""
    key = "inbox/2026-11-23/a.pdf"
    name = document_id(key, bucket.write(key, b"%PDF"))
    intake.register(bucket, intake.source_of_key(bucket, key, "2026-11-23"))
    trail = AuditTrail(bucket, "2026-11-23", name, Writer("run", "convert_to_fhir", 1))
    trail.begin(EventName.DOCUMENT_RECEIVED)
    entry = PageEntry(1, PageKind.TEXT, ("text",), needs_ocr=False, signs=PageSigns(characters=500))
    bucket.write(manifest_key(name), manifest.to_json(
        Manifest(name, MediaType.PDF, 4, "0", Route.EMBEDDED_TEXT, (entry,))))
    bucket.write(content_key(name), to_json(DocumentContent(name, (content,))))
    return Workspace(name, bucket, bucket, Settings(), trail)


def records(bucket: Bucket) -> list[Any]:
    return [json.loads(bucket.read(entry.key)) for entry in bucket.list("patients/")]


def observations(record: Any) -> int:
    return sum(entry["resource"]["resourceType"] == "Observation" for entry in record["entry"])


def names(workspace: Workspace) -> list[str]:
    return [event.event.value for event in workspace.trail.events()]


def test_a_certain_document_goes_into_the_record_of_its_patient(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, page(LAB))
    assert convert.convert(workspace) == ()
    assert [observations(record) for record in records(bucket)] == [3]
    assert names(workspace) == ["document_received", "fhir_converted", "record_merged"]


def test_a_document_that_is_now_another_patients_leaves_the_record_of_the_former(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, page(LAB))
    convert.convert(workspace)
    [first] = [entry.key for entry in bucket.list("patients/")]
    other = tuple(line.replace("55120987", "55120988") for line in LAB)
    bucket.write(content_key(workspace.document_id), to_json(DocumentContent(workspace.document_id, (page(other),))))
    convert.convert(workspace)
    assert {entry.key: observations(json.loads(bucket.read(entry.key))) for entry in bucket.list("patients/")} == {
        first: 0, **{entry.key: 3 for entry in bucket.list("patients/") if entry.key != first}}
    left = json.loads(bucket.read(first))
    assert workspace.document_id not in json.dumps(left)


def test_converting_twice_gives_the_same_bundle_and_the_same_record(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, page(LAB))
    convert.convert(workspace)
    first = bucket.read(bundle_key(workspace.document_id)), records(bucket)
    convert.convert(workspace)
    assert (bucket.read(bundle_key(workspace.document_id)), records(bucket)) == first


def test_a_document_without_a_patient_waits_and_enters_no_record(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, page(("Medications", "Lisinopril 10 mg once daily", "Diagnoses", "Hypertension")))
    assert convert.convert(workspace) == ("NO_PATIENT",)
    assert records(bucket) == []
    assert names(workspace)[-1] == "review_requested"


def test_an_uncertain_document_enters_the_record_when_a_person_approves_it(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, page(LAB, Origin.EMBEDDED, confidence=60.0))
    assert convert.convert(workspace) == ("LOW_CONFIDENCE",)
    assert records(bucket) == []
    convert.decide(workspace, approved=True, actor="operator")
    assert [observations(record) for record in records(bucket)] == [3]
    decided = next(event for event in workspace.trail.events() if event.event is EventName.REVIEW_DECIDED)
    assert decided.actor == "operator"


def test_a_decision_is_not_asked_for_again(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, page(LAB, Origin.EMBEDDED, confidence=60.0))
    convert.convert(workspace)
    convert.decide(workspace, approved=True, actor="operator")
    assert convert.convert(workspace) == ()


def test_the_first_decision_stands(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, page(LAB, Origin.EMBEDDED, confidence=60.0))
    convert.convert(workspace)
    with pytest.raises(PipelineError, match="LOW_CONFIDENCE"):
        convert.decide(workspace, approved=False, actor="operator")
    with pytest.raises(PipelineError, match="LOW_CONFIDENCE"):
        convert.decide(workspace, approved=True, actor="admin")
    with pytest.raises(PipelineError, match="LOW_CONFIDENCE"):
        convert.convert(workspace)
    assert records(bucket) == []
    assert names(workspace).count("review_decided") == 1


@pytest.mark.parametrize("content", [
    page((), Origin.OCR), page(("lhk sd0f", "x#; lkj"), Origin.OCR, confidence=41.0)])
def test_a_scan_of_which_ocr_reads_nothing_reliable_fails(bucket: Bucket, content: PageContent) -> None:
    with pytest.raises(PipelineError, match="LOW_CONFIDENCE"):
        convert.convert(workspace_of(bucket, content))


def test_a_blank_document_is_no_failure(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, PageContent(number=1, origin=Origin.BLANK))
    assert convert.convert(workspace) == ()
    kinds = {entry["resource"]["resourceType"]
             for entry in json.loads(bucket.read(bundle_key(workspace.document_id)))["entry"]}
    assert not kinds & {"Observation", "Condition", "Patient"}
