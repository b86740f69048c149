"""Reading many small things at once, and saying how far that is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Asked = TypeVar("Asked")
Found = TypeVar("Found")

AT_ONCE = 16
"""Requests to S3; the client needs as many connections."""
_SECONDS_BETWEEN = 3.0


class Progress:
    """Lines on stderr, from the third second on and no more often."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def say(self, done: int, of: int, what: str) -> None:
        if time.monotonic() - self._last > _SECONDS_BETWEEN:
            self._last = time.monotonic()
            print(f"{done:,} of {of:,} {what}", file=sys.stderr, flush=True)


def read_each(
    asked: Collection[Asked], read: Callable[[Asked], Found], what: str, progress: Progress, at_once: int = AT_ONCE
) -> list[Found]:
    """What ``read`` finds for each, in order.

    :param what: is read, for the progress.
    """
    found: list[Found] = []
    with ThreadPoolExecutor(at_once) as pool:
        for each in pool.map(read, asked):
            found.append(each)
            progress.say(len(found), len(asked), what)
    return found
