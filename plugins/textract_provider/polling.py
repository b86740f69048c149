"""When to poll a job: late first, then at doubling intervals, and once more at the deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

EARLIEST_DEFERRED_POLL = 5
"""Seconds. Airflow 3.3 can lose a deferral that resumes within its first few: the scheduler reads the trigger's event
before the end of the deferring process, and marks the task as failed."""
POLL_INTERVAL = 10
"""Seconds to the first poll; Textract needs several for a page."""
MAX_POLL_INTERVAL = 60
MAX_WAIT = 3600
"""Seconds to the deadline. A job may have 3,000 pages, and a wait that is too long costs nothing while deferred."""


def utcnow() -> datetime:
    """The clock of every wait."""
    return datetime.now(UTC)


def deadline_in(seconds: float) -> datetime:
    """The moment when a wait that starts now is over."""
    return utcnow() + timedelta(seconds=seconds)


def check_intervals(poll_interval: float, max_poll_interval: float) -> None:
    """:raises ValueError: an interval that would poll without pause, or shrink."""
    if poll_interval <= 0:
        raise ValueError("poll_interval must be more than 0 seconds")
    if max_poll_interval < poll_interval:
        raise ValueError("max_poll_interval must be at least poll_interval")


def delays(poll_interval: float, max_poll_interval: float, deadline: datetime) -> Iterator[float]:
    """Seconds to sleep before each poll. The last poll is due at the deadline; after it the wait has run out.

    There is always one poll, also when the deadline is past: a triggerer that was down must not call a job late
    that ended long ago. Time that the polls themselves take counts, because the clock is read for every delay.
    """
    delay = poll_interval
    while (left := (deadline - utcnow()).total_seconds()) > delay:
        yield delay
        delay = min(2 * delay, max_poll_interval)
    yield max(left, 0)
