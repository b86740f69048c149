"""A document's time is divided among the stages, people and waiting, and each second is counted once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.audit.events import AuditEvent, EventName
from include.reporting.durations import landed_to_fhir_seconds, run_seconds, stage_seconds

SINCE = datetime(2026, 11, 23, 10, tzinfo=UTC)


def event(name: EventName, second: float, milliseconds: int | None = None, **values: object) -> AuditEvent:
    return AuditEvent(
        sequence=1, time=(SINCE + timedelta(seconds=second)).isoformat(), event=name, document_id="doc-1",
        run_id="run", task_id=str(values.pop("task_id", "t")), try_number=1, actor="pipeline", previous="",
        duration_ms=milliseconds, **values)  # type: ignore[arg-type]


def test_each_stage_has_its_seconds_and_the_rest_lies_between() -> None:
    events = [
        event(EventName.DOCUMENT_CLASSIFIED, 2, 1000),
        event(EventName.OCR_SYNC_COMPLETED, 10, 3000),
        event(EventName.PAGES_MERGED, 20, 500),
        event(EventName.FHIR_CONVERTED, 30, 2000),
        event(EventName.RECORD_MERGED, 31, 250),
        event(EventName.DOCUMENT_SEALED, 40)]
    assert run_seconds(events, SINCE) == 39
    assert stage_seconds(events, SINCE) == {
        "classify": 1, "ocr": 3, "merge": 0.5, "convert": 2.25, "between": 39 - 6.75}


def test_pages_that_are_read_side_by_side_take_their_time_once() -> None:
    events = [event(EventName.OCR_SYNC_COMPLETED, second, 4000) for second in (4, 5, 5, 20)]
    assert stage_seconds(events, SINCE)["ocr"] == 5 + 4


def test_the_analysis_is_part_of_the_conversion() -> None:
    events = [event(EventName.TEXT_ANALYZED, 5, 3000), event(EventName.FHIR_CONVERTED, 6, 5000)]
    assert stage_seconds(events, SINCE) == {"convert": 5, "between": 0}


@pytest.mark.parametrize(("task", "stage"), [
    ("classify", "classify"), ("ocr", "ocr"), ("merge_pages", "merge"), ("convert_to_fhir", "convert")])
def test_a_stage_that_failed_has_its_time_too(task: str, stage: str) -> None:
    failed = event(EventName.DOCUMENT_FAILED, 9, 4000, task_id=f"process_document.{task}", error_code="OCR_TIMEOUT")
    assert stage_seconds([failed], SINCE) == {stage: 4, "between": 0}


@pytest.mark.parametrize("answer", [EventName.REVIEW_DECIDED, EventName.DOCUMENT_FAILED])
def test_a_person_s_time_runs_from_the_request_to_the_answer_or_its_absence(answer: EventName) -> None:
    events = [
        event(EventName.FHIR_CONVERTED, 1, 1000), event(EventName.REVIEW_REQUESTED, 2),
        event(EventName.REVIEW_REQUESTED, 2.5), event(answer, 3602), event(EventName.DOCUMENT_SEALED, 3603)]
    assert stage_seconds(events, SINCE) == {"convert": 1, "person": 3600, "between": 2}


def test_a_stage_that_did_not_happen_has_no_seconds() -> None:
    assert "ocr" not in stage_seconds([event(EventName.DOCUMENT_CLASSIFIED, 1, 10)], SINCE)
    assert stage_seconds([], SINCE) == {}


def test_a_job_of_an_earlier_run_counts_from_when_this_run_was_made() -> None:
    events = [event(EventName.OCR_ASYNC_JOB_COMPLETED, 30, 3_600_000)]
    assert (stage_seconds(events, SINCE)["ocr"], run_seconds(events, SINCE)) == (30, 30)


def test_landing_is_the_registration_also_where_another_run_made_it() -> None:
    events = [
        event(EventName.DOCUMENT_RECEIVED, -60), event(EventName.FHIR_CONVERTED, 30, 10),
        event(EventName.RECORD_MERGED, 31, 10), event(EventName.DOCUMENT_SEALED, 50)]
    assert landed_to_fhir_seconds(events, SINCE) == 91


def test_a_document_that_an_earlier_run_had_done_was_not_waited_for() -> None:
    again = [event(EventName.DOCUMENT_RECEIVED, -90), event(EventName.FHIR_CONVERTED, 30)]
    done, failed = event(EventName.DOCUMENT_SEALED, -60), event(EventName.DOCUMENT_SEALED, -60, error_code="CORRUPT")
    assert landed_to_fhir_seconds([again[0], done, again[1]], SINCE) is None
    assert landed_to_fhir_seconds([again[0], failed, again[1]], SINCE) == 120


def test_a_document_without_fhir_never_arrived() -> None:
    assert landed_to_fhir_seconds([event(EventName.DOCUMENT_RECEIVED, 0)], SINCE) is None
