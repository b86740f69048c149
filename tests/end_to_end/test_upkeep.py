"""What docs/upkeep.md has the operator do, on a real Airflow: status, logs in S3, reprocessing, metadata cleanup."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from local_system import LocalSystem, until
from slips import slips
from sqlalchemy import Connection, DateTime, bindparam, create_engine, text

from benchmarks import letters
from demo.environment import PROJECT, environ
from demo.system_command import login
from include.fhir.converter import CONVERTER_VERSION
from include.reporting.stored_outcomes import latest, store

DAG = "documents_to_fhir"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Processed:
    """A green run of a scanned slip and a letter, and a run whose letter waits for a person."""

    green: str
    slip: str
    letter: str
    waiting: str
    asked: str


@pytest.fixture(scope="module")
def processed(system: LocalSystem) -> Processed:
    keys = [f"inbox/2026-06-{day}/a.pdf" for day in (11, 12, 13)]
    slip = system.put(keys[0], slips(1070, 1))
    letter = system.put(keys[1], letters.certain(70420001))
    asked = system.put(keys[2], letters.with_a_date_to_be_read_in_two_ways(70420002))
    green, waiting = system.process(keys[:2]), system.process(keys[2:])
    system.await_state(waiting, asked, "awaiting_input")
    assert system.finish(green) == "success"
    return Processed(green, slip, letter, waiting, asked)


def run(system: LocalSystem, module: str, *arguments: str, user: str = "viewer") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], env={**environ(system.local), **login(system.local, user)},
        cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)


def status(system: LocalSystem) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and what was found by subject; whoever may only look may ask."""
    done = run(system, "include.status", "--json", "--days", "3")
    return done.returncode, {each["subject"]: each for each in json.loads(done.stdout)["findings"]}


@pytest.fixture
def paused(system: LocalSystem) -> Iterator[None]:
    system.api.call("PATCH", f"/api/v2/dags/{DAG}", {"is_paused": True})
    yield
    system.api.call("PATCH", f"/api/v2/dags/{DAG}", {"is_paused": False})


def test_status_tells_how_the_system_is(system: LocalSystem, processed: Processed) -> None:
    code, found = status(system)
    problems = [each for each in found.values() if each["level"] == "PROBLEM"]
    assert (code, problems) == (0, [])
    assert found["review queue"]["level"] == "ATTENTION"
    assert "AMBIGUOUS_DATE" in found["review queue"]["says"]
    assert "open runs: " in found["work"]["says"]
    assert "doc-" in found["oldest open document"]["says"]
    assert "whole of" in found["audit chains"]["says"]
    assert {"scheduler", "triggerer", "dag processor", "DAGs", "pool ocr", "pool batches", "Textract",
            "temporary bucket"} <= set(found)


def test_status_fails_where_no_document_can_be_processed(system: LocalSystem, paused: None) -> None:
    code, found = status(system)
    assert (code, found["DAGs"]["do"]) == (1, f"airflow dags unpause {DAG}")


def test_the_log_of_a_mapped_task_is_in_s3_and_read_back_from_there(system: LocalSystem, processed: Processed) -> None:
    task = f"run_id={processed.green}/task_id=process_document.ocr/map_index=0"
    stored = until(lambda: next((log for key, log in system.task_logs().items() if task in key), None), 60, "the log")
    assert not [path for path in system.local.airflow_home.rglob("*.log")
                if task in str(path) and path.read_bytes()], "the worker keeps no log"
    address = (f"/api/v2/dags/{DAG}/dagRuns/{quote(processed.green, safe='')}/taskInstances/process_document.ocr/"
               "logs/1?map_index=0")
    shown = json.dumps(system.api.call("GET", address))
    event = json.loads(stored.splitlines()[-1])["event"]
    assert event in shown
    assert f"s3://logs/logs/dag_id={DAG}/{task}" in shown
    assert b"Oakenshaw" not in stored
    head = system.s3.head_object(Bucket="logs", Key=f"logs/dag_id={DAG}/{task}/attempt=1.log")
    assert head["ServerSideEncryption"] == "AES256"


def test_documents_of_another_version_are_made_anew_and_no_page_is_billed(
        system: LocalSystem, processed: Processed) -> None:
    for document in (processed.slip, processed.letter):
        outcome = latest(system.bucket, document)
        assert outcome is not None and outcome.converter == CONVERTER_VERSION
        store(system.bucket, replace(outcome, converter="0"))
    billed, bundle = system.pages_billed(), system.bucket.read(f"documents/{processed.slip}/bundle.json")

    looked = run(system, "include.reprocessing")
    assert looked.returncode == 0
    assert "2 documents of version 0" in looked.stdout
    assert "2 documents to make anew" in looked.stdout
    assert "Nothing was started" in looked.stdout

    started = run(system, "include.reprocessing", "--start", user="operator")
    assert started.returncode == 0, started.stderr
    until(lambda: (system.outcome(processed.slip)["converter"] == CONVERTER_VERSION
          and system.outcome(processed.letter)["converter"] == CONVERTER_VERSION) or None, 240, "the new version")
    [run_id] = {system.outcome(document)["run_id"] for document in (processed.slip, processed.letter)}
    assert run_id.startswith(f"reprocess__{CONVERTER_VERSION}__0001__")
    assert system.await_run(run_id) == "success"
    assert system.pages_billed() == billed
    assert system.bucket.read(f"documents/{processed.slip}/bundle.json") == bundle
    assert "Nothing to start" in run(system, "include.reprocessing").stdout
    assert system.broken_chains() == []


def age(connection: Connection, run_id: str, days: int) -> None:
    """Let a run and its rows be that old."""
    moment = {"moment": datetime.now(UTC) - days * DAY, "run": run_id}
    for table, columns in {"dag_run": ("run_after", "start_date", "queued_at"), "task_instance": ("start_date",),
                           "xcom": ("timestamp",)}.items():
        changes = ", ".join(f"{column} = :moment" for column in columns)
        statement = text(f"UPDATE {table} SET {changes} WHERE run_id = :run")
        connection.execute(statement.bindparams(bindparam("moment", type_=DateTime(timezone=True))), moment)


def test_cleaning_the_metadata_leaves_the_review_queue_as_it_is(system: LocalSystem, processed: Processed) -> None:
    engine = create_engine(system.database_url)
    with engine.begin() as connection:
        age(connection, processed.green, 400)
        age(connection, processed.waiting, 300)
    before = system.api.call("GET", "/review-queue/api/entries")
    done = run(system, "include.retention", "--delete")
    assert done.returncode == 0, done.stderr
    assert f"something of {processed.waiting} (documents_to_fhir, running) is still to be done" in done.stdout
    runs = {each["dag_run_id"] for each in system.api.runs(DAG)}
    assert processed.green not in runs
    assert processed.waiting in runs
    after = system.api.call("GET", "/review-queue/api/entries")
    kept = [{key: value for key, value in row.items() if key != "age"} for row in before["rows"]]
    assert [{key: value for key, value in row.items() if key != "age"} for row in after["rows"]] == kept
    system.approve(processed.waiting, 0)
    assert system.await_run(processed.waiting) == "success"
