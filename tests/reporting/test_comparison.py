"""A run is compared with the last runs of its kind, and finding them takes few calls to S3."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pytest

from include.documents.batches import Batch, Planner
from include.documents.storage import Bucket, run_key
from include.errors import PipelineError
from include.reporting import run_report
from include.reporting.comparison import Comparison, compare, figures
from include.reporting.outcome import FAILED, SUCCESS, Outcome
from include.reporting.run_report import BATCH, BY_HAND, DAY
from tests.reporting import example_run

TODAY = date(2026, 11, 23)


def report(run_id: str, kind: str, day: str = "", documents: int = 1) -> bytes:
    outcomes = [Outcome(f"doc-{number}", run_id, SUCCESS, seconds=3.0) for number in range(documents)]
    return run_report.as_json(run_report.build(run_id, outcomes, ("TABLES",), kind=kind, day=day))


def store(bucket: Bucket, run_id: str, kind: str, day: str = "", documents: int = 1) -> str:
    for name in ("documents.csv", "ndjson/Patient-1.ndjson", "outcomes/doc-0.json", "report.html"):
        bucket.write(run_key(run_id, name), b"")
    bucket.write(run_key(run_id, "report.json"), report(run_id, kind, day, documents))
    return run_id


def batch(day: date, number: int) -> str:
    return Batch(day.isoformat(), number, (f"{day}{number}",), Planner(day.isoformat(), "day")).run_id


def names(found: Comparison) -> list[str]:
    return [run.run_id for run in found.earlier]


class Calls:
    """Counts a bucket's requests by operation."""

    def __init__(self, bucket: Bucket) -> None:
        self.made: list[str] = []
        bucket.client.meta.events.register("before-call.s3", self._note)  # type: ignore[attr-defined]

    def _note(self, model: Any, **_: Any) -> None:
        self.made.append(model.name)

    def counts(self) -> dict[str, int]:
        return {name: self.made.count(name) for name in sorted(set(self.made))}


def test_a_batch_compares_with_the_ten_batches_before_it_across_the_day(bucket: Bucket) -> None:
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    before = [store(bucket, batch(yesterday, number), BATCH) for number in range(1, 13)]
    before += [store(bucket, batch(TODAY, number), BATCH) for number in range(1, 5)]
    own, *_ = [store(bucket, batch(TODAY, number), BATCH) for number in range(5, 9)]
    store(bucket, batch(tomorrow, 1), BATCH)
    calls = Calls(bucket)
    assert names(compare(bucket, own, BATCH, TODAY.isoformat())) == before[-10:]
    assert calls.counts() == {"GetObject": 10, "ListObjectsV2": 1}


def test_a_hundred_batches_a_day_cost_no_more_calls(bucket: Bucket) -> None:
    """One listing reaches back a day; what lies before it, for years, is not asked for."""
    runs = [batch(TODAY - timedelta(days=back), number) for back in (2, 1, 0) for number in range(1, 101)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda run: bucket.write(run_key(run, "report.json"), report(run, BATCH)), runs))
    calls = Calls(bucket)
    assert names(compare(bucket, batch(TODAY, 1), BATCH, TODAY.isoformat())) == runs[190:200]
    assert calls.counts() == {"GetObject": 10, "ListObjectsV2": 1}


def test_a_day_compares_with_the_days_before_whatever_started_them_each_once(bucket: Bucket) -> None:
    store(bucket, "scheduled__2026-11-20T00:00:00+00:00", DAY, "2026-11-19", documents=2)
    again = store(bucket, "manual__2026-11-21T09:30:00.123456+00:00", DAY, "2026-11-19", documents=3)
    filled = store(bucket, "backfill__2026-11-18T00:00:00+00:00", DAY, "2026-11-18")
    scheduled = store(bucket, "scheduled__2026-11-22T00:00:00+00:00", DAY, "2026-11-21")
    store(bucket, "manual__2026-11-22T10:00:00+00:00", BY_HAND, "2026-11-22")
    store(bucket, "manual__2026-11-22T23:00:00+00:00", DAY, "2026-11-22")
    store(bucket, batch(TODAY, 1), BATCH)
    found = compare(bucket, "scheduled__2026-11-23T00:00:00+00:00", DAY, "2026-11-22")
    assert names(found) == [filled, again, scheduled]


def test_runs_by_hand_compare_with_runs_by_hand(bucket: Bucket) -> None:
    by_hand = store(bucket, "manual__2026-11-22T10:00:00+00:00", BY_HAND)
    store(bucket, "manual__2026-11-22T11:00:00+00:00", DAY, "2026-11-22")
    assert names(compare(bucket, "manual__2026-11-23T10:00:00+00:00", BY_HAND, "2026-11-23")) == [by_hand]


def test_a_run_under_a_name_without_a_time_is_placed_by_its_day(bucket: Bucket) -> None:
    before = store(bucket, "manual__2026-11-22T10:00:00+00:00", BY_HAND)
    assert names(compare(bucket, "again, please", BY_HAND, "2026-11-23")) == [before]
    assert compare(bucket, "again, please", BY_HAND, "") == Comparison()


def test_rare_runs_are_found_in_an_older_window(bucket: Bucket) -> None:
    rare = [store(bucket, batch(TODAY - timedelta(days=back), 1), BATCH) for back in (390, 200, 50, 5)]
    store(bucket, batch(TODAY - timedelta(days=500), 1), BATCH)
    calls = Calls(bucket)
    assert names(compare(bucket, batch(TODAY, 1), BATCH, TODAY.isoformat())) == rare
    assert calls.counts()["ListObjectsV2"] == 4


def test_a_report_of_the_first_version_compares_too(bucket: Bucket) -> None:
    example_run.store_earlier(bucket, runs=1)
    day = example_run.LAST_DAY - timedelta(days=2)
    old = example_run.of_the_first_version(example_run.report_of(example_run.example(day=day), day))
    bucket.write(run_key(example_run.run_id(day), "report.json"), json.dumps(old).encode())
    found = compare(bucket, example_run.run_id(), BATCH, example_run.LAST_DAY.isoformat())
    assert [(run.day, run.documents > 40, run.failed) for run in found.earlier] == [
        ("2026-11-21", True, 6), ("2026-11-22", True, 6)]


def test_what_is_no_report_is_passed_over(bucket: Bucket) -> None:
    bucket.write(run_key(batch(TODAY, 1), "documents.csv"), b"still running")
    for number, body in enumerate((b"{", b"[]", b'{"kind": "batch"}', b'{"kind": "batch", "run_id": null}'), start=2):
        bucket.write(run_key(batch(TODAY, number), "report.json"), body)
    good = store(bucket, batch(TODAY, 6), BATCH)
    assert names(compare(bucket, batch(TODAY, 7), BATCH, TODAY.isoformat())) == [good]


def test_that_earlier_runs_cannot_be_read_is_said_and_fails_nothing(bucket: Bucket) -> None:
    missing = Bucket(bucket.client, "there-is-no-such-bucket")
    assert compare(missing, batch(TODAY, 1), BATCH, "") == Comparison(error_code="S3_NOT_FOUND")
    with pytest.raises(PipelineError):
        list(missing.list("runs/"))


def test_the_failed_share_is_that_of_the_failed_alone() -> None:
    outcomes = [Outcome("a", "r", FAILED), Outcome("b", "r", "resolved"), *(Outcome(c, "r", SUCCESS) for c in "cd")]
    assert figures(asdict(run_report.build("r", outcomes, ()))).failed_share == 0.25
    assert figures(asdict(run_report.build("r", [], ()))).failed_share == 0
