"""Faults that a test or a demonstration asks the endpoint for."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OPERATIONS = ("AnalyzeDocument", "StartDocumentAnalysis", "GetDocumentAnalysis")
JOB_ENDS = ("FAILED", "PARTIAL_SUCCESS")
_MEMBERS = frozenset({
    "operation", "error", "times", "probability", "job", "pages", "slow_seconds", "lose_jobs", "http_status"})


class InvalidFaultError(ValueError):
    """What was asked for is not a fault; the message says why."""


@dataclass(slots=True)
class Fault:
    """One fault. ``times`` counts down; None is for ever. ``operation`` None is every operation."""

    operation: str | None = None
    error: str | None = None
    http_status: int | None = None
    slow_seconds: float = 0.0
    job: str | None = None
    pages: tuple[int, ...] = ()
    times: int | None = None
    probability: float = 1.0

    @classmethod
    def parse(cls, asked: Mapping[str, Any]) -> Fault:
        """Read a fault from JSON.

        :raises InvalidFaultError: an unknown member, operation or job end, or a wrong number.
        """
        unknown = set(asked) - _MEMBERS
        if unknown:
            raise InvalidFaultError(f"unknown members: {', '.join(sorted(unknown))}")
        operation, job = asked.get("operation"), asked.get("job")
        if operation is not None and operation not in OPERATIONS:
            raise InvalidFaultError(f"operation must be one of {', '.join(OPERATIONS)}")
        if job is not None and job not in JOB_ENDS:
            raise InvalidFaultError(f"job must be one of {', '.join(JOB_ENDS)}")
        try:
            times = asked.get("times")
            fault = cls(
                operation=operation, error=asked.get("error"), job=job,
                http_status=None if asked.get("http_status") is None else int(asked["http_status"]),
                slow_seconds=float(asked.get("slow_seconds", 0.0)),
                pages=tuple(int(page) for page in asked.get("pages", ())),
                times=None if times is None else int(times),
                probability=float(asked.get("probability", 1.0)))
        except (TypeError, ValueError):
            raise InvalidFaultError("times, pages, probability, slow_seconds and http_status are numbers") from None
        if fault.http_status is not None and not 400 <= fault.http_status <= 599:
            raise InvalidFaultError("http_status must be between 400 and 599")
        if not (fault.error or fault.http_status or fault.slow_seconds or fault.job or asked.get("lose_jobs")):
            raise InvalidFaultError("nothing to do: name error, http_status, slow_seconds, job or lose_jobs")
        return fault


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._random = random.Random()  # noqa: S311 - chance, not secrecy

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def of_call(self, operation: str) -> list[Fault]:
        """The faults that strike this call, in the order they were asked for; each counts as used once."""
        with self._lock:
            return self._take(lambda fault: fault.job is None and fault.operation in (None, operation))

    def of_job(self) -> Fault | None:
        """The fault that the job now started ends with."""
        with self._lock:
            taken = self._take(lambda fault: fault.job is not None, most=1)
        return taken[0] if taken else None

    def _take(self, fits: Any, most: int | None = None) -> list[Fault]:
        taken: list[Fault] = []
        for fault in list(self._faults):
            if not fits(fault) or self._random.random() >= fault.probability:
                continue
            taken.append(fault)
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            if most is not None and len(taken) == most:
                break
        return taken
