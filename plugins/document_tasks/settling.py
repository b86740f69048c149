"""Triggers that wait for the runs of batches: for one to settle, for all to be green.

Both end their task themselves (``TaskSuccessEvent``) instead of resuming it in a worker: a ``run_batch`` that resumed
would queue for a slot of the pool again, behind every batch of a newer day, only to say that it is done.
"""

# Airflow's trigger classes carry no annotations.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from airflow.triggers.base import BaseTrigger, TaskSuccessEvent, TriggerEvent

from include.settings import SAFE_POLL_SECONDS

POLL_SECONDS = 10.0
ENDED = ("success", "failed")
WAITING_FOR_A_PERSON = ("awaiting_input",)
AT_WORK = ("running", "queued", "scheduled", "deferred", "up_for_retry", "up_for_reschedule", "restarting")
"""The states of Airflow's ``TaskInstanceState`` from which a task goes on by itself. A task without a state waits for
another one."""

QUIET_POLLS = 2
"""Between the end of a task and the start of the next one nothing is at work for a moment."""

RUNS_IN_A_QUESTION = 100
"""The run ids of a question stand in a URL."""


class RunSettledTrigger(BaseTrigger):
    """Waits until a run has ended, or nothing of it is at work and something of it waits for a person.

    :param dag_id: the run's DAG.
    :param run_id: the run.
    :param poll_seconds: to the first poll and between polls; at least 5, as Airflow may lose an earlier end.
    """

    def __init__(self, *, dag_id: str, run_id: str, poll_seconds: float = POLL_SECONDS) -> None:
        super().__init__()
        self.dag_id = dag_id
        self.run_id = run_id
        self.poll_seconds = max(poll_seconds, SAFE_POLL_SECONDS)

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return "document_tasks.settling.RunSettledTrigger", {
            "dag_id": self.dag_id, "run_id": self.run_id, "poll_seconds": self.poll_seconds}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """One event: the task's success."""
        quiet = 0
        while quiet < QUIET_POLLS:
            await asyncio.sleep(self.poll_seconds)
            if await asyncio.to_thread(self._has_ended):
                break
            quiet = quiet + 1 if await asyncio.to_thread(self._waits_for_people_only) else 0
        yield TaskSuccessEvent()

    def _has_ended(self) -> bool:
        return _runs(self.dag_id, [self.run_id], ENDED) == 1

    def _waits_for_people_only(self) -> bool:
        return (_tasks(self.dag_id, self.run_id, WAITING_FOR_A_PERSON) > 0
                and _tasks(self.dag_id, self.run_id, AT_WORK) == 0)


class RunsEndedTrigger(BaseTrigger):
    """Waits until every one of these runs is in one of these states.

    :param dag_id: the runs' DAG.
    :param run_ids: the runs.
    :param states: of Airflow's ``DagRunState``.
    :param poll_seconds: as of :class:`RunSettledTrigger`.
    """

    def __init__(
        self, *, dag_id: str, run_ids: Sequence[str], states: Sequence[str], poll_seconds: float = POLL_SECONDS
    ) -> None:
        super().__init__()
        self.dag_id = dag_id
        self.run_ids = list(run_ids)
        self.states = list(states)
        self.poll_seconds = max(poll_seconds, SAFE_POLL_SECONDS)

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return "document_tasks.settling.RunsEndedTrigger", {
            "dag_id": self.dag_id, "run_ids": self.run_ids, "states": self.states, "poll_seconds": self.poll_seconds}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """One event: the task's success."""
        while True:
            await asyncio.sleep(self.poll_seconds)
            if await asyncio.to_thread(all_in, self.dag_id, self.run_ids, self.states):
                break
        yield TaskSuccessEvent()


def all_in(dag_id: str, run_ids: Sequence[str], states: Sequence[str]) -> bool:
    """Whether every run exists and is in one of the states."""
    parts = [run_ids[start:start + RUNS_IN_A_QUESTION] for start in range(0, len(run_ids), RUNS_IN_A_QUESTION)]
    return all(_runs(dag_id, part, states) == len(part) for part in parts)


def _runs(dag_id: str, run_ids: Sequence[str], states: Sequence[str]) -> int:
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    return RuntimeTaskInstance.get_dr_count(dag_id=dag_id, run_ids=list(run_ids), states=list(states))


def _tasks(dag_id: str, run_id: str, states: Sequence[str]) -> int:
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    return RuntimeTaskInstance.get_ti_count(dag_id=dag_id, run_ids=[run_id], states=list(states))
