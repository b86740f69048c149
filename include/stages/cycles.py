"""Python's search for objects that refer to each other, in a process that works on one document and ends."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEVER = 1_000_000


@contextmanager
def searched_among_the_young() -> Iterator[None]:
    """Objects that have lived for a while are left alone: they are the document's pages and facts, which live until the
    stage ends, and each search among them looks at all of them again. Of 3,000 pages the conversion takes an eighth
    less time so, the seal half, and neither more memory.

    Source: https://docs.python.org/3.11/library/gc.html#gc.set_threshold
    """
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)
