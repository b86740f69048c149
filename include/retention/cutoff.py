"""Up to which moment Airflow's metadata may be deleted. Pure.

``airflow db clean`` deletes by age alone (3.3.2, ``airflow/utils/db_cleanup.py``): runs by ``start_date`` and task
instances by theirs, in whatever state they are, with their XCom and human-in-the-loop requests by cascade. The review
queue lives from these rows and from nothing else, so that an old document that waits for a person would be forgotten
without a word. A run that was cleared has a new ``start_date`` and task instances that are older than it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from include.settings import Settings

SHORTEST_KEEP_DAYS = 7
"""Of the default settings; see :func:`shortest_keep_days`."""
MARGIN = timedelta(days=1)
"""Before the first row of an open run: the events that started it are older than it."""


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that somebody or something has still to do with; ``oldest`` is the moment of its oldest row, in UTC."""

    dag_id: str
    run_id: str
    state: str
    oldest: datetime
    task_instances: int


@dataclass(frozen=True, slots=True)
class Cutoff:
    """Rows from before ``before`` may go. ``held_by`` is the open run that keeps it from being later; None: none."""

    before: datetime
    held_by: OpenRun | None


def shortest_keep_days(settings: Settings) -> int:
    """Longer than late files are looked for (INBOX_LOOKBACK_DAYS) and than a day's run stays open
    (BATCH_MAX_WAIT_HOURS): else its batches would be run again."""
    longest = max(settings.inbox_lookback_days, ceil(settings.batch_max_wait_hours / 24))
    return max(SHORTEST_KEEP_DAYS, longest + 1)


def cutoff(now: datetime, keep_days: int, open_runs: Iterable[OpenRun]) -> Cutoff:
    """:raises ValueError: fewer days than :data:`SHORTEST_KEEP_DAYS`."""
    if keep_days < SHORTEST_KEEP_DAYS:
        raise ValueError(f"at least {SHORTEST_KEEP_DAYS} days are kept")
    wanted = now - timedelta(days=keep_days)
    oldest = min(open_runs, key=lambda run: run.oldest, default=None)
    if oldest is None or oldest.oldest - MARGIN >= wanted:
        return Cutoff(wanted, None)
    return Cutoff(oldest.oldest - MARGIN, oldest)


def lost(before: Iterable[OpenRun], after: Iterable[OpenRun | None]) -> list[str]:
    """Runs that were open before a cleanup and have fewer task instances after it; ``after`` in the same order, None
    for a run that is gone."""
    return [run.run_id for run, now in zip(before, after, strict=True)
            if now is None or now.task_instances < run.task_instances]
