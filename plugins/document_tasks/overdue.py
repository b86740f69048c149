"""The half-hourly look: alerts that could not be sent before, and documents that are too long on their way."""

from __future__ import annotations

import hashlib
import logging
import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from airflow.sdk import get_current_context

from document_tasks.alerts import raise_alert, send_pending, site
from document_tasks.deadlines import CLOSED, run_state, waiting_for_a_person
from document_tasks.metrics import send_zeros
from document_tasks.workspace import documents_bucket
from include.errors import PipelineError
from include.settings import settings

if TYPE_CHECKING:
    from include.alerts.outbox import Entry
    from include.alerts.reasons import OpenDocument
    from include.documents.storage import Bucket

log = logging.getLogger(__name__)

LOOK_BACK_DAYS = 7
"""Inbox partitions that are looked at beyond the age limit: an Airflow that stood still for a week misses nothing."""


def alert_overdue() -> int:
    """Send pending alerts, then alert each document that is over its age for the first time; how many there were.

    :raises PipelineError: ALERT_NOT_SENT; an S3 code.
    """
    send_zeros()
    hours, date = settings().document_max_age_hours, get_current_context()["params"]["date"]
    bucket, now = documents_bucket(), datetime.now(UTC)
    sent = send_pending(bucket, lambda entry: _still_open(bucket, entry))
    days = [str(date)] if date else _days(now, hours)
    found = _overdue(bucket, days, now - timedelta(hours=hours)) if hours else []
    if found:
        sent &= _raise(bucket, found, hours, now)
    log.info("%d documents are overdue and were not alerted before.", len(found))
    if not sent:
        raise PipelineError("ALERT_NOT_SENT")
    return len(found)


def _days(now: datetime, hours: float) -> list[str]:
    """The inbox partitions of the last days, oldest first."""
    count = LOOK_BACK_DAYS + math.ceil(hours / 24)
    return [f"{now - timedelta(days=back):%Y-%m-%d}" for back in range(count, -1, -1)]


def _overdue(bucket: Bucket, days: list[str], landed_before: datetime) -> list[OpenDocument]:
    from include.alerts.open_documents import overdue
    from include.alerts.outbox import alerted_documents

    return [found for day in days
            for found in overdue(bucket, day, landed_before, alerted_documents(bucket, day), waiting_for_a_person)]


def _raise(bucket: Bucket, found: list[OpenDocument], hours: float, now: datetime) -> bool:
    from include.alerts import message, outbox
    from include.documents.storage import overdue_alert

    alert = message.overdue(hours, found, now, site())
    documents = {day: tuple(each.document_id for each in found if each.day == day)
                 for day in sorted({each.day for each in found})}
    digest = hashlib.sha256("\n".join(sorted(each.document_id for each in found)).encode()).hexdigest()[:24]
    return raise_alert(bucket, overdue_alert(digest), outbox.Entry(alert.subject, alert.text, documents=documents))


def _still_open(bucket: Bucket, entry: Entry) -> bool:
    """Whether anything that an alert is about is still to be done."""
    from include.alerts.open_documents import still_open

    if entry.run:
        return run_state(entry.run) not in CLOSED
    return any(still_open(bucket, document_ids) for document_ids in entry.documents.values())
