"""The closed list of audit events and the allow-list of their fields.

Patterned after the "who, what, when" of 45 CFR 164.312(b). A field that is not listed here cannot be
written, and texts are limited to the characters of identifiers and codes, so that no words of a document fit.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any


class EventName(StrEnum):
    """What can happen to a document."""

    DOCUMENT_RECEIVED = "document_received"
    DOCUMENT_CLASSIFIED = "document_classified"
    OCR_TEMP_UPLOAD = "ocr_temp_upload"
    OCR_TEMP_DELETE = "ocr_temp_delete"
    OCR_SYNC_COMPLETED = "ocr_sync_completed"
    OCR_ASYNC_JOB_STARTED = "ocr_async_job_started"
    OCR_ASYNC_JOB_POLLING = "ocr_async_job_polling"
    OCR_ASYNC_JOB_COMPLETED = "ocr_async_job_completed"
    OCR_ASYNC_JOB_TIMEOUT = "ocr_async_job_timeout"
    OCR_ASYNC_JOB_FAILED = "ocr_async_job_failed"
    PAGES_MERGED = "pages_merged"
    TEXT_ANALYZED = "text_analyzed"
    FHIR_CONVERTED = "fhir_converted"
    RECORD_MERGED = "record_merged"
    FHIR_DELIVERED = "fhir_delivered"
    REVIEW_REQUESTED = "review_requested"
    REVIEW_DECIDED = "review_decided"
    DOCUMENT_VIEWED = "document_viewed"
    DOCUMENT_FAILED = "document_failed"
    DOCUMENT_SEALED = "document_sealed"


READS_PATIENT_DATA = frozenset({EventName.DOCUMENT_VIEWED})
"""Events in which a person saw patient data; every other event has ``data_accessed`` false."""

BILLED_EVENTS = frozenset({EventName.OCR_SYNC_COMPLETED, EventName.OCR_ASYNC_JOB_COMPLETED})
"""Events whose pages Textract has read, and was paid for."""

_ADDED_LATER = frozenset({"resource_count", "decision"})
"""Fields that the first events did not have. They are stored only where they say something, so that every event ever
written keeps the bytes that its digest is made of: an audit trail outlives many versions of this file."""
_SAFE_TEXT = re.compile(r"[A-Za-z0-9_.:+@\-]{1,250}")


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One event. ``time`` is ISO 8601 in UTC; ``previous`` is the digest of the event before (empty for the first).

    :raises ValueError: a text holds characters that an identifier does not have, or ``data_accessed`` contradicts
        the event.
    """

    sequence: int
    time: str
    event: EventName
    document_id: str
    run_id: str
    task_id: str
    try_number: int
    actor: str
    previous: str
    job_id: str | None = None
    page_count: int | None = None
    resource_count: int | None = None
    duration_ms: int | None = None
    error_code: str | None = None
    decision: str | None = None
    """What a person decided: the label of ``include/review/decisions.py`` or ``resolutions.py``."""
    data_accessed: bool = False

    def __post_init__(self) -> None:
        if self.data_accessed is not (self.event in READS_PATIENT_DATA):
            raise ValueError("data_accessed does not fit the event")
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str) and value and not _SAFE_TEXT.fullmatch(value):
                raise ValueError(f"the audit field {field.name} is not an identifier")

    def as_dict(self) -> dict[str, Any]:
        values = asdict(self)
        return {name: value for name, value in values.items() if value is not None or name not in _ADDED_LATER}


def identifier(text: str) -> str:
    """A name of Airflow's (a run id can hold a blank or a slash) in the characters that an event allows."""
    return re.sub(r"[^A-Za-z0-9_.:+@\-]", "_", text)[:250] or "_"
