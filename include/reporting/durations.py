"""Where a document's time went, worked out from the audit events of one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from include.audit.events import AuditEvent, EventName

Interval = tuple[datetime, datetime]

CLASSIFY, OCR, MERGE, CONVERT = "classify", "ocr", "merge", "convert"
PERSON, BETWEEN = "person", "between"
STAGES = (CLASSIFY, OCR, MERGE, CONVERT, PERSON, BETWEEN)
"""In the order of the work; ``person`` is the wait for a decision, ``between`` what no stage and no person took: the
wait for a free worker, for the scheduler, or for somebody to clear a task."""

_STAGE_OF_EVENT: Mapping[EventName, str] = {
    EventName.DOCUMENT_CLASSIFIED: CLASSIFY,
    EventName.OCR_TEMP_UPLOAD: OCR,
    EventName.OCR_SYNC_COMPLETED: OCR,
    EventName.OCR_ASYNC_JOB_COMPLETED: OCR,
    EventName.OCR_ASYNC_JOB_TIMEOUT: OCR,
    EventName.OCR_ASYNC_JOB_FAILED: OCR,
    EventName.PAGES_MERGED: MERGE,
    EventName.TEXT_ANALYZED: CONVERT,
    EventName.FHIR_CONVERTED: CONVERT,
    EventName.RECORD_MERGED: CONVERT,
    EventName.FHIR_DELIVERED: CONVERT,
}
_STAGE_OF_TASK: Mapping[str, str] = {
    "classify": CLASSIFY, "ocr": OCR, "merge_pages": MERGE, "convert_to_fhir": CONVERT}
_ANSWERS = frozenset({EventName.REVIEW_DECIDED, EventName.DOCUMENT_FAILED})
_FHIR = frozenset({EventName.FHIR_CONVERTED, EventName.RECORD_MERGED, EventName.FHIR_DELIVERED})


def run_seconds(events: Sequence[AuditEvent], since: datetime) -> float:
    """From the beginning of what the run's first event tells of to its last event; 0 where there is none."""
    return _rounded(_time(events[-1]) - _begin(events, since)) if events else 0.0


def stage_seconds(events: Sequence[AuditEvent], since: datetime) -> dict[str, float]:
    """Seconds by stage of :data:`STAGES`, without the stages that did not happen.

    An event is written when its work has ended, so that it covers the ``duration_ms`` before it. Events of a stage can
    overlap (pages are read side by side, the analysis is part of the conversion): time is counted once.

    :param events: those of the run, in sequence.
    :param since: when the run was made; a job that an earlier run has started counts from here.
    """
    if not events:
        return {}
    by_stage: dict[str, list[Interval]] = {}
    for event in events:
        stage = _stage(event)
        if stage and event.duration_ms is not None:
            start, end = _interval(event)
            by_stage.setdefault(stage, []).append((max(start, since), end))
    if waits := _waits(events):
        by_stage[PERSON] = waits
    found = {stage: _rounded(_covered(intervals)) for stage, intervals in by_stage.items()}
    begin = _begin(events, since)
    every = [(max(start, begin), end) for intervals in by_stage.values() for start, end in intervals]
    found[BETWEEN] = _rounded(_time(events[-1]) - begin - _covered(every))
    return {stage: found[stage] for stage in STAGES if stage in found}


def landed_to_fhir_seconds(events: Sequence[AuditEvent], since: datetime) -> float | None:
    """From ``document_received`` to the run's last event that made or stored FHIR; None where no FHIR was made, or
    where an earlier run had done the document: then it was not waited for.

    :param events: the document's whole trail, in sequence.
    """
    received = [_time(event) for event in events if event.event is EventName.DOCUMENT_RECEIVED]
    arrived = [_time(event) for event in events if event.event in _FHIR and _time(event) >= since]
    done_before = any(
        event.event is EventName.DOCUMENT_SEALED and event.error_code is None and _time(event) < since
        for event in events)
    if not received or not arrived or done_before:
        return None
    return _rounded(arrived[-1] - received[0])


def _stage(event: AuditEvent) -> str | None:
    if event.event is EventName.DOCUMENT_FAILED:
        return _STAGE_OF_TASK.get(event.task_id.rpartition(".")[2])
    return _STAGE_OF_EVENT.get(event.event)


def _waits(events: Sequence[AuditEvent]) -> list[Interval]:
    """From a request for a person to the decision, or to the failure where nobody answered in time."""
    waits = []
    asked: datetime | None = None
    for event in events:
        if event.event is EventName.REVIEW_REQUESTED:
            asked = asked or _time(event)
        elif asked is not None and event.event in _ANSWERS:
            waits.append((asked, _time(event)))
            asked = None
    return waits


def _covered(intervals: Iterable[Interval]) -> timedelta:
    """Length of the union."""
    total = timedelta()
    end: datetime | None = None
    for start, stop in sorted(intervals):
        begin = start if end is None else max(start, end)
        if stop > begin:
            total += stop - begin
            end = stop
    return total


def _begin(events: Sequence[AuditEvent], since: datetime) -> datetime:
    return max(_interval(events[0])[0], since)


def _interval(event: AuditEvent) -> Interval:
    end = _time(event)
    return end - timedelta(milliseconds=event.duration_ms or 0), end


def _time(event: AuditEvent) -> datetime:
    return datetime.fromisoformat(event.time)


def _rounded(length: timedelta) -> float:
    """Milliseconds are what events have; a clock that was set back gives no negative time."""
    return round(max(length.total_seconds(), 0.0), 3)
