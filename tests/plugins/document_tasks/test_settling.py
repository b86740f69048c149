"""When a batch has settled, and when all have ended: the triggers against scripted answers of Airflow's API."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Sequence
from typing import Any

import pytest
from airflow.models.trigger import Trigger
from airflow.triggers.base import TaskSuccessEvent
from airflow.utils.state import TaskInstanceState, TerminalTIState

from document_tasks import settling
from document_tasks.settling import AT_WORK, WAITING_FOR_A_PERSON, RunsEndedTrigger, RunSettledTrigger, all_in

SETTLED = RunSettledTrigger(dag_id="documents_to_fhir", run_id="batch__1")
ENDED = RunsEndedTrigger(dag_id="documents_to_fhir", run_ids=["batch__1", "batch__2"], states=["success"])


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, without making them."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("asyncio.sleep", sleep)
    return pauses


def play(monkeypatch: pytest.MonkeyPatch, polls: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Each poll's state of the run and states of its tasks; the last one stays."""
    left = list(polls)

    def runs(_dag: str, _runs: Sequence[str], states: Sequence[str]) -> int:
        return int(left[0][0] in states)

    def tasks(_dag: str, _run: str, states: Sequence[str]) -> int:
        found = sum(state in states for state in left[0][1])
        if len(left) > 1 and (states == AT_WORK or not found):
            left.pop(0)
        return found

    monkeypatch.setattr(settling, "_runs", runs)
    monkeypatch.setattr(settling, "_tasks", tasks)


def events(trigger: RunSettledTrigger | RunsEndedTrigger) -> list[Any]:
    async def read() -> list[Any]:
        return [event async for event in trigger.run()]

    return asyncio.run(read())


BUSY, QUIET = ("running", ["awaiting_input", "running"]), ("running", ["awaiting_input", "success"])


@pytest.mark.parametrize(("polls", "pauses"), [
    ([("success", [])], 1),
    ([("failed", [])], 1),
    ([BUSY, ("success", [])], 2),
    ([QUIET, QUIET], 2),
    ([QUIET, BUSY, QUIET, QUIET], 4),
    ([("running", ["success"]), QUIET, QUIET], 3),
], ids=["green", "red", "ends", "waits for a person", "between two tasks", "before its documents are known"])
def test_a_run_has_settled_when_it_has_ended_or_waits_for_people_only(
        monkeypatch: pytest.MonkeyPatch, no_pause: list[float], polls: Any, pauses: int) -> None:
    play(monkeypatch, polls)
    assert events(SETTLED) == [TaskSuccessEvent()]
    assert len(no_pause) == pauses


def test_no_wait_ends_so_soon_that_airflow_could_lose_it(
        monkeypatch: pytest.MonkeyPatch, no_pause: list[float]) -> None:
    monkeypatch.setattr(settling, "_runs", lambda _dag, runs, _states: len(runs))
    hasty = RunsEndedTrigger(dag_id="d", run_ids=["r"], states=["success"], poll_seconds=0.1)
    assert events(hasty) == [TaskSuccessEvent()]
    assert no_pause == [5]


def test_every_state_of_a_task_has_its_place() -> None:
    """A state that Airflow adds some day has to be put into one of these groups."""
    assert {*AT_WORK, *WAITING_FOR_A_PERSON, *TerminalTIState} == set(TaskInstanceState)


def test_many_runs_are_asked_for_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL with a thousand run ids would be refused."""
    asked: list[int] = []

    def runs(_dag: str, run_ids: Sequence[str], _states: Sequence[str]) -> int:
        asked.append(len(run_ids))
        return len(run_ids)

    monkeypatch.setattr(settling, "_runs", runs)
    assert all_in("d", [f"batch__{number}" for number in range(250)], ["success"])
    assert asked == [100, 100, 50]
    assert all_in("d", [], ["success"])


@pytest.mark.parametrize("trigger", [SETTLED, ENDED])
def test_a_trigger_survives_airflow_s_database(trigger: RunSettledTrigger | RunsEndedTrigger) -> None:
    row = Trigger.from_object(trigger)
    module, _, name = row.classpath.rpartition(".")
    assert getattr(importlib.import_module(module), name)(**row.kwargs).serialize() == trigger.serialize()
