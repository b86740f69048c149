"""Which runs are open, and up to where rows may go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, create_engine, text

from include.retention.cutoff import MARGIN, OpenRun, cutoff, lost, shortest_keep_days
from include.retention.metadata import open_runs, rows
from include.settings import Settings

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def run(days_ago: float, name: str = "r") -> OpenRun:
    return OpenRun("documents_to_fhir", name, "failed", NOW - days_ago * DAY, 5)


def test_without_open_runs_age_decides() -> None:
    assert cutoff(NOW, 90, []).before == NOW - 90 * DAY
    assert cutoff(NOW, 90, [run(3), run(88)]).held_by is None


def test_nothing_from_a_day_before_the_oldest_open_run_on_may_go() -> None:
    limit = cutoff(NOW, 90, [run(3), run(200, "oldest"), run(150)])
    assert limit.before == NOW - 200 * DAY - MARGIN
    assert limit.held_by == run(200, "oldest")


def test_the_last_days_are_always_kept() -> None:
    with pytest.raises(ValueError, match="7 days"):
        cutoff(NOW, 6, [])


@pytest.mark.parametrize(("settings", "days"), [
    (Settings(), 7), (Settings(inbox_lookback_days=14), 15), (Settings(batch_max_wait_hours=24 * 9 + 1), 11)])
def test_a_batch_that_could_still_be_joined_is_kept(settings: Settings, days: int) -> None:
    assert shortest_keep_days(settings) == days


def test_a_run_that_has_lost_a_task_or_itself_is_told() -> None:
    whole, less, gone = run(1, "whole"), run(2, "less"), run(3, "gone")
    assert lost([whole, less, gone], [replace(whole, state="success"), replace(less, task_instances=4), None]) == [
        "less", "gone"]


@pytest.fixture
def database() -> Iterator[Connection]:
    """The columns that are read, as SQLite stores them."""
    with create_engine("sqlite://").connect() as connection:
        for statement in (
                "CREATE TABLE dag_run (id, dag_id, run_id, state, run_after TIMESTAMP, start_date TIMESTAMP)",
                "CREATE TABLE task_instance (dag_id, run_id, task_id, map_index, state, start_date TIMESTAMP)",
                "CREATE TABLE task_instance_history (dag_id, run_id, start_date TIMESTAMP)",
                "CREATE TABLE xcom (dag_id, run_id, timestamp TIMESTAMP)"):
            connection.execute(text(statement))
        yield connection


def add(database: Connection, run_id: str, state: str, *tasks: tuple[str, float],
        dag_id: str = "documents_to_fhir", began_days_ago: float = 10) -> None:
    """A run with the states of its tasks, and how many days ago each of these began."""
    def at(days_ago: float) -> str:
        return (NOW - days_ago * DAY).strftime("%Y-%m-%d %H:%M:%S.%f")

    database.execute(text("INSERT INTO dag_run VALUES (1, :dag, :run, :state, :at, :at)"),
                     {"dag": dag_id, "run": run_id, "state": state, "at": at(began_days_ago)})
    for task_state, days_ago in tasks:
        database.execute(text("INSERT INTO task_instance VALUES (:dag, :run, 't', -1, :state, :at)"),
                         {"dag": dag_id, "run": run_id, "state": task_state, "at": at(days_ago)})


@pytest.mark.parametrize(("dag_id", "state", "task", "is_open"), [
    ("documents_to_fhir", "success", "success", False),
    ("documents_to_fhir", "failed", "failed", True),
    ("documents_to_fhir", "running", "awaiting_input", True),
    ("documents_to_fhir", "queued", "success", True),
    # Marked green by hand; the review queue lists its document all the same.
    ("documents_to_fhir", "success", "failed", True),
    ("documents_to_fhir", "success", "up_for_retry", True),
    ("documents_inbox", "running", "deferred", True),
    ("documents_inbox", "failed", "failed", False),
    ("somebody_else_s", "running", "running", True),
])
def test_a_run_is_open_while_something_of_it_is_to_be_done(
        database: Connection, dag_id: str, state: str, task: str, is_open: bool) -> None:
    add(database, "r", state, (task, 9), dag_id=dag_id)
    assert [found.run_id for found in open_runs(database)] == ["r"] * is_open


def test_the_oldest_row_of_a_run_that_was_cleared_is_that_of_a_task(database: Connection) -> None:
    """Airflow gives a run that is cleared a new start; what was not cleared keeps its own."""
    add(database, "cleared", "running", ("success", 100), ("awaiting_input", 2), began_days_ago=3)
    [found] = open_runs(database)
    assert (found.oldest, found.task_instances) == (NOW - 100 * DAY, 2)


def test_an_xcom_may_be_the_oldest_row(database: Connection) -> None:
    add(database, "r", "failed", ("failed", 5))
    database.execute(text("INSERT INTO xcom VALUES ('documents_to_fhir', 'r', '2026-01-02 00:00:00.000000')"))
    assert open_runs(database)[0].oldest == datetime(2026, 1, 2, tzinfo=UTC)


def test_rows_are_counted_of_the_tables_that_there_are(database: Connection) -> None:
    add(database, "r", "failed", ("failed", 5), ("success", 5))
    assert rows(database) == {"dag_run": 1, "task_instance": 2, "task_instance_history": 0, "xcom": 0}
