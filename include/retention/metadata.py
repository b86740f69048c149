"""Airflow's metadata database, read: which runs are open, and how many rows there are. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, DateTime, RowMapping, String, and_, column, exists, func, inspect, or_, select, table

from include.retention.cutoff import OpenRun

DOCUMENTS_DAG = "documents_to_fhir"
GREEN = "success"
UNDER_WAY = ("running", "queued")
OPEN_TASKS = ("failed", "awaiting_input", "up_for_retry", "up_for_reschedule", "deferred", "running", "queued",
              "scheduled", "restarting")
"""The states of a task of which something is still to come. The review queue lists the first three in any run, also in
one that was marked green by hand."""
TABLES = ("dag_run", "task_instance", "task_instance_history", "task_reschedule", "xcom", "deadline", "callback",
          "asset_event", "import_error", "job", "dag_version", "revoked_token", "celery_taskmeta", "celery_tasksetmeta")
"""What is cleaned. Not ``dag``: a DAG that was not parsed for so long would go with all its runs. Not ``trigger``:
deferred tasks and the inbox's events hang on it by cascade, and the triggerer deletes what nobody uses. Not ``log``:
who cleared and answered what is evidence."""

_DATED = DateTime(timezone=True)
_RUN = table("dag_run", column("id"), column("dag_id", String), column("run_id", String), column("state", String),
             column("run_after", _DATED), column("start_date", _DATED))
_TASK = table("task_instance", column("dag_id"), column("run_id"), column("state", String),
              column("start_date", _DATED), column("task_id"), column("map_index"))
_AGED = (
    _TASK,
    table("task_instance_history", column("dag_id"), column("run_id"), column("start_date", _DATED)),
    table("xcom", column("dag_id"), column("run_id"), column("timestamp", _DATED)),
)
"""What of a run is deleted by a date of its own."""


def open_runs(connection: Connection) -> list[OpenRun]:
    """Runs that are under way, of any DAG; of documents_to_fhir also those that are not green, or in which a task is
    red or waits. Oldest first."""
    task_open = exists().where(
        _TASK.c.dag_id == _RUN.c.dag_id, _TASK.c.run_id == _RUN.c.run_id, _TASK.c.state.in_(OPEN_TASKS))
    found = select(_RUN).where(or_(
        _RUN.c.state.in_(UNDER_WAY), and_(_RUN.c.dag_id == DOCUMENTS_DAG, or_(_RUN.c.state != GREEN, task_open))))
    return sorted((_open_run(connection, row) for row in connection.execute(found).mappings()),
                  key=lambda run: run.oldest)


def as_they_are(connection: Connection, runs: Iterable[OpenRun]) -> list[OpenRun | None]:
    """The same runs, whatever has become of them; None where there is no row left."""
    found: list[OpenRun | None] = []
    for run in runs:
        row = connection.execute(select(_RUN).where(
            _RUN.c.dag_id == run.dag_id, _RUN.c.run_id == run.run_id)).mappings().first()
        found.append(_open_run(connection, row) if row else None)
    return found


def _open_run(connection: Connection, row: RowMapping) -> OpenRun:
    moments = [row["run_after"], row["start_date"]]
    for aged in _AGED:
        [moment] = [each for each in aged.c if isinstance(each.type, DateTime)]
        moments.append(connection.execute(select(func.min(moment)).where(
            aged.c.dag_id == row["dag_id"], aged.c.run_id == row["run_id"])).scalar_one())
    tasks = connection.execute(select(func.count()).select_from(_TASK).where(
        _TASK.c.dag_id == row["dag_id"], _TASK.c.run_id == row["run_id"])).scalar_one()
    return OpenRun(row["dag_id"], row["run_id"], str(row["state"]),
                   min(_utc(moment) for moment in moments if moment is not None), int(tasks))


def rows(connection: Connection, names: Sequence[str] = TABLES) -> dict[str, int]:
    """How many rows each table has, of those that there are."""
    there = set(inspect(connection).get_table_names())
    return {name: int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())
            for name in names if name in there}


def _utc(moment: datetime) -> datetime:
    """SQLite stores no zone; Airflow stores UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
