"""Faults that a test or a demonstration asks the sandbox for."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

OPERATIONS = ("AnalyzeDocument", "StartDocumentAnalysis", "GetDocumentAnalysis")
ANY_OF_S3 = "S3"
S3_OPERATIONS = ("s3:GetObject", "s3:HeadObject", "s3:PutObject", "s3:DeleteObject", "s3:ListObjectsV2")
JOB_ENDS = ("SUCCEEDED", "FAILED", "PARTIAL_SUCCESS")
REQUEST, ANSWER = "request", "answer"
DROPS = (REQUEST, ANSWER)
_STRIKES = ("error", "http_status", "slow_seconds", "job", "drop")
_MEMBERS = frozenset({
    *_STRIKES, "operation", "times", "after", "probability", "pages", "lose_jobs", "next_token", "key"})


class InvalidFaultError(ValueError):
    """What was asked for is not a fault; the message says why."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is known of a call when faults are looked for; ``key`` is that of S3's object."""

    operation: str
    next_token: bool = False
    key: str = ""


@dataclass(slots=True)
class Fault:
    """One fault.

    ``operation`` None is every operation of Textract. ``after`` calls pass first; then ``times`` counts down, None is
    for ever. ``drop`` cuts the connection in place of the request or of its answer. ``next_token`` strikes only calls
    that carry one, ``key`` only objects of S3 whose key begins so.
    """

    operation: str | None = None
    error: str | None = None
    http_status: int | None = None
    slow_seconds: float = 0.0
    job: str | None = None
    drop: str | None = None
    pages: tuple[int, ...] = ()
    times: int | None = None
    after: int = 0
    probability: float = 1.0
    next_token: bool = False
    key: str = ""

    @classmethod
    def parse(cls, asked: Mapping[str, Any]) -> Fault:
        """Read a fault from JSON.

        :raises InvalidFaultError: an unknown member, operation, job end or drop, or a wrong number.
        """
        unknown = set(asked) - _MEMBERS
        if unknown:
            raise InvalidFaultError(f"unknown members: {', '.join(sorted(unknown))}")
        _one_of(asked, "operation", (*OPERATIONS, ANY_OF_S3, *S3_OPERATIONS))
        _one_of(asked, "job", JOB_ENDS)
        _one_of(asked, "drop", DROPS)
        try:
            times = asked.get("times")
            fault = cls(
                operation=asked.get("operation"), error=asked.get("error"), job=asked.get("job"),
                http_status=None if asked.get("http_status") is None else int(asked["http_status"]),
                slow_seconds=float(asked.get("slow_seconds", 0.0)), drop=asked.get("drop"),
                pages=tuple(int(page) for page in asked.get("pages", ())),
                times=None if times is None else int(times), after=int(asked.get("after", 0)),
                probability=float(asked.get("probability", 1.0)),
                next_token=bool(asked.get("next_token", False)), key=str(asked.get("key", "")))
        except (TypeError, ValueError):
            raise InvalidFaultError(
                "times, after, pages, probability, slow_seconds and http_status are numbers") from None
        if fault.http_status is not None and not 400 <= fault.http_status <= 599:
            raise InvalidFaultError("http_status must be between 400 and 599")
        if not (fault.strikes or asked.get("lose_jobs")):
            raise InvalidFaultError(f"nothing to do: name {', '.join(_STRIKES)} or lose_jobs")
        return fault

    @property
    def strikes(self) -> bool:
        """Whether it does anything to a call or a job."""
        return any(getattr(self, name) for name in _STRIKES)

    def fits(self, call: Call) -> bool:
        if self.job is not None or (self.next_token and not call.next_token) or not call.key.startswith(self.key):
            return False
        if call.operation in S3_OPERATIONS:
            return self.operation in (ANY_OF_S3, call.operation)
        return self.operation in (None, call.operation)


def _one_of(asked: Mapping[str, Any], member: str, allowed: tuple[str, ...]) -> None:
    if asked.get(member) is not None and asked[member] not in allowed:
        raise InvalidFaultError(f"{member} must be one of {', '.join(allowed)}")


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

    def of_call(self, call: Call) -> list[Fault]:
        """The faults that strike this call, in the order they were asked for; each counts as used once."""
        with self._lock:
            return self._take(lambda fault: fault.fits(call))

    def of_job(self) -> Fault | None:
        """The fault that the job now started ends with."""
        with self._lock:
            taken = self._take(lambda fault: fault.job is not None, most=1)
        return taken[0] if taken else None

    def _take(self, fits: Callable[[Fault], bool], most: int | None = None) -> list[Fault]:
        taken: list[Fault] = []
        for fault in list(self._faults):
            if not fits(fault) or self._random.random() >= fault.probability:
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            taken.append(fault)
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            if most is not None and len(taken) == most:
                break
        return taken
