"""The OCR stage: each page is read at most once, whatever is interrupted, repeated or refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image, ImageDraw

from include.audit.events import EventName
from include.audit.trail import AuditTrail, Writer
from include.documents import intake
from include.documents.storage import Bucket, document_id
from include.errors import PipelineError
from include.settings import Settings
from include.stages import ocr
from include.stages.classify import classify
from include.stages.merge import merge
from include.workspace import Workspace


def scan(pages: int) -> bytes:
    """A PDF of image pages that differ."""
    images = []
    for number in range(pages):
        image = Image.new("L", (600, 800), 255)
        draw = ImageDraw.Draw(image)
        for line in range(20):
            draw.text((60, 40 + 35 * line), f"page {number + 1} line {line} of a scan", fill=0)
        images.append(image)
    stored = io.BytesIO()
    images[0].save(stored, "PDF", save_all=True, append_images=images[1:])
    return stored.getvalue()


def workspace_of(bucket: Bucket, data: bytes, **settings: Any) -> Workspace:
    """A classified document."""
    key = "inbox/2026-11-23/scan.pdf"
    etag = bucket.write(key, data)
    name = document_id(key, etag)
    intake.register(bucket, intake.source_of_key(bucket, key, "2026-11-23"))
    workspace = Workspace(
        document_id=name, documents=bucket, temp=bucket, settings=Settings(textract_sync_concurrency=1, **settings),
        trail=AuditTrail(bucket, "2026-11-23", name, Writer("run", "ocr", 1)))
    classify(workspace)
    return workspace


def answer(_page: bytes) -> dict[str, Any]:
    return {"Blocks": [{"BlockType": "PAGE", "Id": "p", "Page": 1}]}


def failing_at(call: int) -> tuple[Callable[[bytes], dict[str, Any]], list[int]]:
    """Answers until the given call, which is refused; the list counts the calls."""
    calls = [0]

    def analyze(page: bytes) -> dict[str, Any]:
        calls[0] += 1
        if calls[0] == call:
            raise PipelineError("ThrottlingException")
        return answer(page)

    return analyze, calls


def prepared(workspace: Workspace, work: ocr.OcrWork) -> ocr.Job:
    job = ocr.prepare_job(workspace, work)
    assert job is not None
    return job


def events(workspace: Workspace, name: EventName) -> int:
    return sum(event.event is name for event in workspace.trail.events())


def test_a_task_that_stops_at_page_three_of_five_pays_for_three_more(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(5))
    analyze, _ = failing_at(3)
    with pytest.raises(PipelineError, match="ThrottlingException"):
        ocr.read_pages(workspace, ocr.plan(workspace), analyze)
    left = ocr.plan(workspace)
    assert [page.number for page in left.missing] == [3, 4, 5]
    again, calls = failing_at(0)
    ocr.read_pages(workspace, left, again)
    assert calls == [3]
    assert ocr.plan(workspace).missing == ()
    assert events(workspace, EventName.OCR_SYNC_COMPLETED) == 5


def test_the_same_pages_in_another_file_are_not_read_again(bucket: Bucket) -> None:
    first = workspace_of(bucket, scan(2))
    ocr.read_pages(first, ocr.plan(first), answer)
    assert ocr.plan(workspace_of(bucket, scan(2) + b"\n% another file")).missing == ()


def test_a_repeated_task_finds_its_job_and_a_failed_job_gets_a_new_token(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(3), ocr_async_threshold_mb=0.0)
    work = ocr.plan(workspace)
    assert work.asynchronous
    job = ocr.note_started(workspace, prepared(workspace, work), "job-1")
    again = prepared(workspace, work)
    assert (again.token, again.key) == (job.token, job.key)
    ocr.note_started(workspace, again, "job-1")
    assert events(workspace, EventName.OCR_ASYNC_JOB_STARTED) == 1
    ocr.end_job(workspace, job, EventName.OCR_ASYNC_JOB_FAILED)
    assert prepared(workspace, work).token != job.token


def test_a_partial_job_keeps_its_good_pages_and_only_the_others_are_sent_again(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(3), ocr_async_threshold_mb=0.0)
    job = ocr.note_started(workspace, prepared(workspace, ocr.plan(workspace)), "job-1")
    chunk = {
        "JobStatus": "PARTIAL_SUCCESS", "Warnings": [{"ErrorCode": "PAGE_ERROR", "Pages": [2]}],
        "Blocks": [{"BlockType": "PAGE", "Id": f"p{page}", "Page": page} for page in (1, 2, 3)]}
    with pytest.raises(PipelineError, match="OCR_JOB_PARTIAL"):
        ocr.collect_job(workspace, job, iter([chunk]))
    assert [page.number for page in ocr.plan(workspace).missing] == [2]
    assert prepared(workspace, ocr.plan(workspace)).page_numbers == (2,)


def test_pages_that_another_runs_job_has_read_since_they_were_planned_are_not_sent_again(bucket: Bucket) -> None:
    """Two runs over one document at once: a job that has ended would be followed by one with another token."""
    workspace = workspace_of(bucket, scan(2), ocr_async_threshold_mb=0.0)
    planned = ocr.plan(workspace)
    of_the_other = ocr.note_started(workspace, prepared(workspace, ocr.plan(workspace)), "job-1")
    ocr.collect_job(workspace, of_the_other, iter([{
        "JobStatus": "SUCCEEDED",
        "Blocks": [{"BlockType": "PAGE", "Id": f"p{page}", "Page": page} for page in (1, 2)]}]))
    ocr.discard_upload(workspace, of_the_other)
    assert ocr.prepare_job(workspace, planned) is None
    assert not bucket.exists(of_the_other.key)


def test_the_temporary_object_lies_below_its_prefix_and_is_deleted(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(2), ocr_async_threshold_mb=0.0)
    job = prepared(workspace, ocr.plan(workspace))
    assert job.key.startswith(f"ocr-temp/{workspace.document_id}/")
    assert bucket.exists(job.key)
    ocr.discard_upload(workspace, job)
    assert not bucket.exists(job.key)


def test_the_time_of_a_job_runs_from_its_start_also_over_retries(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(2), ocr_async_threshold_mb=0.0)
    work = ocr.plan(workspace)
    first = ocr.note_started(workspace, prepared(workspace, work), "job-1")
    an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    ocr.save_job(workspace, replace(first, started=an_hour_ago))
    found = ocr.note_started(workspace, prepared(workspace, work), "job-1")
    ocr.collect_job(workspace, found, iter([{
        "JobStatus": "SUCCEEDED",
        "Blocks": [{"BlockType": "PAGE", "Id": f"p{page}", "Page": page} for page in (1, 2)]}]))
    ended = next(event for event in workspace.trail.events() if event.event is EventName.OCR_ASYNC_JOB_COMPLETED)
    assert ended.duration_ms is not None
    assert ended.duration_ms >= 3_600_000


def test_two_runs_that_wait_for_the_same_job_count_its_pages_once(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(2), ocr_async_threshold_mb=0.0)
    job = ocr.note_started(workspace, prepared(workspace, ocr.plan(workspace)), "job-1")
    answers = [{"JobStatus": "SUCCEEDED",
                "Blocks": [{"BlockType": "PAGE", "Id": f"p{page}", "Page": page} for page in (1, 2)]}]
    for _ in ("the batch's run", "a run by hand"):
        ocr.collect_job(workspace, job, iter(answers))
    counted = [event.page_count for event in workspace.trail.events()
               if event.event is EventName.OCR_ASYNC_JOB_COMPLETED]
    assert counted == [2]


def test_the_end_of_a_job_leaves_a_newer_job_alone(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(2), ocr_async_threshold_mb=0.0)
    work = ocr.plan(workspace)
    first = ocr.note_started(workspace, prepared(workspace, work), "job-1")
    ocr.end_job(workspace, first, EventName.OCR_ASYNC_JOB_FAILED)
    newer = ocr.note_started(workspace, prepared(workspace, work), "job-2")
    ocr.end_job(workspace, first, EventName.OCR_ASYNC_JOB_FAILED)
    assert ocr.find_job(workspace) == newer


def test_every_end_of_a_job_and_its_upload_say_how_long_they_took(bucket: Bucket) -> None:
    """The run report counts them as the time of OCR."""
    workspace = workspace_of(bucket, scan(2), ocr_async_threshold_mb=0.0)
    job = ocr.note_started(workspace, prepared(workspace, ocr.plan(workspace)), "job-1")
    ocr.note_timeout(workspace, job)
    ocr.end_job(workspace, job, EventName.OCR_ASYNC_JOB_FAILED)
    timed = {event.event for event in workspace.trail.events() if event.duration_ms is not None}
    assert timed >= {
        EventName.OCR_TEMP_UPLOAD, EventName.OCR_ASYNC_JOB_TIMEOUT, EventName.OCR_ASYNC_JOB_FAILED}


def test_the_merged_document_says_what_its_ocr_did(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(2))
    words = [{"BlockType": "WORD", "Id": f"w{number}", "Page": 1, "Text": "word", "Confidence": 80.0 + number,
              "Geometry": {"BoundingBox": {"Left": 0.1 * number, "Top": 0.1, "Width": 0.05, "Height": 0.02}}}
             for number in (1, 2)]
    line = {"BlockType": "LINE", "Id": "l", "Page": 1, "Text": "word word", "Geometry": words[0]["Geometry"],
            "Relationships": [{"Type": "CHILD", "Ids": ["w1", "w2"]}]}
    page = {"BlockType": "PAGE", "Id": "p", "Page": 1, "Relationships": [{"Type": "CHILD", "Ids": ["l"]}]}
    ocr.read_pages(workspace, ocr.plan(workspace), lambda _: {"Blocks": [page, line, *words]})
    calls = [event.duration_ms for event in workspace.trail.events() if event.event is EventName.OCR_SYNC_COMPLETED]
    summary = merge(workspace).ocr
    assert summary is not None
    assert (summary.page_count, summary.average_confidence, summary.job_id) == (2, 81.5, None)
    assert summary.extraction_time_ms == sum(value or 0 for value in calls)
    assert all(bucket.exists(key) for key in summary.raw_blocks)
    assert len(summary.raw_blocks) == 2
