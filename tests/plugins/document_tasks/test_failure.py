"""A stage fails with a code; nothing that an exception quotes of the document reaches a log."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from document_tasks.failure import announce, announcing_codes, failing_with_a_code
from document_tasks.stage import stage_of
from include.audit.events import EventName
from include.audit.trail import AuditTrail, Writer
from include.documents.storage import Bucket
from include.errors import PipelineError
from include.settings import Settings
from include.workspace import Workspace


@pytest.fixture
def workspace(bucket: Bucket) -> Workspace:
    trail = AuditTrail(bucket, "2026-11-23", "doc-1", Writer("run", "ocr", 2))
    return Workspace("doc-1", bucket, bucket, Settings(), trail)


def test_a_code_goes_into_the_audit_trail_and_on(workspace: Workspace) -> None:
    with pytest.raises(PipelineError, match="ENCRYPTED"), failing_with_a_code(workspace):
        raise PipelineError("ENCRYPTED")
    assert [(event.event, event.error_code, event.try_number) for event in workspace.trail.events()] == [
        (EventName.DOCUMENT_FAILED, "ENCRYPTED", 2)]
    assert workspace.trail.events()[0].duration_ms is not None


def test_a_server_s_wish_to_be_left_alone_goes_on(workspace: Workspace) -> None:
    with pytest.raises(PipelineError) as raised, failing_with_a_code(workspace):
        raise PipelineError("FHIR_UNREACHABLE", retry_after=7.0)
    assert raised.value.retry_after == 7.0


def test_what_an_unforeseen_exception_quotes_is_not_logged(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(PipelineError) as raised, failing_with_a_code(workspace):
        int("Jane Doe, born 1970")
    assert raised.value.code == "INTERNAL_ERROR"
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    assert "Jane" not in caplog.text
    assert "ValueError" in caplog.text
    assert "test_failure.py" in caplog.text


def test_a_skip_is_no_failure(workspace: Workspace) -> None:
    with pytest.raises(AirflowSkipException), failing_with_a_code(workspace):
        raise AirflowSkipException
    assert workspace.trail.read() == []


def test_a_failure_stays_the_tasks_error_when_the_trail_cannot_be_written(bucket: Bucket) -> None:
    nowhere = Bucket(bucket.client, "no-such-bucket")
    trail = AuditTrail(nowhere, "2026-11-23", "doc-1", Writer("run", "ocr", 1))
    workspace = Workspace("doc-1", nowhere, nowhere, Settings(), trail)
    with pytest.raises(PipelineError, match="CORRUPT"), failing_with_a_code(workspace):
        raise PipelineError("CORRUPT")


class Instance(SimpleNamespace):
    """As much of a task instance as a stage looks at."""

    def __init__(self) -> None:
        super().__init__(run_id="run", task_id="process_document.ocr", try_number=1, pushed={})

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


def test_the_code_of_a_failure_is_an_xcom_as_well() -> None:
    instance = Instance()
    with pytest.raises(PipelineError), announcing_codes({"ti": instance}):
        raise PipelineError("ENCRYPTED")
    assert instance.pushed == {"codes": ["ENCRYPTED"]}


def test_a_failure_stays_the_tasks_error_when_no_xcom_can_be_pushed() -> None:
    with pytest.raises(PipelineError, match="CORRUPT"), announcing_codes({"ti": SimpleNamespace()}):
        raise PipelineError("CORRUPT")
    announce({}, ["CORRUPT"])


@pytest.fixture
def registered(bucket: Bucket, sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A document that tasks find by the settings and the connection."""
    from document_tasks import workspace as workspaces
    from tests.stages.test_convert_stage import LAB, page, workspace_of

    monkeypatch.setattr(workspaces, "documents_bucket", lambda: bucket)
    monkeypatch.setattr(workspaces, "audit_bucket_beside", lambda _: bucket)
    return workspace_of(bucket, page(LAB))


def test_a_document_that_is_not_registered_fails_with_its_code(registered: Workspace) -> None:
    instance = Instance()
    with pytest.raises(PipelineError, match="S3_NOT_FOUND"), stage_of("doc-unknown", {"ti": instance}):
        pass
    assert instance.pushed == {"codes": ["S3_NOT_FOUND"]}


def test_every_stage_but_the_seal_skips_a_document_that_is_resolved_in_this_run(registered: Workspace) -> None:
    from include.review.resolutions import resolve

    context = {"ti": Instance()}
    resolve(registered, "duplicate", "", "run", "ann")
    with pytest.raises(AirflowSkipException), stage_of(registered.document_id, context):
        raise AssertionError("the stage works")
    with stage_of(registered.document_id, context, resolved_too=True) as workspace:
        assert workspace.document_id == registered.document_id
    another = Instance()
    another.run_id = "another run"
    with stage_of(registered.document_id, {"ti": another}):
        pass
    assert context["ti"].pushed == {}
