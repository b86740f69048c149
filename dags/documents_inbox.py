"""
### The day's inbox

One run a day looks at the inbox partition of its day (`inbox/YYYY-MM-DD/`), registers each document, writes batch
manifests of at most `BATCH_SIZE` documents and starts one run of `documents_to_fhir` per batch. It stays open, at no
cost, until each of these is green.

**Schedule and backfill** this DAG; its runs are per day. A day that was processed before is joined, not repeated:
only documents that were not in a batch yet are new. By hand: trigger with `date`.

| red task | what it asks of you |
|---|---|
| `plan_batches` | The inbox cannot be read or a setting is wrong: the log names the code; clear the task when mended. |
| `run_batch` | A batch was not green within `BATCH_MAX_WAIT_HOURS`: mend its documents, then clear the task. |
| `sweep_ocr_temp` | Pages may stay in the temporary bucket too long: the log names the S3 code; clear it when mended. |
| `day_report` | Red while a batch is. Clear it after `run_batch`. |
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, CronDataIntervalTimetable, Param, TriggerRule, task

from document_tasks.batches import JoinDagRunOperator
from document_tasks.deadlines import deadline
from document_tasks.retry import RegistryRetryPolicy
from include.settings import settings


@task(show_return_value_in_logs=False)
def plan_batches() -> list[dict[str, Any]]:
    """Register the day's documents and put those without a batch into new ones."""
    from document_tasks.intake import batches_of_day

    return batches_of_day()


@task(show_return_value_in_logs=False)
def sweep_ocr_temp() -> int:
    """Delete uploads for OCR that a killed worker left behind."""
    from document_tasks.sweep import sweep_temp_bucket

    return sweep_temp_bucket()


@task(trigger_rule=TriggerRule.ALL_DONE)
def day_report() -> None:
    """Account for every document of the day."""
    from document_tasks.report import report_day

    report_day()


with DAG(
    "documents_inbox",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    deadline=deadline(settings().documents_inbox_deadline_hours),
    params={
        "date": Param(None, type=["null", "string"], format="date", description="Partition, for a run by hand"),
    },
    default_args={
        "retries": 3,
        "retry_delay": timedelta(seconds=10),
        "retry_policy": RegistryRetryPolicy(),
    },
    tags=["phi", "fhir"],
):
    sweep_ocr_temp()
    (
        JoinDagRunOperator.partial(
            task_id="run_batch",
            trigger_dag_id="documents_to_fhir",
            max_wait=timedelta(hours=settings().batch_max_wait_hours),
            map_index_template="{{ task.trigger_run_id }}",
        ).expand_kwargs(plan_batches())
        >> day_report()
    )
