"""A short soak on the cluster: specimens of each kind through the whole deployment, then the verdict on them.

The cluster's sandbox reads with its OCR engine and not with the stand-in, which says the same of a specimen
(tests/sandbox/test_stand_in.py). A job of 16 pages would take that engine a minute, so there is none here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import pytest
from cluster_system import ClusterSystem
from soak.course import Course, Look, follow
from soak.load import load, series
from soak.scenario import Scenario, short_of_quota
from soak.verdict import Verdict, judge

from include.documents.storage import bundle_key
from include.samples.specimens.documents import Specimen

SHORT = Scenario("short", 4, kinds=("scan", "hybrid"), day="2026-06-19")


@dataclass(frozen=True, slots=True)
class Soaked:
    delivered: Mapping[str, Specimen]
    course: Course
    verdict: Verdict


@pytest.fixture(scope="module")
def soaked(cluster: ClusterSystem) -> Iterator[Soaked]:
    delivered = SHORT.deliver(cluster)
    course = follow(cluster, SHORT.day, SHORT.documents, 300, print)
    yield Soaked(delivered, course, judge(cluster, SHORT.day, delivered))


def test_every_promise_is_kept(soaked: Soaked) -> None:
    assert {promise for promise, kept in soaked.verdict.promises.items() if not kept} == set(), soaked.verdict
    assert soaked.course.finished
    assert json.loads(json.dumps(asdict(soaked.verdict)))["states"] == {"success": SHORT.documents}
    assert soaked.verdict.billed == soaked.verdict.needed > 0


def test_the_figures_count_every_document_and_call(soaked: Soaked) -> None:
    used, seconds = load(soaked.course, SHORT), series(soaked.course)
    assert seconds[-1]["documents"] == len(soaked.course.ended) == SHORT.documents
    assert sum(each["calls"] for each in seconds) == soaked.verdict.billed
    assert 0 < used.most_calls <= SHORT.calls_a_second


def test_a_bundle_that_lacks_a_fact_and_a_document_that_nobody_has_seen_break_promises(
        cluster: ClusterSystem, soaked: Soaked) -> None:
    document = next(iter(soaked.delivered))
    key = bundle_key(document)
    whole = cluster.bucket.read(key)
    bundle = json.loads(whole)
    bundle["entry"] = [each for each in bundle["entry"] if each["resource"]["resourceType"] != "Observation"]
    cluster.bucket.write(key, json.dumps(bundle).encode())
    try:
        verdict = judge(cluster, SHORT.day, {**soaked.delivered, "doc-never-seen": Specimen(1_001)})
    finally:
        cluster.bucket.write(key, whole)
    assert {promise for promise, kept in verdict.promises.items() if not kept} == {
        "every document is accounted for, once", "every document is a success",
        "no success says less, more or other than is printed",
        "every patient's record says what all documents print", "every page was billed once"}
    assert len(verdict.false_successes) == 1
    assert verdict.false_successes[0].startswith(document)
    assert verdict.lost == 1


def test_figures_of_a_course() -> None:
    """Three documents, two of them with pages; the second call of the third second was one too many."""
    course = Course(
        began=1000.0, ended=(1004.0, 1006.5, 1010.0), finished=True, looks=(Look(5.0, 1, 2), Look(10.0, 3, 0)),
        seconds_of_calls=({"second": 1002, "accepted": 1, "throttled": 0},
                          {"second": 1005, "accepted": 1, "throttled": 1}),
        calls={"StartDocumentAnalysis": {"calls": 3, "errors": 1}, "jobs": {"most_under_way": 2}},
        ocr_seconds=(1.0, 3.0, 4.0), tasks=15)
    used = load(course, short_of_quota(3))
    assert (used.seconds, used.documents_a_minute, used.calling_seconds) == (10.0, 18.0, 4)
    assert (used.mean_calls, used.most_calls, used.quota_used, used.throttled) == (0.5, 1, 0.5, 1)
    assert (used.jobs, used.most_jobs, used.ocr_task_seconds, used.ocr_tasks_at_once) == (2, 2, 3.0, 2.0)
    assert used.tasks_a_second == 1.5
    lines = series(course)
    assert [line["documents"] for line in lines] == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3]
    assert [line["calls"] for line in lines] == [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0]
    assert [line["jobs"] for line in lines] == [0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 0]


def test_a_scenario_takes_the_first_specimens_of_its_kinds() -> None:
    assert [each.number for each in SHORT.specimens()] == [1, 3, 5, 8]
    assert {each.kind for each in short_of_quota(50).specimens()} == {"scan", "hybrid"}
