"""
### The day's inbox

One run a day looks at the inbox partition of its day (`inbox/YYYY-MM-DD/`), and for files that came late at those of the
`INBOX_LOOKBACK_DAYS` before it. It registers each new document, writes batch manifests of at most `BATCH_SIZE` documents
and starts one run of `documents_to_fhir` per batch, at most `BATCH_RUNS_AT_ONCE` at work at once (pool `batches`). It
stays open, at no cost, until each of these is green.

**Schedule and backfill** this DAG; its runs are per day. A day that was processed before is joined, not repeated:
only documents that were not in a batch yet are new. A backfill runs batches again whose run has failed; with
`reprocess` `all` the green ones, too: no page is billed twice. By hand: trigger with `date`. See docs/backfills.md.

| red task | what it asks of you |
|---|---|
| `plan_batches` | The inbox cannot be read or a setting is wrong: the log names the code; clear the task when mended. |
| `run_batch` | A batch's run could not be started, or was at work longer than `BATCH_MAX_WAIT_HOURS`: see that run, then clear the task. |
| `await_batches` | A batch was not green within `BATCH_MAX_WAIT_HOURS`: mend its documents, then clear the task. |
| `sweep_ocr_temp` | Pages may stay in the temporary bucket too long: the log names the S3 code; clear it when mended. |
| `day_report` | Red while a batch is: clear it after `await_batches`. Red by itself (the log names an S3 code): mend S3, then clear it. |
"""  # noqa: E501 - a Markdown table row is one line

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, CronDataIntervalTimetable, Param, TriggerRule, chain, task

from document_tasks.batches import AwaitBatchesOperator, JoinDagRunOperator
from document_tasks.deadlines import deadline
from document_tasks.inbox_events import with_inbox_events
from document_tasks.task_defaults import RETRIED_NEWEST_DAY_FIRST
from include.settings import settings


# One at a time: two runs that planned a partition at once would both divide off its new documents.
@task(show_return_value_in_logs=False, max_active_tis_per_dag=1)
def plan_batches() -> list[dict[str, Any]]:
    """Register new documents and put those without a batch into new ones."""
    from document_tasks.intake import plan_inbox

    return plan_inbox()


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
    schedule=with_inbox_events(CronDataIntervalTimetable("0 0 * * *", timezone="UTC")),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    deadline=deadline(settings().documents_inbox_deadline_hours),
    params={
        "date": Param(None, type=["null", "string"], format="date", description="Partition, for a run by hand"),
        "reprocess": Param(
            None, type=["null", "string"], enum=[None, "failed", "all"],
            description="Batches to run again: those that have failed (a backfill's default), or all"),
    },
    default_args=RETRIED_NEWEST_DAY_FIRST,
    tags=["phi", "fhir"],
):
    sweep_ocr_temp()
    chain(
        JoinDagRunOperator.partial(
            task_id="run_batch",
            trigger_dag_id="documents_to_fhir",
            max_wait=timedelta(hours=settings().batch_max_wait_hours),
            pool="batches",
            map_index_template="{{ task.trigger_run_id }}",
        ).expand_kwargs(plan_batches()),
        AwaitBatchesOperator(
            task_id="await_batches",
            dag_id="documents_to_fhir",
            plan_task_id="plan_batches",
            max_wait=timedelta(hours=settings().batch_max_wait_hours),
            trigger_rule=TriggerRule.ALL_DONE,
        ),
        day_report(),
    )
