"""What an audit event says in figures. An event is written once, whatever is tried again, and so it is counted once."""

from __future__ import annotations

from include.audit.events import BILLED_EVENTS, AuditEvent, EventName
from include.errors import REGISTRY, Domain
from include.metrics.catalogue import ASYNC, SYNC
from include.metrics.metric import Metric

_COUNTED = {
    EventName.DOCUMENT_RECEIVED: Metric("document.received"),
    EventName.OCR_ASYNC_JOB_STARTED: Metric("ocr.async_jobs_started"),
    EventName.OCR_ASYNC_JOB_COMPLETED: Metric("ocr.async_jobs_completed"),
    EventName.OCR_ASYNC_JOB_FAILED: Metric("ocr.async_jobs_failed"),
    EventName.OCR_ASYNC_JOB_TIMEOUT: Metric("ocr.timeouts", tags={"mode": ASYNC}),
}
_MODES = {EventName.OCR_SYNC_COMPLETED: SYNC, EventName.OCR_ASYNC_JOB_COMPLETED: ASYNC}


def of_event(event: AuditEvent, dollars_per_page: float) -> tuple[Metric, ...]:
    """The metrics of an event, none for most.

    :param dollars_per_page: what Textract takes for a page.
    """
    found = [_COUNTED[event.event]] if event.event in _COUNTED else []
    if event.event in BILLED_EVENTS and event.page_count:
        found.append(Metric("ocr.pages_external", event.page_count))
        found.append(Metric("ocr.cost_usd", round(event.page_count * dollars_per_page, 6)))
    if event.event in _MODES and event.duration_ms is not None:
        found.append(Metric("ocr.extraction_time_ms", event.duration_ms, {"mode": _MODES[event.event]}))
    if event.event is EventName.DOCUMENT_FAILED and _is_of_textract(event.error_code):
        found.append(Metric("ocr.errors", tags={"error_code": str(event.error_code)}))
    return tuple(found)


def _is_of_textract(code: str | None) -> bool:
    return code in REGISTRY and REGISTRY[code].domain is Domain.TEXTRACT
