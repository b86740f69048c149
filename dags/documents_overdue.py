"""
### Documents on their way for too long

Every half hour this DAG looks for documents that landed in the inbox more than `DOCUMENT_MAX_AGE_HOURS` ago and are
neither in FHIR nor resolved by hand, whatever keeps them: failed, waiting for a person, held up, in no batch. They are
told in one alert, with counts by day and code; a document is alerted for its age once. First it sends the alerts that a
channel would not take before, and each counter of the pipeline's metrics at 0 (`docs/monitoring.md`).

**Leave it on** wherever alerts or metrics are wanted. With `DOCUMENT_MAX_AGE_HOURS` 0 it only sends what is left over.
By hand: trigger with `date`, for one inbox partition.

| red task | what it asks of you |
|---|---|
| `alert_overdue` | `ALERT_NOT_SENT`: a channel refuses or does not answer, the log says why; what is left is tried again by the next run. An S3 code: see there. |
"""  # noqa: E501 - a Markdown table row is one line

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import DAG, CronTriggerTimetable, Param, task

from document_tasks.task_defaults import RETRIED


@task(show_return_value_in_logs=False)
def alert_overdue() -> int:
    """Send what was left over, then alert the documents that are over their age for the first time."""
    from document_tasks.overdue import alert_overdue as look

    return look()


with DAG(
    "documents_overdue",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("*/30 * * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params={
        "date": Param(None, type=["null", "string"], format="date", description="Partition, for a run by hand"),
    },
    default_args=RETRIED,
    tags=["phi", "fhir"],
):
    alert_overdue()
