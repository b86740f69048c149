"""
### Documents of another version of the converter, made anew

After an upgrade of the converter, or back to an earlier version, each document that another version made is processed
again: its bundle and what it says in the patient's record are replaced, decisions and corrections of people stand, and
no page is billed again. A batch of them is a run of `documents_to_fhir`, `BATCH_RUNS_AT_ONCE` are at work at once (pool
`batches`), and the inbox's documents go before them.

**Start it** with `make reprocess START=yes`, which counts first, or by hand; `limit` is the most documents of this run. What was
not reached is found by the next run; what fails or waits for a person is in *Review*. See docs/upkeep.md.

| red task | what it asks of you |
|---|---|
| `plan_batches` | The documents bucket cannot be read or written: the log names the code; clear the task when mended. |
| `run_batch` | A batch's run could not be started, or was at work longer than `BATCH_MAX_WAIT_HOURS`: see that run, then clear the task. |
"""  # noqa: E501 - a Markdown table row is one line

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from document_tasks.batches import JoinDagRunOperator
from document_tasks.task_defaults import RETRIED_NEWEST_DAY_FIRST
from include.settings import settings


@task(show_return_value_in_logs=False)
def plan_batches() -> list[dict[str, Any]]:
    """Put the documents of another version into batches."""
    from document_tasks.reprocessing import plan_reprocessing

    return plan_reprocessing()


with DAG(
    "documents_reprocess",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    # Two that looked at once would give a document to two batches.
    max_active_runs=1,
    params={
        "limit": Param(0, type="integer", minimum=0, description="Documents at most; 0: all"),
        "again": Param(False, type="boolean", description="Also those whose run for this version is gone"),
    },
    default_args=RETRIED_NEWEST_DAY_FIRST,
    tags=["phi", "fhir"],
):
    JoinDagRunOperator.partial(
        task_id="run_batch",
        trigger_dag_id="documents_to_fhir",
        max_wait=timedelta(hours=settings().batch_max_wait_hours),
        pool="batches",
        map_index_template="{{ task.trigger_run_id }}",
    ).expand_kwargs(plan_batches())
