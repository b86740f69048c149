"""What was called and what it would have cost: counts for the endpoint's users, and the rate limit."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from include.sandbox.faults import OPERATIONS
from include.sandbox.jobs import Jobs


@dataclass(slots=True)
class Count:
    """Counts of one operation; ``pages`` are the billed ones, ``throttled`` calls count as errors too."""

    calls: int = 0
    pages: int = 0
    throttled: int = 0
    errors: int = 0


class Meter:
    """Calls, billed pages and jobs since the start or the last reset."""

    def __init__(self, rate: Rate, jobs: Jobs) -> None:
        self._rate = rate
        self._jobs = jobs
        self._lock = threading.Lock()
        self._counts = {operation: Count() for operation in OPERATIONS}

    def add(self, operation: str, calls: int = 0, pages: int = 0, throttled: int = 0, errors: int = 0) -> None:
        with self._lock:
            count = self._counts.setdefault(operation, Count())
            count.calls += calls
            count.pages += pages
            count.throttled += throttled
            count.errors += errors

    def reset(self) -> None:
        with self._lock:
            self._counts = {operation: Count() for operation in OPERATIONS}
        self._rate.reset()
        self._jobs.reset()

    def as_json(self) -> dict[str, Any]:
        with self._lock:
            counts: dict[str, Any] = {operation: asdict(count) for operation, count in self._counts.items()}
            counts["pages_billed"] = sum(count.pages for count in self._counts.values())
        return counts | {"jobs": self._jobs.counts()}

    def by_second(self) -> list[dict[str, int]]:
        """AnalyzeDocument in each second that had calls: ``second`` in Unix time, calls ``accepted`` and ``throttled``
        by the rate limit; what a fault refused is in neither."""
        return self._rate.by_second()


class Rate:
    """At most ``limit`` calls in any one second.

    :param clock: seconds, never going back.
    """

    def __init__(self, limit: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._accepted: deque[float] = deque()
        self._seconds: dict[int, list[int]] = {}

    def accepts(self) -> bool:
        with self._lock:
            now = self._clock()
            while self._accepted and now - self._accepted[0] >= 1.0:
                self._accepted.popleft()
            second = self._seconds.setdefault(int(now), [0, 0])
            if len(self._accepted) >= self._limit:
                second[1] += 1
                return False
            second[0] += 1
            self._accepted.append(now)
            return True

    def reset(self) -> None:
        """Forget the seconds that are over, and keep the limit."""
        with self._lock:
            self._seconds.clear()

    def by_second(self) -> list[dict[str, int]]:
        """See :meth:`Meter.by_second`."""
        ahead = round(time.time() - self._clock())
        with self._lock:
            return [{"second": second + ahead, "accepted": accepted, "throttled": throttled}
                    for second, (accepted, throttled) in self._seconds.items()]
