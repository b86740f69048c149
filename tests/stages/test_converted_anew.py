"""A document that an older converter made goes through the stages again: it gets the version, the record what is newly
read; what people have decided stands, and every earlier state can be read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from include.documents.content import DocumentContent, to_json
from include.documents.storage import Bucket, bundle_key, content_key
from include.fhir import converter
from include.fhir.history import history
from include.reporting.outcome import Outcome
from include.reprocessing.survey import survey
from include.stages import convert
from include.stages.seal import seal
from include.workspace import Workspace
from tests.stages.test_convert_stage import LAB, observations, page, records, workspace_of

STATES = {"classify": "success", "convert_to_fhir": "success"}


@pytest.fixture
def versioned(bucket: Bucket) -> Bucket:
    """As the template makes the documents bucket."""
    client: Any = bucket.client
    client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def sealed(workspace: Workspace, run_id: str) -> Outcome:
    return seal(replace(workspace, trail=workspace.trail), run_id, datetime(2026, 1, 1, tzinfo=UTC), STATES)


def read_by(workspace: Workspace, lines: tuple[str, ...], confidence: float = 100.0) -> None:
    """What a version of the converter reads of the document."""
    workspace.documents.write(content_key(workspace.document_id), to_json(
        DocumentContent(workspace.document_id, (page(lines, confidence=confidence),))))


def test_an_older_version_is_found_and_replaced_and_its_state_can_still_be_read(
        versioned: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converter, "CONVERTER_VERSION", "0")
    workspace = workspace_of(versioned, page(LAB))
    read_by(workspace, LAB[:-1])
    convert.convert(workspace)
    assert sealed(workspace, "first").converter == "0"
    monkeypatch.undo()
    assert survey(versioned).to_do == (workspace.document_id,)

    read_by(workspace, LAB)
    assert convert.convert(workspace) == ()
    outcome = sealed(workspace, "second")
    assert (outcome.converter, outcome.pages_billed) == (converter.CONVERTER_VERSION, 0)
    assert survey(versioned).to_do == ()

    [record] = records(versioned)
    assert observations(record) == 3
    versions = history(versioned, record["identifier"]["value"])
    assert [observations(version.record) for version in versions] == [2, 3]
    bundles = [json.loads(versioned.read_earlier(bundle_key(workspace.document_id), version.version_id))
               for version in versioned.versions(bundle_key(workspace.document_id))]
    assert [converter.version_of(bundle) for bundle in bundles] == ["0", converter.CONVERTER_VERSION]


def test_a_new_version_that_reads_the_same_leaves_the_record_as_it_is(
        versioned: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converter, "CONVERTER_VERSION", "0")
    workspace = workspace_of(versioned, page(LAB))
    convert.convert(workspace)
    monkeypatch.undo()
    convert.convert(workspace)
    [record] = records(versioned)
    assert len(history(versioned, record["identifier"]["value"])) == 1


def test_nobody_is_asked_again(versioned: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converter, "CONVERTER_VERSION", "0")
    workspace = workspace_of(versioned, page(LAB, confidence=60.0))
    assert convert.convert(workspace) == ("LOW_CONFIDENCE",)
    convert.decide(workspace, approved=True, actor="operator")
    monkeypatch.undo()
    assert convert.convert(workspace) == ()
    [record] = records(versioned)
    assert observations(record) == 3
