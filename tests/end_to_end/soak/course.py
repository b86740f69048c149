"""The day's run from its start to its end, looked at from outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local_system import LocalSystem

from demo import processes
from demo.watch import DAG_ID, GROUP, day_runs

SECONDS_BETWEEN_LOOKS = 5.0
_INSTANCES = f"/api/v2/dags/{DAG_ID}/dagRuns/~/taskInstances"
_HALTED = ("awaiting_input", "failed", "upstream_failed")
"""States of a conversion that does not go on without a person."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen at one moment, ``seconds`` after the start."""

    seconds: float
    done: int
    jobs: int


@dataclass(frozen=True, slots=True)
class Course:
    """How the day went.

    :param began: Unix time of the start.
    :param ended: of the last task of each document that has sealed its audit trail, in order.
    :param finished: whether the day's run ended green in time.
    :param ocr_seconds: that OCR tasks ran, all together; waiting in the triggerer is not in it.
    :param tasks: that have ended, of all documents.
    """

    began: float
    ended: tuple[float, ...]
    finished: bool
    looks: tuple[Look, ...]
    seconds_of_calls: tuple[dict[str, int], ...]
    calls: dict[str, Any]
    ocr_seconds: float
    tasks: int


def follow(system: LocalSystem, day: str, documents: int, longest_seconds: float, say: Callable[[str], None]) -> Course:
    """Start the day's run and look on until it is green, needs a person, or the time is over."""
    system.no_calls()
    began, looks = time.time(), list[Look]()
    run_id = system.process_day_of(day)
    state = "running"
    while state not in ("success", "failed") and time.time() - began < longest_seconds:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        calls, done = system.calls(), _count(system, "audit", "success")
        looks.append(Look(round(time.time() - began, 1), done, calls["jobs"]["under_way"]))
        halted = sum(_count(system, "convert_to_fhir", halt) for halt in _HALTED)
        say(_line(looks, documents, halted, calls))
        state = "failed" if halted and looks[-1].done + halted >= documents else system.api.run(
            "documents_inbox", run_id)["state"]
    instances = [instance for run in day_runs(system.api, day) for instance in system.api.task_instances(DAG_ID, run)]
    return Course(
        began=began, ended=tuple(sorted(_moment(each["end_date"]) for each in instances
                                        if each["task_id"] == f"{GROUP}.audit" and each["end_date"])),
        finished=state == "success", looks=tuple(looks),
        seconds_of_calls=tuple((processes.get_json(f"{system.local.textract_url}/_sandbox/seconds") or {})["seconds"]),
        calls=system.calls(),
        ocr_seconds=sum(each["duration"] or 0.0 for each in instances if each["task_id"] == f"{GROUP}.ocr"),
        tasks=sum(each["end_date"] is not None for each in instances))


def _count(system: LocalSystem, stage: str, state: str) -> int:
    return system.api.count(f"{_INSTANCES}?task_id={GROUP}.{stage}&state={state}")


def _line(looks: list[Look], documents: int, halted: int, calls: dict[str, Any]) -> str:
    now, pages = looks[-1], calls["AnalyzeDocument"]
    return (f"{now.seconds:6.0f} s  {now.done:5} of {documents} documents"
            f"{f', {halted} need a person' if halted else ''}; {pages['pages']} pages by call, "
            f"{pages['throttled']} calls throttled; {now.jobs} jobs under way")


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
