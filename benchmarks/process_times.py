"""CPU seconds of running processes and of all that they have started."""

from __future__ import annotations

from contextlib import suppress

import psutil  # type: ignore[import-untyped]


def cpu_seconds(process: int) -> float:
    """User and system time of a process and its descendants, also of those that have ended and were waited for."""
    seconds = 0.0
    with suppress(psutil.NoSuchProcess):
        head = psutil.Process(process)
        for each in [head, *head.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                times = each.cpu_times()
                seconds += times.user + times.system + times.children_user + times.children_system
    return seconds
