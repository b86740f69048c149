"""The deadline of a run: checked against the run itself at the moment of sending.

Airflow 3.3.2 calls a missed deadline's callback in the triggerer. It does so also where the run has failed long before
(https://github.com/apache/airflow/issues/60927), and it may do so twice: with several schedulers on a database that
locks no rows (https://github.com/apache/airflow/issues/64710), or when a triggerer dies. So the callback asks for the
run's state first, and the alert is remembered under the deadline's own id.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert

from document_tasks.run_start import RunStart
from include.errors import PipelineError

if TYPE_CHECKING:
    from include.alerts.message import Run
    from include.alerts.reasons import OpenDocument
    from include.documents.storage import Bucket

log = logging.getLogger(__name__)

BATCH_DAG = "documents_to_fhir"
REVIEW_TASK = "process_document.convert_to_fhir"
CLOSED = ("success", None)
"""Of :func:`run_state`: nothing of the run is left to do."""


def deadline(hours: float) -> list[DeadlineAlert]:
    """The deadline of a DAG's runs, so many hours after they are queued; none for 0."""
    if not hours:
        return []
    callback = AsyncCallback(deadline_passed, kwargs={"hours": hours})
    return [DeadlineAlert(RunStart(), timedelta(hours=hours), callback)]


async def deadline_passed(hours: float, context: dict[str, Any]) -> None:
    """Called by the triggerer.

    In a thread of its own: the bucket's client and the notifiers' ``notify`` are the same as in tasks, and no trigger
    waits for them.
    """
    from include.alerts.message import Run

    run = Run(context["dag_run"]["dag_id"], context["dag_run"]["dag_run_id"])
    await asyncio.to_thread(alert_late_run, run, str(context["deadline"]["id"]), hours)


def alert_late_run(run: Run, deadline_id: str, hours: float) -> None:
    """Alert a run that is still open, or that has failed without an alert of its failures."""
    from document_tasks.alerts import raise_alert, site
    from document_tasks.workspace import documents_bucket
    from include.alerts import message, outbox
    from include.documents.storage import run_late_alert

    bucket = documents_bucket()
    if not _is_open(bucket, run):
        log.info("The deadline of %s has passed, but nothing is left to tell of it.", run.run_id)
        return
    alert = message.late(run, hours, _open_documents(bucket, run), datetime.now(UTC), site())
    raise_alert(bucket, run_late_alert(run.dag_id, run.run_id, deadline_id), outbox.Entry(
        alert.subject, alert.text, run=run))


def run_state(run: Run) -> str | None:
    """The state of a run at this moment: queued, running, success or failed; None: it was deleted.

    :raises AirflowRuntimeError: Airflow's API server does not answer the question.
    """
    from airflow.sdk.exceptions import AirflowRuntimeError
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance
    from airflow.utils.state import DagRunState

    try:
        return DagRunState(RuntimeTaskInstance.get_dagrun_state(run.dag_id, run.run_id)).value
    except AirflowRuntimeError as error:
        if (error.error.detail or {}).get("status_code") == HTTPStatus.NOT_FOUND:
            return None
        raise


def waiting_for_a_person(run_id: str) -> Collection[int]:
    """The map indexes of a run's documents that wait for a person at this moment."""
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    states = RuntimeTaskInstance.get_task_states(dag_id=BATCH_DAG, task_ids=[REVIEW_TASK], run_ids=[run_id])
    return {int(task.removeprefix(f"{REVIEW_TASK}_")) for task, state in states.get(run_id, {}).items()
            if state == "awaiting_input" and task != REVIEW_TASK}


def _is_open(bucket: Bucket, run: Run) -> bool:
    from include.documents.storage import run_failed_alerts

    state = run_state(run)
    if state != "failed":
        return state not in CLOSED
    try:
        return not any(bucket.list(run_failed_alerts(run.dag_id, run.run_id)))
    except PipelineError:
        return True


def _open_documents(bucket: Bucket, run: Run) -> list[OpenDocument] | None:
    """None where the run does not know its documents yet, or the bucket does not answer."""
    from airflow.sdk.execution_time.xcom import XCom

    is_batch = run.dag_id == BATCH_DAG
    planned = XCom.get_one(
        key="return_value", dag_id=run.dag_id, run_id=run.run_id, task_id="read_batch" if is_batch else "plan_batches")
    if planned is None:
        return None
    try:
        return _of_run(bucket, run.run_id, planned) if is_batch else _of_day(bucket, planned)
    except PipelineError as error:
        log.error("What is open cannot be told. %s", error)
        return None


def _of_run(bucket: Bucket, run_id: str, document_ids: list[str]) -> list[OpenDocument]:
    from include.alerts.open_documents import open_of_run

    return open_of_run(bucket, run_id, document_ids, document_ids, waiting_for_a_person)


def _of_day(bucket: Bucket, planned: list[dict[str, Any]]) -> list[OpenDocument]:
    from include.alerts.open_documents import green
    from include.documents.batches import read_batch

    found: list[OpenDocument] = []
    for entry in planned:
        if not green(bucket, entry["trigger_run_id"]):
            batch = read_batch(bucket, entry["conf"]["batch"])
            found += _of_run(bucket, entry["trigger_run_id"], list(batch.document_ids))
    return found
