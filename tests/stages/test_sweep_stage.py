"""What a killed worker left in the temporary bucket."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from include.audit.events import EventName
from include.audit.trail import AuditTrail, Writer
from include.documents.storage import Bucket, temp_prefix
from include.settings import Settings
from include.stages.sweep import delete_uploads, left_behind, sweep_document
from include.workspace import Workspace

PREFIX = Settings().ocr_s3_prefix


def workspace_of(bucket: Bucket, document_id: str) -> Workspace:
    return Workspace(
        document_id=document_id, documents=bucket, temp=bucket, settings=Settings(),
        trail=AuditTrail(bucket, "2026-11-23", document_id, Writer("run", "sweep", 1)))


def uploads(bucket: Bucket) -> list[str]:
    return [listed.key for listed in bucket.list(PREFIX)]


def test_a_documents_uploads_are_deleted_each_with_an_event_and_its_neighbours_stay(bucket: Bucket) -> None:
    for key in ("doc-1/a.pdf", "doc-1/b.pdf", "doc-12/a.pdf"):
        bucket.write(PREFIX + key, b"%PDF")
    workspace = workspace_of(bucket, "doc-1")
    assert sweep_document(workspace) == 2
    assert uploads(bucket) == [f"{PREFIX}doc-12/a.pdf"]
    assert [event.event for event in workspace.trail.events()] == [EventName.OCR_TEMP_DELETE] * 2
    assert sweep_document(workspace) == 0


def test_only_what_is_older_than_the_moment_is_left_behind(bucket: Bucket) -> None:
    key = f"{temp_prefix(PREFIX, 'doc-7')}upload.pdf"
    bucket.write(key, b"%PDF")
    now = datetime.now(UTC)
    assert list(left_behind(bucket, PREFIX, now - timedelta(hours=1))) == []
    found = list(left_behind(bucket, PREFIX, now + timedelta(minutes=1)))
    assert ("doc-7", key) in found


def test_deleting_what_is_gone_already_is_no_error(bucket: Bucket) -> None:
    assert delete_uploads(workspace_of(bucket, "doc-9"), [f"{PREFIX}doc-9/gone.pdf"]) == 1
