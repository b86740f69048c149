"""Running a parser in a child process: a file that crashes, hangs or eats memory ends the child, and only its document.

A guard against accidents of parsers, not a sandbox: the child has the rights of its parent. It is forked, since a
fresh interpreter would import NumPy, Pillow and PDFium again for each document.
Cost, in processor time of both sides, from a parent of 60 MB on a busy machine of two cores (Linux): findings of 3
pages 6 ms, of 300 pages 18 ms; contents of 360 words each, as JSON, of 3 pages 17 ms, of 300 pages 460 ms.
"""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import logging
import os
import pickle
import resource
import select
import signal
import struct
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

from include.errors import PipelineError

log = logging.getLogger(__name__)

T = TypeVar("T")

_MEGABYTE = 1024 * 1024
_HEADER = struct.Struct("=cQ")
"""A message: its kind, the length of its payload in bytes."""
_ITEM, _END, _REFUSED, _SPENT, _BROKEN = b"I", b"E", b"R", b"S", b"B"
_FRAMES_SHOWN = 20
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use.

    :param cpu_seconds: processor time for one item (a page), which also ends a loop in C.
    :param wall_seconds: time that the parent waits for one item; longer, as neighbours use the processor too.
    :param total_seconds: time that the parent waits for all items.
    :param memory_mb: address space beyond what the parent has at the fork.
    :param item_mb: pickled size of one item, so that the parent's memory is bounded as well.
    """

    cpu_seconds: float = 10.0
    wall_seconds: float = 60.0
    total_seconds: float = 480.0
    memory_mb: int = 1024
    item_mb: int = 64


def isolated(produce: Callable[[], Iterable[T]], limits: Limits) -> Iterator[T]:
    """The items of ``produce()``, made in a child and handed over one by one; the child dies with the iterator.

    The child works ahead by what a pipe holds (64 KB). Its logging is off, so that nothing of a document leaves it.

    :raises PipelineError: the one that ``produce`` raised; PARSER_FAILED where the child crashed, or took more than
        its limits; INTERNAL_ERROR for any other exception, of which the log gets the type and the lines passed.
    """
    child = _start(produce, limits)
    try:
        yield from child.items()
    finally:
        child.end()


def _start(produce: Callable[[], Iterable[T]], limits: Limits) -> _Child[T]:
    reading, writing = os.pipe()
    parent = os.getpid()
    with warnings.catch_warnings():
        # Python 3.12 warns of other threads; the child uses none of their locks.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        os.close(reading)
        _work(produce, writing, limits, parent)
    os.close(writing)
    return _Child(pid, reading, limits)


class _Child(Iterable[T]):
    """The parent's side: reads messages, minds the clock, buries the child."""

    def __init__(self, pid: int, pipe: int, limits: Limits) -> None:
        self._pid: int | None = pid
        self._pipe = pipe
        self._limits = limits
        self._waited = 0.0
        self._arrived = 0
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN)

    def __iter__(self) -> Iterator[T]:
        return self.items()

    def items(self) -> Iterator[T]:
        while True:
            kind, payload = self._receive()
            if kind == _ITEM:
                item: T = pickle.loads(payload)  # noqa: S301 - from our own child, which has our rights anyway
                self._arrived += 1
                yield item
            elif kind == _END:
                return
            elif kind == _REFUSED:
                raise PipelineError(payload.decode())
            elif kind == _SPENT:
                raise self._failed(payload.decode())
            else:
                log.error("In the parser's process, after %d items: %s", self._arrived, payload.decode())
                raise PipelineError("INTERNAL_ERROR")

    def end(self) -> None:
        """Kill the child if it still lives, and collect it."""
        if self._pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._collect()
        os.close(self._pipe)

    def _receive(self) -> tuple[bytes, bytes]:
        started = time.monotonic()
        left = min(self._limits.wall_seconds, self._limits.total_seconds - self._waited)
        try:
            kind, size = _HEADER.unpack(self._read(_HEADER.size, started + left))
            return kind, self._read(size, started + left)
        finally:
            self._waited += time.monotonic() - started

    def _read(self, size: int, deadline: float) -> bytes:
        read = bytearray()
        while len(read) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1000):
                raise self._failed("its time was over")
            part = os.read(self._pipe, min(size - len(read), _MEGABYTE))
            if not part:
                raise self._failed(_death(self._collect()))
            read += part
        return bytes(read)

    def _failed(self, why: str) -> PipelineError:
        log.error("The parser's process failed after %d items: %s", self._arrived, why)
        return PipelineError("PARSER_FAILED")

    def _collect(self) -> int:
        """Wait for the child's end; its status as :func:`os.waitpid` gives it, 0 where someone else has taken it."""
        pid, self._pid = self._pid, None
        if pid is None:
            return 0
        try:
            _, status, used = os.wait4(pid, 0)
        except ChildProcessError:
            return 0
        log.debug("The parser's process made %d items in %.2f s of processor time, %d MB at most",
                  self._arrived, used.ru_utime + used.ru_stime, used.ru_maxrss * _MAXRSS_BYTES // _MEGABYTE)
        return status


_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
"""The unit of ``ru_maxrss``."""


def _death(status: int) -> str:
    """How a child ended that has not said so itself."""
    if not os.WIFSIGNALED(status):
        return "it ended without a word, as when memory is short"
    number = os.WTERMSIG(status)
    if number == signal.SIGPROF:
        return "its processor time was over"
    return f"signal {signal.Signals(number).name}"


def _work(produce: Callable[[], Iterable[T]], pipe: int, limits: Limits, parent: int) -> NoReturn:
    """The child's whole life. No handler of the parent's exit runs, no buffer of the parent is flushed."""
    try:
        _confine(limits, parent)
        _stream(produce, pipe, limits)
    finally:
        os._exit(0)


def _confine(limits: Limits, parent: int) -> None:
    """None of the parent's handlers; silent, mortal, and small."""
    for number in (signal.SIGPIPE, signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    for number in (signal.SIGINT, signal.SIGTERM):
        # Airflow signals a task's whole process group; that must not look like a file that crashed its parser.
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)
    _silence()
    gc.freeze()
    _bound_memory(limits)


_PARENTS_STREAMS: list[object] = []
"""Kept alive in the child: a stream that is dropped writes out what its parent has buffered."""


def _silence() -> None:
    _PARENTS_STREAMS.extend((sys.stdout, sys.stderr))
    nowhere = open(os.devnull, "w")  # noqa: SIM115, PTH123 - open as long as the child lives
    os.dup2(nowhere.fileno(), 1)
    os.dup2(nowhere.fileno(), 2)
    sys.stdout = sys.stderr = nowhere
    logging.disable(logging.CRITICAL)
    faulthandler.disable()


def _bound_memory(limits: Limits) -> None:
    """No core file, which would hold the document; the first to go where the machine's memory is short."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    with suppress(OSError, ValueError):  # macOS has no /proc and refuses the limit
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        allowed = pages * resource.getpagesize() + limits.memory_mb * _MEGABYTE
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (allowed if hard < 0 else min(allowed, hard), hard))


def _stream(produce: Callable[[], Iterable[T]], pipe: int, limits: Limits) -> None:
    try:
        signal.setitimer(signal.ITIMER_PROF, limits.cpu_seconds)
        for item in produce():
            payload = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
            if len(payload) > limits.item_mb * _MEGABYTE:
                return _send(pipe, _SPENT, b"an item is too large")
            _send(pipe, _ITEM, payload)
            signal.setitimer(signal.ITIMER_PROF, limits.cpu_seconds)
        _send(pipe, _END)
    except PipelineError as error:
        _send(pipe, _REFUSED, error.code.encode())
    except (MemoryError, RecursionError) as error:
        _send(pipe, _SPENT, type(error).__name__.encode())
    except BaseException as error:
        _send(pipe, _BROKEN, _account(error).encode())


def _send(pipe: int, kind: bytes, payload: bytes = b"") -> None:
    for part in (_HEADER.pack(kind, len(payload)), memoryview(payload)):
        sent = 0
        while sent < len(part):
            sent += os.write(pipe, part[sent:])


def _account(error: BaseException) -> str:
    """Type and lines passed; the message may quote the document."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_SHOWN:]
    where = "\n".join(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    return f"{type(error).__name__} raised in:\n{where}"
