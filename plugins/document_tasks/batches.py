"""Starting the run of a batch, joining it or running it again; waiting until all batches of a day are green."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunLink
from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException

from document_tasks.days import FAILED, GREEN, InboxRun, inbox_run, is_to_run_again
from document_tasks.settling import ENDED, RunsEndedTrigger, RunSettledTrigger, all_in
from include.settings import settings

if TYPE_CHECKING:
    from airflow.sdk import Context


class JoinDagRunOperator(BaseOperator):
    """Start a run under a fixed id unless it exists, then defer until it has settled.

    Settled: it has ended, or nothing of it is at work and something of it waits for a person. The task's slot of its
    pool therefore limits the work that is under way, never the runs that wait for people.

    Airflow's TriggerDagRunOperator fails at once, without a retry, when the run exists: a retried or cleared task
    would be red for no reason. A run that exists is joined, or run again where the run of this task says so
    (:func:`document_tasks.days.inbox_run`), once per attempt of that run.

    :param trigger_dag_id: the DAG to start.
    :param trigger_run_id: the run's id; the same for the same work. (templated)
    :param conf: the run's conf. (templated)
    :param max_wait: the longest wait; when it is over, the task fails without a retry.
    """

    template_fields: Sequence[str] = ("trigger_run_id", "conf")
    operator_extra_links = (TriggerDagRunLink(),)

    def __init__(
        self,
        *,
        trigger_dag_id: str,
        trigger_run_id: str,
        conf: dict[str, Any],
        max_wait: timedelta,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.trigger_dag_id = trigger_dag_id
        self.trigger_run_id = trigger_run_id
        self.conf = conf
        self.max_wait = max_wait

    def execute(self, context: Context) -> None:
        """Start, join or repeat the run; return where it has ended already, else defer.

        :raises AirflowRuntimeError: the API server refuses the run.
        """
        context["ti"].xcom_push(key="trigger_run_id", value=self.trigger_run_id)
        started = start_run(self.trigger_dag_id, self.trigger_run_id, self.conf)
        if not started and self._has_ended(_about(context), context["dag_run"].start_date):
            return
        self.log.info("Run %s: %s.", self.trigger_run_id, "started" if started else "found; joining it")
        self.defer(
            trigger=RunSettledTrigger(dag_id=self.trigger_dag_id, run_id=self.trigger_run_id),
            method_name="execute_complete",
            timeout=self.max_wait,
        )

    def _has_ended(self, about: InboxRun, since: datetime | None) -> bool:
        """Whether there is nothing to wait for; a run that is to be run again is cleared here."""
        state, began = read_run(self.trigger_dag_id, self.trigger_run_id)
        if since is not None and is_to_run_again(state, began, about.run_again, since):
            self.log.info("Run %s is %s and is run again.", self.trigger_run_id, state)
            start_run(self.trigger_dag_id, self.trigger_run_id, self.conf, reset=True)
            return False
        return state in ENDED

    def execute_complete(self, context: Context, event: Any) -> None:
        """For tasks that were deferred by an earlier version: the trigger of this one ends the task itself."""


class AwaitBatchesOperator(BaseOperator):
    """Defer, once for all batches of the day, until they are green; a backfill's day ends when they have all ended.

    A run that was started by events does not stay open: the day's run does.

    :param dag_id: the batches' DAG.
    :param plan_task_id: the task that returned the batches, as JoinDagRunOperator's arguments.
    :param max_wait: the longest wait; when it is over, the task fails without a retry.
    """

    def __init__(self, *, dag_id: str, plan_task_id: str, max_wait: timedelta, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.batch_dag_id = dag_id
        self.plan_task_id = plan_task_id
        self.max_wait = max_wait

    def execute(self, context: Context) -> None:
        """Return where nothing is left to wait for, else defer.

        :raises AirflowSkipException: the run does not stay open, or could not be planned.
        """
        about, planned = _about(context), context["ti"].xcom_pull(task_ids=self.plan_task_id)
        if not about.whole_day or planned is None:
            raise AirflowSkipException("Nothing to wait for.")
        run_ids = [entry["trigger_run_id"] for entry in planned]
        states = (GREEN,) if about.waits_for_repair else (GREEN, FAILED)
        if all_in(self.batch_dag_id, run_ids, states):
            return
        self.defer(
            trigger=RunsEndedTrigger(dag_id=self.batch_dag_id, run_ids=run_ids, states=states),
            method_name="execute_complete",
            timeout=self.max_wait,
        )

    def execute_complete(self, context: Context, event: Any) -> None:
        """Not reached: the trigger ends the task itself."""


def start_run(dag_id: str, run_id: str, conf: dict[str, Any], reset: bool = False) -> bool:
    """Ask the supervisor for a run; False where one of this id exists, which ``reset`` clears instead.

    This is the request that TriggerDagRunOperator makes through ``DagRunTriggerException`` (Airflow 3.3.2,
    ``task_runner._handle_trigger_dag_run``); made directly, it tells the two outcomes apart.
    """
    from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
    from airflow.sdk.execution_time.comms import ErrorResponse, TriggerDagRun
    from airflow.sdk.execution_time.task_runner import SUPERVISOR_COMMS

    answer = SUPERVISOR_COMMS.send(
        TriggerDagRun(dag_id=dag_id, run_id=run_id, conf=conf, logical_date=None, reset_dag_run=reset))
    if not isinstance(answer, ErrorResponse):
        return True
    if answer.error is ErrorType.DAGRUN_ALREADY_EXISTS:
        return False
    raise AirflowRuntimeError(answer)


def read_run(dag_id: str, run_id: str) -> tuple[str, datetime]:
    """A run's state, and when it began: for one that has never begun, when it was asked for.

    :raises AirflowRuntimeError: there is none, or the API server refuses.
    """
    from airflow.sdk.exceptions import AirflowRuntimeError
    from airflow.sdk.execution_time.comms import DagRunResult, ErrorResponse, GetDagRun
    from airflow.sdk.execution_time.task_runner import SUPERVISOR_COMMS

    answer = SUPERVISOR_COMMS.send(GetDagRun(dag_id=dag_id, run_id=run_id))
    if isinstance(answer, ErrorResponse):
        raise AirflowRuntimeError(answer)
    assert isinstance(answer, DagRunResult)
    return answer.state.value, answer.start_date or answer.run_after


def _about(context: Context) -> InboxRun:
    return inbox_run(context, settings().inbox_lookback_days)
