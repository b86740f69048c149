"""Starting, joining and repeating a batch's run, and what the day's run waits for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException, TaskDeferred

from document_tasks import batches
from document_tasks.batches import AwaitBatchesOperator, JoinDagRunOperator

DAY_RUN_BEGAN = datetime(2026, 11, 26, tzinfo=UTC)
BEFORE, AFTER = DAY_RUN_BEGAN - timedelta(hours=1), DAY_RUN_BEGAN + timedelta(minutes=1)
PLANNED = [{"trigger_run_id": "batch__1"}, {"trigger_run_id": "batch__2"}]


class Runs:
    """The batches' runs as Airflow knows them: state and beginning, and which were asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **known: tuple[str, datetime]) -> None:
        self.known = known
        self.asked: list[tuple[str, bool]] = []
        monkeypatch.setattr(batches, "start_run", self._start)
        monkeypatch.setattr(batches, "read_run", lambda _dag, run_id: self.known[run_id])
        monkeypatch.setattr(
            batches, "all_in", lambda _dag, run_ids, states: all(self.known[run][0] in states for run in run_ids))

    def _start(self, _dag: str, run_id: str, _conf: Any, reset: bool = False) -> bool:
        self.asked.append((run_id, reset))
        return run_id not in self.known


def context(run_type: str = "scheduled", planned: Any = None, **params: str) -> Any:
    run = SimpleNamespace(
        run_type=run_type, run_after=DAY_RUN_BEGAN, start_date=DAY_RUN_BEGAN, consumed_asset_events=[])
    instance = SimpleNamespace(xcom_push=lambda **_: None, xcom_pull=lambda **_: planned)
    return {"dag_run": run, "ti": instance, "params": params, "data_interval_start": DAY_RUN_BEGAN}


def join(run_context: Any) -> bool:
    """Whether the task waits."""
    operator = JoinDagRunOperator(
        task_id="run_batch", trigger_dag_id="documents_to_fhir", trigger_run_id="batch__1", conf={},
        max_wait=timedelta(hours=1))
    try:
        operator.execute(run_context)
    except TaskDeferred:
        return True
    return False


def test_a_run_that_is_not_there_is_started_and_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = Runs(monkeypatch)
    assert join(context())
    assert runs.asked == [("batch__1", False)]


@pytest.mark.parametrize(
    ("state", "waits"), [("running", True), ("queued", True), ("success", False), ("failed", False)])
def test_a_run_that_is_there_is_joined_and_takes_no_slot_when_it_has_ended(
        monkeypatch: pytest.MonkeyPatch, state: str, waits: bool) -> None:
    runs = Runs(monkeypatch, batch__1=(state, BEFORE))
    assert join(context()) is waits
    assert runs.asked == [("batch__1", False)]


def test_a_backfill_runs_a_failed_batch_again_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time it is the retried task that finds the run, which has failed again."""
    runs = Runs(monkeypatch, batch__1=("failed", BEFORE))
    assert join(context("backfill"))
    runs.known["batch__1"] = ("failed", AFTER)
    assert not join(context("backfill"))
    assert runs.asked == [("batch__1", False), ("batch__1", True), ("batch__1", False)]


def test_a_green_batch_is_run_again_only_where_all_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = Runs(monkeypatch, batch__1=("success", BEFORE))
    assert not join(context("backfill"))
    assert join(context("backfill", reprocess="all"))
    assert runs.asked[-1] == ("batch__1", True)


def waits_for(run_context: Any) -> list[str] | None:
    """The states in which every batch ends the wait; None where there is none."""
    operator = AwaitBatchesOperator(
        task_id="await_batches", dag_id="documents_to_fhir", plan_task_id="plan_batches", max_wait=timedelta(hours=1))
    try:
        operator.execute(run_context)
    except TaskDeferred as deferred:
        return list(deferred.trigger.states)
    return None


def test_the_day_waits_for_repairs_and_a_backfill_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = Runs(monkeypatch, batch__1=("failed", BEFORE), batch__2=("running", BEFORE))
    assert waits_for(context(planned=PLANNED)) == ["success"]
    assert waits_for(context("backfill", planned=PLANNED)) == ["success", "failed"]
    runs.known["batch__2"] = ("success", BEFORE)
    assert waits_for(context(planned=PLANNED)) == ["success"]
    assert waits_for(context("backfill", planned=PLANNED)) is None
    assert waits_for(context(planned=[])) is None


@pytest.mark.parametrize("run_context", [context("asset_triggered", planned=PLANNED), context(planned=None)])
def test_a_run_of_events_and_a_day_without_a_plan_wait_for_nothing(run_context: Any) -> None:
    with pytest.raises(AirflowSkipException):
        waits_for(run_context)
