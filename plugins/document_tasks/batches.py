"""Starting the run of one batch, or joining it where it exists, and waiting until it is green."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunLink
from airflow.sdk import BaseOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

POLL_SECONDS = 15


class JoinDagRunOperator(BaseOperator):
    """Start a run under a fixed id unless it exists, then defer until it is green.

    Airflow's TriggerDagRunOperator fails at once, without a retry, when the run exists: a retried or cleared task,
    or a backfill of a day that was done, would be red for no reason. A run that has failed is waited for as well:
    it turns green by itself when an operator has mended its documents.

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
        """Start or find the run, then defer.

        :raises AirflowRuntimeError: the API server refuses the run.
        """
        from airflow.providers.standard.triggers.external_task import DagStateTrigger
        from airflow.utils.state import DagRunState

        started = start_run(self.trigger_dag_id, self.trigger_run_id, self.conf)
        self.log.info("Run %s: %s.", self.trigger_run_id, "started" if started else "found; joining it")
        context["ti"].xcom_push(key="trigger_run_id", value=self.trigger_run_id)
        self.defer(
            trigger=DagStateTrigger(
                dag_id=self.trigger_dag_id,
                states=[DagRunState.SUCCESS],
                run_ids=[self.trigger_run_id],
                poll_interval=POLL_SECONDS,
            ),
            method_name="execute_complete",
            timeout=self.max_wait,
        )

    def execute_complete(self, context: Context, event: tuple[str, dict[str, Any]]) -> None:
        """The run is green."""
        self.log.info("Run %s is green.", self.trigger_run_id)


def start_run(dag_id: str, run_id: str, conf: dict[str, Any]) -> bool:
    """Ask the supervisor for a run; False where one of this id exists.

    This is the request that TriggerDagRunOperator makes through ``DagRunTriggerException`` (Airflow 3.3.2,
    ``task_runner._handle_trigger_dag_run``); made directly, it tells the two outcomes apart.
    """
    from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
    from airflow.sdk.execution_time.comms import ErrorResponse, TriggerDagRun
    from airflow.sdk.execution_time.task_runner import SUPERVISOR_COMMS

    answer = SUPERVISOR_COMMS.send(TriggerDagRun(dag_id=dag_id, run_id=run_id, conf=conf, logical_date=None))
    if not isinstance(answer, ErrorResponse):
        return True
    if answer.error is ErrorType.DAGRUN_ALREADY_EXISTS:
        return False
    raise AirflowRuntimeError(answer)
