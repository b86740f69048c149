"""Runs under measurement: documents through the pipeline, rows through the bare DAG; how long each took."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from benchmarks import letters
from benchmarks.measured_system import FLOOR_DAG, Measured
from demo.inbox import BUCKET, s3_client
from include.documents.register import conf_of
from include.documents.storage import Bucket, inbox_prefix

PIPELINE_DAG, INBOX_DAG = "documents_to_fhir", "documents_inbox"
LONGEST_SECONDS = 2400
FIRST_PATIENT = 82_000_000
SECONDS_BETWEEN_LOOKS = 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """What was run in one go.

    :param seconds: from the first run's start to the last one's end, as Airflow has them.
    :param cpu: seconds by component.
    """

    documents: int
    seconds: float
    cpu: Mapping[str, float] = field(default_factory=dict)

    @property
    def a_minute(self) -> float:
        return 60 * self.documents / self.seconds

    @property
    def cpu_a_document(self) -> float:
        """Seconds of all components."""
        return sum(self.cpu.values()) / self.documents


def deliver_letters(system: Measured, day: str, first: int, count: int) -> list[str]:
    """Text PDFs of two pages, each of a patient of its own, in a day's inbox; their keys."""
    bucket = Bucket(s3_client(system.local), BUCKET)
    keys = [f"{inbox_prefix(day)}{number:06d}.pdf" for number in range(first, first + count)]
    for number, key in enumerate(keys, start=first):
        bucket.write(key, letters.certain_of_two_pages(FIRST_PATIENT + number), content_type="application/pdf")
    return keys


def register_letters(system: Measured, first: int, count: int) -> list[str]:
    """As :func:`deliver_letters`, registered for runs by hand; their ids."""
    day = "2026-02-01"
    keys = deliver_letters(system, day, first, count)
    return conf_of(Bucket(s3_client(system.local), BUCKET), keys, day)["documents"]


def pipeline_run(system: Measured, documents: Sequence[str]) -> Pace:
    """One run of registered documents.

    :raises SystemExit: it does not end well: what is not converted must not count as fast.
    """
    return _measured(system, PIPELINE_DAG, [{"documents": list(documents)}], len(documents), 1)


def floor_run(system: Measured, rows: int) -> Pace:
    """One run of the bare DAG.

    :raises SystemExit: it does not end well.
    """
    return _measured(system, FLOOR_DAG, [{"rows": rows}], rows, 1)


def batches(system: Measured, documents: Sequence[str], size: int, at_once: int) -> Pace:
    """Runs of so many registered documents, so many at a time.

    :raises SystemExit: one does not end well.
    """
    confs = [{"documents": list(documents[start:start + size])} for start in range(0, len(documents), size)]
    return _measured(system, PIPELINE_DAG, confs, len(documents), at_once)


def day(system: Measured, date: str, documents: int) -> Pace:
    """A day's inbox by the day's run, which divides it into batches.

    :raises SystemExit: it does not end well.
    """
    return _measured(system, INBOX_DAG, [{"date": date}], documents, 1)


def _measured(system: Measured, dag_id: str, confs: Sequence[dict[str, Any]], documents: int, at_once: int) -> Pace:
    before = system.cpu_seconds()
    runs = _run_all(system, dag_id, confs, at_once)
    after = system.cpu_seconds()
    begun = min(datetime.fromisoformat(run["start_date"]) for run in runs)
    ended = max(datetime.fromisoformat(run["end_date"]) for run in runs)
    cpu = {name: after[name] - before[name] for name in after}
    return Pace(documents, (ended - begun).total_seconds(), cpu)


def _run_all(system: Measured, dag_id: str, confs: Sequence[dict[str, Any]], at_once: int) -> list[dict[str, Any]]:
    waiting, under_way, done = list(confs), list[str](), list[dict[str, Any]]()
    deadline = time.monotonic() + LONGEST_SECONDS
    while waiting or under_way:
        while waiting and len(under_way) < at_once:
            under_way.append(system.api.trigger(dag_id, f"manual__{uuid.uuid4()}", waiting.pop(0)))
        time.sleep(SECONDS_BETWEEN_LOOKS)
        runs = [system.api.run(dag_id, run_id) for run_id in under_way]
        if any(run["state"] == "failed" for run in runs):
            raise SystemExit(f"{dag_id} has failed: there is nothing to measure")
        done += [run for run in runs if run["state"] == "success"]
        under_way = [run["dag_run_id"] for run in runs if run["state"] != "success"]
        if time.monotonic() > deadline:
            raise SystemExit(f"{dag_id} has not ended after {LONGEST_SECONDS} seconds")
    return done
