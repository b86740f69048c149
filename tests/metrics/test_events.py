"""What an audit event says in figures."""

from __future__ import annotations

import pytest

from include.audit.events import READS_PATIENT_DATA, AuditEvent, EventName
from include.metrics.events import of_event
from include.metrics.metric import Metric

DOLLARS = 0.065


def event(name: EventName, **values: object) -> AuditEvent:
    return AuditEvent(
        sequence=1, time="2026-11-23T10:00:00.000+00:00", event=name, document_id="doc-1", run_id="run", task_id="t",
        try_number=1, actor="pipeline", previous="", data_accessed=name in READS_PATIENT_DATA,
        **values)  # type: ignore[arg-type]


def test_a_page_that_was_read_by_a_call_is_counted_paid_for_and_timed() -> None:
    assert of_event(event(EventName.OCR_SYNC_COMPLETED, page_count=1, duration_ms=2300), DOLLARS) == (
        Metric("ocr.pages_external", 1), Metric("ocr.cost_usd", 0.065),
        Metric("ocr.extraction_time_ms", 2300, {"mode": "sync"}))


def test_a_job_is_counted_once_and_its_pages_are_paid_for() -> None:
    assert of_event(event(EventName.OCR_ASYNC_JOB_STARTED, job_id="j", page_count=20), DOLLARS) == (
        Metric("ocr.async_jobs_started"),)
    assert of_event(event(EventName.OCR_ASYNC_JOB_COMPLETED, job_id="j", page_count=20, duration_ms=90), DOLLARS) == (
        Metric("ocr.async_jobs_completed"), Metric("ocr.pages_external", 20), Metric("ocr.cost_usd", 1.3),
        Metric("ocr.extraction_time_ms", 90, {"mode": "async"}))


def test_a_job_that_gave_no_page_costs_nothing() -> None:
    assert of_event(event(EventName.OCR_ASYNC_JOB_COMPLETED, page_count=0), DOLLARS) == (
        Metric("ocr.async_jobs_completed"),)
    assert of_event(event(EventName.OCR_ASYNC_JOB_FAILED, duration_ms=5), DOLLARS) == (Metric("ocr.async_jobs_failed"),)


def test_a_job_that_outlasts_its_wait_is_a_timeout_and_no_end() -> None:
    assert of_event(event(EventName.OCR_ASYNC_JOB_TIMEOUT, duration_ms=300000), DOLLARS) == (
        Metric("ocr.timeouts", tags={"mode": "async"}),)


@pytest.mark.parametrize(("code", "counted"), [
    ("ThrottlingException", True), ("OCR_JOB_PARTIAL", True), ("ENCRYPTED", False), ("S3_UNREACHABLE", False),
    ("NO_SUCH_CODE", False), (None, False)])
def test_a_failed_try_is_an_error_of_ocr_where_its_code_is_textracts(code: str | None, counted: bool) -> None:
    found = of_event(event(EventName.DOCUMENT_FAILED, error_code=code), DOLLARS)
    assert found == ((Metric("ocr.errors", tags={"error_code": str(code)}),) if counted else ())


def test_most_events_are_no_metric() -> None:
    """Those of a document's normal way that say nothing that another does not say as well."""
    counted = {name for name in EventName if of_event(event(name, page_count=1, duration_ms=1), DOLLARS)}
    assert counted == {
        EventName.DOCUMENT_RECEIVED, EventName.OCR_SYNC_COMPLETED, EventName.OCR_ASYNC_JOB_STARTED,
        EventName.OCR_ASYNC_JOB_COMPLETED, EventName.OCR_ASYNC_JOB_FAILED, EventName.OCR_ASYNC_JOB_TIMEOUT}
