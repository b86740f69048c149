"""What a run of documents_inbox is about: which day, which partitions, what it runs again, how long it stays open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

BACKFILL, ASSET_TRIGGERED = "backfill", "asset_triggered"
"""Airflow's run types (``airflow.utils.types.DagRunType``)."""

FAILED, GREEN = "failed", "success"
RUN_AGAIN = {None: (), "failed": (FAILED,), "all": (FAILED, GREEN)}
"""The states in which a batch's run is run again, for each value of the parameter ``reprocess``."""


@dataclass(frozen=True, slots=True)
class InboxRun:
    """A run of documents_inbox; days are YYYY-MM-DD.

    ``day`` is the day that it accounts for. ``partitions`` are searched for new documents. ``earlier`` are partitions
    in which a run of this day may have planned batches of late files before. ``run_again`` are the states in which a
    batch's run is run again. ``whole_day``: it joins all batches of its day and stays open for them; otherwise it
    starts what it finds and leaves the rest to the day's run. ``waits_for_repair``: it stays open while a batch is red.
    """

    day: str
    partitions: tuple[str, ...]
    earlier: tuple[str, ...]
    run_again: tuple[str, ...]
    whole_day: bool
    waits_for_repair: bool


def inbox_run(context: Mapping[str, Any], lookback_days: int) -> InboxRun:
    """What the running run is about.

    - started by events: the days that they name, without waiting for the batches;
    - by hand with ``date``, or of a backfill: that day and no other, so that nothing outside the range is billed;
    - by the schedule, or by hand without ``date``: the day that its data interval begins, else today (UTC), and
      the ``lookback_days`` before it.

    A backfill ends red when nothing moves any more and a batch is red: only then can it be repeated with
    ``--reprocess-behavior failed``.
    """
    run, params = context["dag_run"], context["params"]
    backfill, events = run.run_type == BACKFILL, run.run_type == ASSET_TRIGGERED
    start = None if events else context.get("data_interval_start")
    day = params.get("date") or (start.astimezone(UTC).strftime("%Y-%m-%d") if start else run_day(context))
    earlier = days_before(day, lookback_days)
    if events:
        partitions = days_of_events(run.consumed_asset_events) or (day,)
    else:
        partitions = (day,) if backfill or params.get("date") else (day, *earlier)
    reprocess = params.get("reprocess") or ("failed" if backfill else None)
    return InboxRun(
        day=day, partitions=partitions, earlier=earlier, run_again=RUN_AGAIN[reprocess], whole_day=not events,
        waits_for_repair=not backfill)


def run_day(context: Mapping[str, Any]) -> str:
    """The day (UTC) on which the run was due, or was made by hand."""
    run_after: datetime = context["dag_run"].run_after
    return run_after.astimezone(UTC).strftime("%Y-%m-%d")


def days_before(day: str, count: int) -> tuple[str, ...]:
    """The days before a day, the nearest first."""
    return tuple((date.fromisoformat(day) - timedelta(days=back)).isoformat() for back in range(1, count + 1))


def days_of_events(events: Any) -> tuple[str, ...]:
    """The days that the consumed events of the inbox name, the newest first."""
    named = {day for event in events for day in (event.extra or {}).get("payload", {}).get("days", {})}
    return tuple(sorted(named, reverse=True))


def is_to_run_again(state: str, began: datetime, run_again: tuple[str, ...], since: datetime) -> bool:
    """Whether a batch's run, in this state and started then, is one that the day's run (started ``since``) runs again.

    What was started after the day's run was started is its own work already: a retried task, one that is cleared while
    the run is open, or a second look, runs nothing twice. Clearing the day's run, or a task of one that has ended,
    gives it a new start (``airflow.models.taskinstance.clear_task_instances``), and so a new attempt.
    """
    return state in run_again and began < since
