"""What was called and what it would have cost: counts for the endpoint's users, and the rate limit."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from include.sandbox.faults import OPERATIONS


@dataclass(slots=True)
class Count:
    """Counts of one operation; ``pages`` are the billed ones, ``throttled`` calls count as errors too."""

    calls: int = 0
    pages: int = 0
    throttled: int = 0
    errors: int = 0


class Meter:
    """Calls and billed pages since the start or the last reset."""

    def __init__(self) -> None:
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

    def as_json(self) -> dict[str, Any]:
        with self._lock:
            counts: dict[str, Any] = {operation: asdict(count) for operation, count in self._counts.items()}
            counts["pages_billed"] = sum(count.pages for count in self._counts.values())
            return counts


class Rate:
    """At most ``limit`` calls in any one second."""

    def __init__(self, limit: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._accepted: deque[float] = deque()

    def accepts(self) -> bool:
        with self._lock:
            now = self._clock()
            while self._accepted and now - self._accepted[0] >= 1.0:
                self._accepted.popleft()
            if len(self._accepted) >= self._limit:
                return False
            self._accepted.append(now)
            return True
