"""Work in a process as Airflow's tasks have it: forked from one that has loaded the libraries, used once."""

from __future__ import annotations

import gc
import os
import pickle
import resource
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Used(Generic[T]):
    """What the work returned, and the CPU seconds of its process and of the parsers' processes below it."""

    result: T
    own: float
    parsers: float

    @property
    def cpu_seconds(self) -> float:
        return self.own + self.parsers


def in_a_process(work: Callable[[], T]) -> Used[T]:
    """Call ``work`` in a forked child; as Airflow's executors do, the heap is frozen before.

    :raises RuntimeError: the work raised; its traceback is on standard error.
    """
    reading, writing = os.pipe()
    gc.freeze()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _child(work, writing)
    os.close(writing)
    gc.unfreeze()
    with os.fdopen(reading, "rb") as pipe:
        sent = pipe.read()
    os.waitpid(pid, 0)
    if not sent:
        raise RuntimeError("the work failed")
    used: Used[T] = pickle.loads(sent)  # noqa: S301 - from our own child
    return used


def _child(work: Callable[[], T], pipe: int) -> None:
    try:
        result = work()
        own, parsers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        used = Used(result, own.ru_utime + own.ru_stime, parsers.ru_utime + parsers.ru_stime)
        with os.fdopen(pipe, "wb") as stream:
            stream.write(pickle.dumps(used))
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(0)
