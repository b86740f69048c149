"""The trail in S3: write-once, in one chain, also when several tasks write at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from include.audit.events import AuditEvent, EventName
from include.audit.trail import AuditTrail, Writer
from include.audit.verification import verify_all
from include.documents.storage import Bucket
from include.errors import PipelineError

DAY = "2026-11-23"


def trail(bucket: Bucket, document_id: str = "doc-1", try_number: int = 1) -> AuditTrail:
    return AuditTrail(
        bucket, DAY, document_id, Writer("run 1", "process_document.ocr", try_number),
        now=lambda: datetime(2026, 11, 23, 10, tzinfo=UTC))


def test_events_are_read_back_in_order_behind_each_other(bucket: Bucket) -> None:
    written = trail(bucket)
    written.begin(EventName.DOCUMENT_RECEIVED)
    written.write(EventName.OCR_SYNC_COMPLETED, page_count=1, duration_ms=12)
    trail(bucket, try_number=2).write(EventName.DOCUMENT_SEALED)
    assert [(event.event.value, event.try_number, event.run_id) for event in trail(bucket).events()] == [
        ("document_received", 1, "run_1"), ("ocr_sync_completed", 1, "run_1"), ("document_sealed", 2, "run_1")]
    assert [(report.problems, report.sealed) for report in verify_all(bucket)] == [((), True)]


def test_a_trail_begins_once(bucket: Bucket) -> None:
    trail(bucket).begin(EventName.DOCUMENT_RECEIVED)
    trail(bucket).begin(EventName.DOCUMENT_RECEIVED)
    assert len(trail(bucket).read()) == 1


def test_eight_writers_at_once_lose_nothing_and_keep_one_chain(bucket: Bucket) -> None:
    def write(number: int) -> None:
        trail(bucket, try_number=number).write(EventName.OCR_SYNC_COMPLETED, page_count=1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(1, 25)))
    assert sorted(event.try_number for event in trail(bucket).events()) == list(range(1, 25))
    assert [report.problems for report in verify_all(bucket)] == [()]


def test_an_event_of_a_job_is_there_once_also_when_eight_write_it_at_once(bucket: Bucket) -> None:
    def write(number: int) -> None:
        trail(bucket, try_number=number).write_once(
            EventName.OCR_ASYNC_JOB_COMPLETED, job_id=f"job-{number % 2}", page_count=16, duration_ms=None)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(1, 17)))
    assert sorted(str(event.job_id) for event in trail(bucket).events()) == ["job-0", "job-1"]
    assert [report.problems for report in verify_all(bucket)] == [()]


def test_an_event_that_was_deleted_shows(bucket: Bucket) -> None:
    written = trail(bucket)
    for _ in range(3):
        written.write(EventName.OCR_SYNC_COMPLETED)
    bucket.delete(f"{written.prefix}000002.json")
    assert [bool(report.problems) for report in verify_all(bucket)] == [True]


def test_chains_of_one_day_are_verified_document_by_document(bucket: Bucket) -> None:
    for name in ("doc-1", "doc-2"):
        trail(bucket, name).write(EventName.DOCUMENT_SEALED)
    assert [report.document_id for report in verify_all(bucket, DAY)] == ["doc-1", "doc-2"]
    assert list(verify_all(bucket, "2026-11-24")) == []


def test_who_observes_is_told_of_each_event_once_it_is_written(bucket: Bucket) -> None:
    seen: list[AuditEvent] = []
    observed = AuditTrail(bucket, DAY, "doc-1", Writer("run", "ocr", 1), observe=seen.append)
    observed.begin(EventName.DOCUMENT_RECEIVED)
    observed.begin(EventName.DOCUMENT_RECEIVED)
    observed.write(EventName.OCR_SYNC_COMPLETED, page_count=1)
    observed.by("dr.quill").write(EventName.REVIEW_DECIDED)
    assert seen == observed.events()
    assert [event.actor for event in seen] == ["pipeline", "pipeline", "dr.quill"]


def test_what_others_write_first_is_told_to_nobody_twice(bucket: Bucket) -> None:
    seen: list[AuditEvent] = []

    def write(number: int) -> None:
        AuditTrail(bucket, DAY, "doc-1", Writer("run", "ocr", number), observe=seen.append).write(
            EventName.OCR_SYNC_COMPLETED, page_count=1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(1, 25)))
    assert sorted(seen, key=lambda event: event.sequence) == trail(bucket).events()


def test_an_event_that_is_not_written_is_not_told(bucket: Bucket) -> None:
    seen: list[AuditEvent] = []
    nowhere = Bucket(bucket.client, "no-such-bucket")
    with pytest.raises(PipelineError):
        AuditTrail(nowhere, DAY, "doc-1", Writer("run", "ocr", 1), observe=seen.append).write(
            EventName.OCR_SYNC_COMPLETED)
    assert seen == []


def test_the_first_event_is_read_alone(bucket: Bucket) -> None:
    trail = AuditTrail(bucket, "2026-01-05", "doc-first", Writer("run", "task", 1))
    trail.begin(EventName.DOCUMENT_RECEIVED)
    trail.write(EventName.DOCUMENT_CLASSIFIED, page_count=1)
    assert trail.first() == trail.events()[0]


def test_a_trail_that_has_not_begun_has_no_first_event(bucket: Bucket) -> None:
    trail = AuditTrail(bucket, "2026-01-05", "doc-none", Writer("run", "task", 1))
    with pytest.raises(PipelineError, match="S3_NOT_FOUND"):
        trail.first()
