"""Elapsed milliseconds, for audit events."""

from __future__ import annotations

import time


class Stopwatch:
    """Runs from its creation on."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def milliseconds(self) -> int:
        return round((time.monotonic() - self._start) * 1000)
