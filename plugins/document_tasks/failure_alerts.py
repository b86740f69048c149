"""The alert of a run's failures: one for all of its documents, and one more only where a failure is new."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from document_tasks.alerts import raise_alert, site
from document_tasks.workspace import documents_bucket

if TYPE_CHECKING:
    from include.documents.storage import Bucket
    from include.reporting.outcome import Outcome


def alert_failures(bucket: Bucket, dag_id: str, run_id: str, outcomes: Sequence[Outcome]) -> None:
    """Alert the failed documents of a run, unless each of them was alerted with this code before.

    :raises PipelineError: an S3 code.
    """
    from include.alerts import message, outbox
    from include.alerts.reasons import OpenDocument
    from include.documents.storage import run_failed_alerts
    from include.reporting.outcome import FAILED

    found = [OpenDocument(outcome.document_id, outcome.error_code or "TASK_LOST")
             for outcome in outcomes if outcome.state == FAILED]
    failures = tuple(sorted(f"{each.document_id} {each.code}" for each in found))
    prefix = run_failed_alerts(dag_id, run_id)
    if outbox.failures_of(bucket, prefix).issuperset(failures):
        return
    run = message.Run(dag_id, run_id)
    alert = message.failed(run, len(outcomes), found, datetime.now(UTC), site())
    raise_alert(bucket, f"{prefix}{_digest(failures)}.json", outbox.Entry(
        alert.subject, alert.text, run=run, failures=failures))


def alert_not_begun(dag_id: str, run_id: str, task_id: str) -> None:
    """Alert a run that has failed before its documents were known.

    :param task_id: the task that should have named them.
    """
    from include.alerts import message, outbox
    from include.documents.storage import run_failed_alerts

    run = message.Run(dag_id, run_id)
    alert = message.not_begun(run, task_id, datetime.now(UTC), site())
    raise_alert(documents_bucket(), f"{run_failed_alerts(dag_id, run_id)}{task_id}.json", outbox.Entry(
        alert.subject, alert.text, run=run))


def _digest(failures: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(failures).encode()).hexdigest()[:12]
