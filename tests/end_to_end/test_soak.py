"""What a soak counts. The documents themselves run in short in test_chaos.py: specimens of each kind, with faults."""

from __future__ import annotations

from soak.course import Course, Look
from soak.load import load, series
from soak.scenario import Scenario, short_of_quota

SHORT = Scenario("short", 4, kinds=("scan", "hybrid"), day="2026-06-19")


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
