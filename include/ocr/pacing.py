"""Calls spread evenly in time, so that a quota is used but never stormed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """At most ``per_second`` calls a second, without bursts: Textract counts calls in each second
    (https://docs.aws.amazon.com/textract/latest/dg/limits-quotas-explained.html).

    :param per_second: calls a second; above 0.
    :param clock: seconds, never going back.
    :param sleep: waits for so many seconds.
    :raises ValueError: ``per_second`` is not above 0.
    """

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if per_second <= 0:
            raise ValueError("per_second must be above 0")
        self._interval = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = clock()

    def wait(self) -> None:
        """Return when the next call may be made; safe in threads."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._interval
        if turn > now:
            self._sleep(turn - now)
