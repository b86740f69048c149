"""A stage is measured in a process as Airflow's tasks have it, and its time is told apart by what it is for."""

from __future__ import annotations

import cProfile
import json
import os
from typing import Any

import pytest

from benchmarks import local_services, stage_cost
from benchmarks.profile_groups import milliseconds
from benchmarks.stage_cost import five_tasks, medians, targets
from benchmarks.stage_process import StageCost
from benchmarks.task_process import in_a_process


def cost(stage: str, own: float) -> StageCost:
    return StageCost("text", 2, stage, own=own, opening=1.0, parsers=2.0, s3_calls={"GetObject": 1})


def test_work_is_done_in_another_process_and_its_result_comes_back() -> None:
    used = in_a_process(lambda: (os.getpid(), sum(range(1_000_000))))
    assert used.result[0] != os.getpid()
    assert used.result[1] == 499_999_500_000
    assert used.cpu_seconds > 0


def test_work_that_fails_is_no_measurement(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="the work failed"):
        in_a_process(lambda: 1 / 0)
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_a_profile_is_told_apart_by_our_packages_and_the_libraries() -> None:
    from include.stages.warm_up import warm_up

    warm_up()
    profile = cProfile.Profile()
    profile.runcall(lambda: (warm_up(), json.loads(json.dumps(list(range(10_000))))))
    found = milliseconds(profile)
    assert {"ours: fhir", "ours: ocr", "JSON", "pydantic and FHIR models"} <= found.keys()
    assert found["ours: fhir"] > found["ours: ocr"]


def test_a_document_takes_the_medians_of_its_rounds() -> None:
    rounds = [cost("merge", 10.0), cost("audit", 1.0), cost("merge", 30.0), cost("audit", 1.0), cost("merge", 11.0)]
    assert [(one.stage, one.own) for one in medians(rounds)] == [("merge", 11.0), ("audit", 1.0)]
    assert five_tasks(rounds) == 11.0 + 1.0 + 2 * 2.0


@pytest.mark.parametrize(("loaded", "kept"), [(50.0, True), (51.0, False)])
def test_a_promise_is_kept_up_to_its_very_figure(loaded: float, kept: bool) -> None:
    assert list(targets({"nothing": 100.0, "imports": 70.0, "all": loaded}).values()) == [kept]


def test_stages_are_measured_against_the_sandbox() -> None:
    """A scan goes to the stand-in for Textract; what the stages ask S3 for is counted."""
    with local_services.started() as environment:
        scan: Any = {one.stage: one for one in stage_cost.run(environment, "scan", 1, 1)}
    assert list(scan) == ["classify", "OCR client", "merge", "convert", "audit"]
    assert all(one.own > one.opening > 0 for one in scan.values())
    assert scan["OCR client"].s3_calls["HeadObject"] == 1
    assert scan["OCR client"].s3_calls["PutObject"] == 2
