"""The seal leaves what became of a document in its run, where no other run writes over it."""

from __future__ import annotations

from datetime import UTC, datetime

from include.audit.trail import AuditTrail, Writer
from include.documents.storage import Bucket
from include.reporting.outcome import FAILED, SUCCESS
from include.reporting.stored_outcomes import latest, of_run
from include.settings import Settings
from include.stages.seal import seal
from include.workspace import Workspace


def seal_in(bucket: Bucket, run_id: str, state: str) -> None:
    trail = AuditTrail(bucket, "2026-11-23", "doc-1", Writer(run_id, "audit", 1))
    workspace = Workspace(document_id="doc-1", documents=bucket, temp=bucket, settings=Settings(), trail=trail)
    seal(workspace, run_id, datetime.now(UTC), {"classify": state})


def test_each_run_keeps_its_outcome_and_the_last_one_is_the_documents(bucket: Bucket) -> None:
    seal_in(bucket, "first", "success")
    seal_in(bucket, "second", "failed")
    found = [of_run(bucket, "doc-1", "first"), of_run(bucket, "doc-1", "second"), latest(bucket, "doc-1")]
    assert [(each.run_id, each.state) for each in found if each] == [
        ("first", SUCCESS), ("second", FAILED), ("second", FAILED)]
    seal_in(bucket, "second", "success")
    again = of_run(bucket, "doc-1", "second")
    assert again and again.state == SUCCESS
    assert latest(bucket, "doc-1") == again
