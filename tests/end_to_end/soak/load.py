"""How the quota was used, and how fast it went: figures of a day's course."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from soak.course import Course
from soak.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Load:
    """Figures of one day.

    :param seconds: from the start to the end of the last document.
    :param calling_seconds: from the first call of AnalyzeDocument to the last one.
    :param mean_calls: accepted in a second of these; ``most_calls``, in the best second.
    :param quota_used: ``mean_calls`` as a part of those allowed.
    :param throttled: calls that the rate limit refused.
    :param most_jobs: asynchronous jobs under way at once.
    :param ocr_tasks_at_once: that ran, on average, from the first call to the last one.
    :param tasks_a_second: that Airflow ended.
    """

    seconds: float
    documents_a_minute: float
    calling_seconds: int
    mean_calls: float
    most_calls: int
    quota_used: float
    throttled: int
    most_jobs: int
    jobs: int
    ocr_tasks_at_once: float
    tasks_a_second: float


def load(course: Course, scenario: Scenario) -> Load:
    """The figures of a day on which at least one document came to its end."""
    seconds = course.ended[-1] - course.began
    calls = course.seconds_of_calls
    calling = calls[-1]["second"] - calls[0]["second"] + 1 if calls else 0
    mean = sum(each["accepted"] for each in calls) / calling if calls else 0.0
    starts = course.calls["StartDocumentAnalysis"]
    return Load(
        seconds=round(seconds, 1), documents_a_minute=round(60 * len(course.ended) / seconds, 1),
        calling_seconds=calling, mean_calls=round(mean, 2),
        most_calls=max((each["accepted"] for each in calls), default=0),
        quota_used=round(mean / scenario.calls_a_second, 3),
        throttled=sum(each["throttled"] for each in calls), most_jobs=course.calls["jobs"]["most_under_way"],
        jobs=starts["calls"] - starts["errors"],
        ocr_tasks_at_once=round(course.ocr_seconds / calling, 2) if calling else 0.0,
        tasks_a_second=round(course.tasks / seconds, 2))


def series(course: Course) -> list[dict[str, Any]]:
    """Second by second for a plot: documents that had ended, calls accepted and throttled in this second, and the jobs
    that were under way when somebody looked last."""
    calls = {each["second"]: each for each in course.seconds_of_calls}
    looked = [look.seconds for look in course.looks]
    began, last = int(course.began), int(max(course.ended, default=course.began))
    lines = []
    for second in range(began, last + 1):
        call = calls.get(second, {"accepted": 0, "throttled": 0})
        look = bisect_right(looked, second - course.began)
        lines.append({
            "second": second - began, "documents": bisect_right(course.ended, second + 1.0),
            "calls": call["accepted"], "throttled": call["throttled"],
            "jobs": course.looks[look - 1].jobs if look else 0})
    return lines
