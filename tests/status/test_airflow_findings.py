"""What Airflow's state means for the person on duty."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from include.settings import Settings
from include.status.airflow_findings import COMPONENTS, PAUSED, judge
from include.status.airflow_state import AirflowState, OpenDocument
from include.status.finding import Finding, Level, duration, exit_code

HOUR = 3600
GOOD = AirflowState(
    health=dict.fromkeys(COMPONENTS, "healthy"),
    paused=dict.fromkeys(PAUSED, False),
    import_errors=[],
    pools={"ocr": {"slots": 4, "occupied_slots": 1, "include_deferred": False},
           "batches": {"slots": 2, "occupied_slots": 2, "include_deferred": True}},
    tasks={"running": 3, "queued": 0, "awaiting_input": 0},
    open_runs={"documents_to_fhir": 4},
    queued_for=0,
    queue={"total": 0, "by_code": [], "by_state": {}, "rows": []},
    oldest=None)


def findings(**changes: Any) -> dict[str, Finding]:
    """What is found of a good state with these differences, but for what is OK."""
    found = judge(replace(GOOD, **changes), Settings(**SETTINGS))
    return {finding.subject: finding for finding in found if finding.level is not Level.OK}


SETTINGS: dict[str, Any] = {}


def test_a_state_in_which_all_is_well_asks_nothing_of_anybody() -> None:
    found = judge(GOOD, Settings())
    assert {finding.level for finding in found} == {Level.OK}
    assert [finding.do for finding in found if finding.do] == []
    assert exit_code(found) == 0


@pytest.mark.parametrize("part", COMPONENTS)
@pytest.mark.parametrize("status", ["unhealthy", None])
def test_a_component_that_is_not_healthy_is_a_problem(part: str, status: str | None) -> None:
    found = findings(health={**GOOD.health, part: status})
    assert [(name, finding.level) for name, finding in found.items()] == [(part.replace("_", " "), Level.PROBLEM)]
    assert exit_code(found.values()) == 1


def test_every_dag_of_the_pipeline_is_looked_at() -> None:
    assert set(PAUSED) == {path.stem for path in (Path(__file__).parents[2] / "dags").glob("*.py")}


def test_a_dag_that_does_not_load_is_a_problem_and_named() -> None:
    found = findings(import_errors=["documents_to_fhir.py"], paused={"documents_inbox": False})
    assert found["DAG files"].says == "do not load: documents_to_fhir.py"
    assert found["DAGs"].says == "missing: documents_overdue, documents_reprocess, documents_to_fhir"


@pytest.mark.parametrize(("dag", "level"), [
    ("documents_to_fhir", Level.PROBLEM), ("documents_inbox", Level.ATTENTION), ("documents_overdue", Level.ATTENTION),
    ("documents_reprocess", Level.ATTENTION)])
def test_a_paused_dag_says_what_its_pause_means(dag: str, level: Level) -> None:
    found = findings(paused={**GOOD.paused, dag: True})["DAGs"]
    assert (found.level, found.says, found.do) == (
        level, f"{dag} is paused: {PAUSED[dag]}", f"airflow dags unpause {dag}")


@pytest.mark.parametrize("name", ["ocr", "batches"])
def test_a_missing_pool_is_a_problem(name: str) -> None:
    found = findings(pools={other: pool for other, pool in GOOD.pools.items() if other != name})
    assert [(subject, finding.level) for subject, finding in found.items()] == [(f"pool {name}", Level.PROBLEM)]


def test_the_pool_of_batches_has_to_count_deferred_tasks() -> None:
    """Else it limits nothing: a batch is deferred for as long as it is at work."""
    found = findings(pools={**GOOD.pools, "batches": {**GOOD.pools["batches"], "include_deferred": False}})
    assert found["pool batches"].level is Level.PROBLEM
    assert found["pool batches"].do == "airflow pools set batches 2 BATCH_RUNS_AT_ONCE --include-deferred"


def test_slots_that_are_not_the_setting_s_are_told() -> None:
    found = findings(pools={**GOOD.pools, "ocr": {**GOOD.pools["ocr"], "slots": 8}})
    assert found["pool ocr"].says == "1 of 8 slots in use, and OCR_POOL_SLOTS is 4"
    assert found["pool ocr"].level is Level.ATTENTION


def test_tasks_that_nobody_takes_are_a_problem_once_nothing_runs() -> None:
    stuck: dict[str, Any] = {"queued_for": 11 * 60.0, "tasks": {"running": 0, "queued": 7}}
    assert findings(**stuck)["work"].level is Level.PROBLEM
    assert "7 queued" in findings(**stuck)["work"].says
    assert findings(**{**stuck, "tasks": {"running": 1, "queued": 7}}) == {}
    assert findings(**{**stuck, "queued_for": 9 * 60.0}) == {}


def test_the_review_queue_is_told_by_code_and_is_no_fault_of_the_system() -> None:
    found = findings(queue={
        "total": 7, "by_state": {"awaiting_input": 5, "failed": 2}, "rows": [],
        "by_code": [{"code": "LOW_CONFIDENCE", "count": 5}, {"code": "ENCRYPTED", "count": 2}]})
    assert found["review queue"].level is Level.ATTENTION
    assert found["review queue"].says == (
        "5 wait for a person, 2 failed or are tried again: LOW_CONFIDENCE 5, ENCRYPTED 2")


def test_an_api_server_without_the_review_queue_is_a_problem() -> None:
    assert findings(queue=None)["review queue"].level is Level.PROBLEM


def test_the_oldest_document_is_named_with_its_age_and_state() -> None:
    oldest = OpenDocument("doc-1", "batch__1", "awaiting_input", ("AMBIGUOUS_DATE",), 73 * HOUR)
    assert findings(oldest=replace(oldest, age=71 * HOUR)) == {}
    found = findings(oldest=oldest)["oldest open document"]
    assert found.level is Level.ATTENTION
    assert found.says == ("doc-1, 3 d 1 h, awaiting_input AMBIGUOUS_DATE in batch__1: "
                          "older than REVIEW_TIMEOUT_HOURS")


def test_a_document_over_the_age_limit_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SETTINGS, "document_max_age_hours", 2.0)
    oldest = OpenDocument(None, "batch__1", "running", (), 2.5 * HOUR)
    assert findings(oldest=oldest)["oldest open document"].level is Level.PROBLEM
    assert findings(oldest=replace(oldest, age=1.5 * HOUR)) == {}


@pytest.mark.parametrize(("seconds", "text"), [
    (0, "0 min"), (59 * 60, "59 min"), (HOUR, "1 h 0 min"), (25.5 * HOUR, "1 d 1 h")])
def test_durations_have_two_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text
