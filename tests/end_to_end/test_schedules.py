"""The operator's days: late files, backfills, documents that wait, on a real Airflow."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from cluster_system import ClusterSystem
from local_system import until
from slips import slips
from test_main_job import sample

from benchmarks import letters
from demo.environment import PROJECT
from include.settings import Settings

INBOX, BATCHES = "documents_inbox", "documents_to_fhir"


def day_run(cluster: ClusterSystem, day: str) -> str:
    """Start the run of a day as the schedule would: with its data interval and without ``date``; its id."""
    start, run_id = date.fromisoformat(day), cluster.run_id()
    end = start + timedelta(days=1)
    cluster.api.call("POST", f"/api/v2/dags/{INBOX}/dagRuns", {
        "dag_run_id": run_id, "logical_date": f"{start}T00:00:00Z", "conf": {},
        "data_interval_start": f"{start}T00:00:00Z", "data_interval_end": f"{end}T00:00:00Z"})
    return run_id


def batch_run(cluster: ClusterSystem, day: str, number: int = 1) -> dict[str, Any]:
    """The run of a day's batch, as soon as it is there."""
    name = f"batch__{day}__{number:04d}__"
    return until(lambda: next(
        (run for run in cluster.api.runs(BATCHES) if run["dag_run_id"].startswith(name)), None), 90, f"{name} to start")


def tasks(cluster: ClusterSystem, dag_id: str, run_id: str) -> dict[str, dict[str, Any]]:
    """A run's tasks by id; of a mapped one, the last."""
    return {task["task_id"]: task for task in cluster.api.task_instances(dag_id, run_id)}


def test_the_next_day_s_run_takes_a_late_file_and_leaves_the_other_batches_to_their_own_day(
        cluster: ClusterSystem) -> None:
    day, next_day = "2026-05-04", "2026-05-05"
    cluster.put(f"inbox/{day}/in_time.pdf", sample("vital_signs_text.pdf"))
    day_run(cluster, day)
    own = batch_run(cluster, day)
    late = cluster.put(f"inbox/{day}/late.pdf", sample("medication_list_text.pdf"))
    next_run = day_run(cluster, next_day)
    batch = batch_run(cluster, day, 2)
    assert cluster.await_run(next_run, INBOX) == "success"

    assert cluster.outcome(late)["run_id"] == batch["dag_run_id"]
    planned = cluster.api.xcom(INBOX, next_run, "plan_batches")
    assert [entry["trigger_run_id"] for entry in planned] == [batch["dag_run_id"]] != [own["dag_run_id"]]
    assert tasks(cluster, BATCHES, batch["dag_run_id"])["process_document.audit"]["priority_weight"] == (
        date.fromisoformat(day).toordinal())
    assert tasks(cluster, INBOX, next_run)["run_batch"]["pool"] == "batches"

    [event] = cluster.api.call("GET", f"/api/v2/assets/events?source_run_id={batch['dag_run_id']}")["asset_events"]
    assert (event["name"], event["uri"]) == ("fhir_records", "s3://documents/patients")
    assert event["extra"] == {"day": day, "run_id": batch["dag_run_id"], "documents": 1}


DAYS = ("2026-02-03", "2026-02-04")


@pytest.fixture(scope="module")
def refused(cluster: ClusterSystem) -> str:
    """The document of the first of two days; the other day has one without pages for OCR."""
    cluster.put(f"inbox/{DAYS[1]}/a.pdf", sample("vital_signs_text.pdf"))
    return cluster.put(f"inbox/{DAYS[0]}/a.pdf", slips(950, 1))


def documented() -> list[list[str]]:
    """The backfills of docs/backfills.md, in order: plain, failed, everything."""
    text = (PROJECT / "docs" / "backfills.md").read_text().replace("\\\n", " ")
    return [shlex.split(line) for line in text.splitlines() if line.startswith("    airflow backfill create")]


PLAIN, FAILED, EVERYTHING = documented()


def backfill(cluster: ClusterSystem, command: list[str]) -> list[dict[str, Any]]:
    """Run the command over the two days; the days' runs when they have ended, in the days' order."""
    assert {*DAYS} < {*command}
    before = {run["dag_run_id"]: run["start_date"] for run in day_runs(cluster)}
    subprocess.run(
        command, env=cluster.environ(), cwd=PROJECT, check=True, capture_output=True, timeout=120)

    def ended() -> list[dict[str, Any]] | None:
        runs = day_runs(cluster)
        good = len(runs) == len(DAYS) and all(run["state"] in ("success", "failed") for run in runs)
        begun = any(run["start_date"] != before.get(run["dag_run_id"]) for run in runs)
        return runs if good and begun else None

    runs = until(ended, 150, "the backfill to end")
    close_backfill(cluster)
    return runs


def close_backfill(cluster: ClusterSystem) -> None:
    """A DAG has one backfill at a time; the scheduler looks only every 30 seconds whether it has ended."""
    for found in cluster.api.call("GET", f"/api/v2/backfills?dag_id={INBOX}")["backfills"]:
        if found["completed_at"] is None:
            cluster.api.call("PUT", f"/api/v2/backfills/{found['id']}/cancel")


def day_runs(cluster: ClusterSystem) -> list[dict[str, Any]]:
    found = [run for run in cluster.api.runs(INBOX) if (run["logical_date"] or "")[:10] in DAYS]
    return sorted(found, key=lambda run: str(run["logical_date"]))


def test_a_backfill_runs_each_day_on_its_own_partition_and_ends_red_where_a_document_has_failed(
        cluster: ClusterSystem, refused: str) -> None:
    cluster.fault({"operation": "AnalyzeDocument", "error": "AccessDeniedException", "times": 1})
    assert [run["state"] for run in backfill(cluster, PLAIN)] == ["failed", "success"]
    cluster.no_faults()
    assert cluster.outcome(refused)["error_code"] == "AccessDeniedException"
    assert cluster.outcome(refused)["run_id"].startswith(f"batch__{DAYS[0]}__0001__")


def test_a_backfill_of_failed_days_runs_their_failed_batches_again(cluster: ClusterSystem, refused: str) -> None:
    green, billed = batch_run(cluster, DAYS[1]), cluster.pages_billed()
    assert [run["state"] for run in backfill(cluster, FAILED)] == ["success", "success"]
    assert cluster.outcome(refused)["state"] == "success"
    assert cluster.pages_billed() - billed == 1
    assert batch_run(cluster, DAYS[1])["start_date"] == green["start_date"]


def test_a_backfill_of_everything_runs_green_batches_once_more_and_bills_no_page(
        cluster: ClusterSystem, refused: str) -> None:
    batches, billed = [batch_run(cluster, day) for day in DAYS], cluster.pages_billed()
    assert [run["state"] for run in backfill(cluster, EVERYTHING)] == ["success", "success"]
    again = [batch_run(cluster, day) for day in DAYS]
    assert all(after["start_date"] > before["start_date"] for after, before in zip(again, batches, strict=True))
    assert [tasks(cluster, BATCHES, run["dag_run_id"])["read_batch"]["try_number"] for run in again] == [3, 2]
    assert cluster.pages_billed() == billed
    assert cluster.outcome(refused)["state"] == "success"
    assert cluster.broken_chains() == []


@pytest.fixture
def one_batch_at_once(cluster: ClusterSystem) -> Iterator[None]:
    """The pool ``batches`` with a single slot."""
    path, slots = "/api/v2/pools/batches", Settings().batch_runs_at_once
    pool = cluster.api.call("GET", path)
    assert (pool["slots"], pool["include_deferred"]) == (slots, True)
    body = {"pool": "batches", "description": pool["description"], "include_deferred": True}
    cluster.api.call("PATCH", path, {**body, "slots": 1})
    yield
    cluster.api.call("PATCH", path, {**body, "slots": slots})


def test_a_batch_in_which_a_document_waits_for_a_person_does_not_hold_up_the_next(
        cluster: ClusterSystem, one_batch_at_once: None) -> None:
    waiting, next_day = "2026-05-21", "2026-05-20"
    document = cluster.put(f"inbox/{waiting}/note.pdf", letters.of_nobody())
    cluster.put(f"inbox/{next_day}/a.pdf", sample("vital_signs_text.pdf"))
    run = cluster.process_day_of(waiting)
    batch = batch_run(cluster, waiting)["dag_run_id"]
    next_run = cluster.process_day_of(next_day)
    assert cluster.await_run(next_run, INBOX) == "success"

    assert cluster.rows(batch)[document].state == "awaiting_input"
    states = {task_id: task["state"] for task_id, task in tasks(cluster, INBOX, run).items()}
    assert (states["run_batch"], states["await_batches"]) == ("success", "deferred")
    assert cluster.api.run(BATCHES, batch)["state"] == cluster.api.run(INBOX, run)["state"] == "running"
