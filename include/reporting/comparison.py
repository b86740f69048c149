"""The runs before a run: which of them compare with it, and how to find them with few calls to S3.

Run ids are ``<trigger>__<time>...``: those of one trigger lie in S3 in the order of their time. S3 lists forwards only,
so that a look back lists a window that ends at the run, and the next, older and wider window only where that one held
too few. With 100 batches a day that is one listing; a listing answers 1,000 runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from include.documents.storage import Bucket, run_key, run_of_prefix, run_prefix
from include.errors import PipelineError
from include.reporting.outcome import FAILED
from include.reporting.run_report import BATCH, BY_HAND, DAY

MOST_RUNS = 10
_READS_AT_ONCE = MOST_RUNS
_MOST_READ = 3 * MOST_RUNS
"""Reports that are read at most: some runs have none yet, or are of another kind."""
_TRIGGERS: Mapping[str, tuple[str, ...]] = {
    BATCH: ("batch",),
    BY_HAND: ("manual",),
    DAY: ("scheduled", "manual", "backfill", "asset_triggered"),
}
"""How the ids of runs of a kind begin: ``airflow.utils.types.DagRunType``, and ``batch`` by ours."""
_WINDOWS: Mapping[str, tuple[int, ...]] = {BATCH: (1, 7, 60, 400), BY_HAND: (7, 60, 400), DAY: (14, 60, 400)}
"""Days to look back."""
_KIND_OF_TRIGGER = {"batch": BATCH, "scheduled": DAY, "backfill": DAY}
"""For reports that do not say their kind; a run by hand of that time can be either, and is left out."""
_RUN_ID = re.compile(r"(?P<trigger>[a-z_]+?)__(?P<time>(?P<day>\d{4}-\d{2}-\d{2}).*)")


@dataclass(frozen=True, slots=True)
class RunFigures:
    """What of a run is compared."""

    run_id: str
    day: str
    documents: int
    failed: int
    pages_billed: int
    dollars: float
    seconds_median: float

    @property
    def failed_share(self) -> float:
        """Between 0 and 1."""
        return self.failed / self.documents if self.documents else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """``earlier`` runs, oldest first; ``error_code`` says why they could not be read."""

    earlier: tuple[RunFigures, ...] = ()
    error_code: str | None = None


def compare(bucket: Bucket, run_id: str, kind: str, day: str) -> Comparison:
    """The last runs of the same kind before this one, at most :data:`MOST_RUNS`.

    Batches compare with batches, in the order of their day and number; days with days, whatever started the run, each
    day once, by its last run; runs by hand with runs by hand. That the others cannot be read fails no report.

    :param day: stands for the time of a run whose id has none.
    """
    try:
        found = list(islice(_earlier(bucket, run_id, kind, day), MOST_RUNS))
    except PipelineError as error:
        return Comparison(error_code=error.code)
    return Comparison(tuple(reversed(found)))


def figures(report: Mapping[str, Any]) -> RunFigures:
    """Those of a ``report.json`` of this or an earlier version.

    :raises KeyError, TypeError, AttributeError: it is none.
    """
    return RunFigures(
        run_id=report["run_id"],
        day=report.get("day") or _day(report["run_id"]),
        documents=report["documents"],
        failed=report["by_state"].get(FAILED, 0),
        pages_billed=report["pages_billed"],
        dollars=report["dollars"],
        seconds_median=report["seconds_median"],
    )


def _earlier(bucket: Bucket, run_id: str, kind: str, day: str) -> Iterator[RunFigures]:
    """Newest first."""
    names = islice(_run_ids(bucket, kind, _time(run_id) or day), _MOST_READ)
    seen = {day} if kind == DAY else set()
    while chunk := list(islice(names, _READS_AT_ONCE)):
        with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
            reports = list(pool.map(lambda name: _read(bucket, name), chunk))
        for report in reports:
            if report is None or _kind(report) != kind:
                continue
            try:
                found = figures(report)
            except (KeyError, TypeError, AttributeError):
                continue
            # A report that does not say its day cannot be known to be of another one's.
            once = str(report.get("day") or found.run_id)
            if kind != DAY or once not in seen:
                seen.add(once)
                yield found


def _run_ids(bucket: Bucket, kind: str, time: str) -> Iterator[str]:
    """Of the runs before a time (as it stands in run ids), newest first."""
    if not (until := _as_date(time)):
        return
    before = time
    for days in _WINDOWS.get(kind, ()):
        after = (until - timedelta(days=days)).isoformat()
        found = [
            run_of_prefix(folder)
            for trigger in _TRIGGERS[kind]
            for folder in bucket.list_folders(
                run_prefix(f"{trigger}__"), run_prefix(f"{trigger}__{after}"), run_prefix(f"{trigger}__{before}"))]
        yield from sorted(found, key=_time, reverse=True)
        before = after


def _read(bucket: Bucket, run_id: str) -> dict[str, Any] | None:
    stored = bucket.find(run_key(run_id, "report.json"))
    try:
        report = json.loads(stored.body) if stored else None
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def _kind(report: Mapping[str, Any]) -> str | None:
    if kind := report.get("kind"):
        return str(kind)
    named = _RUN_ID.fullmatch(str(report.get("run_id")))
    return _KIND_OF_TRIGGER.get(named["trigger"]) if named else None


def _time(run_id: str) -> str:
    named = _RUN_ID.fullmatch(run_id)
    return named["time"] if named else ""


def _day(run_id: str) -> str:
    named = _RUN_ID.fullmatch(run_id)
    return named["day"] if named else ""


def _as_date(time: str) -> date | None:
    try:
        return date.fromisoformat(time[:10])
    except ValueError:
        return None
