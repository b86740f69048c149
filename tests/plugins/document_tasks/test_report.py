"""The report task writes its three files, and is red for failed documents alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from document_tasks import report
from document_tasks.report import report_day, report_run, write_report
from include.documents.batches import Batch, Planner, day_of_run, write_batch
from include.documents.storage import Bucket, run_key
from include.errors import PipelineError
from include.reporting.outcome import FAILED, SUCCESS, Outcome
from include.reporting.run_report import BATCH
from include.reporting.stored_outcomes import store

RUN = "batch__2026-11-23__0002__0123456789ab"
BEFORE = "batch__2026-11-23__0001__0123456789ab"


def test_a_run_with_a_failed_document_is_red_and_has_its_report(bucket: Bucket) -> None:
    outcomes = [Outcome("doc-1", RUN, FAILED, error_code="CORRUPT"), Outcome("doc-2", RUN, SUCCESS)]
    with pytest.raises(AirflowFailException, match="1 of 2 documents failed: CORRUPT 1"):
        write_report(bucket, RUN, outcomes, BATCH, "2026-11-23")
    stored = json.loads(bucket.read(run_key(RUN, "report.json")))
    assert (stored["kind"], stored["day"], stored["by_state"]) == ("batch", "2026-11-23", {"failed": 1, "success": 1})
    assert bucket.read(run_key(RUN, "documents.csv")).count(b"\n") == 3
    page = bucket.client.get_object(Bucket=bucket.name, Key=run_key(RUN, "report.html"))
    assert page["ContentType"] == "text/html; charset=utf-8"


def test_a_document_that_a_person_resolved_fails_no_run(bucket: Bucket) -> None:
    write_report(bucket, RUN, [Outcome("doc-1", RUN, "resolved", error_code="CORRUPT")], BATCH, "2026-11-23")


def test_the_page_compares_with_the_run_before(bucket: Bucket) -> None:
    for run_id in (BEFORE, RUN):
        write_report(bucket, run_id, [Outcome("doc-1", run_id, SUCCESS)], BATCH, "2026-11-23")
    assert b"Compared with the run before" in bucket.read(run_key(RUN, "report.html"))
    assert b"Compared" not in bucket.read(run_key(BEFORE, "report.html"))


def test_the_day_of_a_batch_stands_in_its_run_id() -> None:
    assert (day_of_run(RUN), day_of_run("manual__2026-11-23T10:00:00+00:00")) == ("2026-11-23", None)


class Instance:
    """A report task's instance: what the task before it has said, and the XComs that it pushes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, dag_id: str, run_id: str, said: Any) -> None:
        self.dag_id, self.run_id, self._said = dag_id, run_id, said
        self.pushed: dict[str, Any] = {}
        run = SimpleNamespace(run_id=run_id, run_type="scheduled", run_after=datetime(2026, 11, 24, tzinfo=UTC))
        context = {"ti": self, "dag_run": run, "params": {"date": "2026-11-23"}}
        monkeypatch.setattr(report, "get_current_context", lambda: context)

    def xcom_pull(self, task_ids: str) -> Any:
        assert task_ids in {"read_batch", "plan_batches"}
        return self._said

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


def by_state(bucket: Bucket, run_id: str) -> Any:
    return json.loads(bucket.read(run_key(run_id, "report.json")))["by_state"]


def test_a_document_that_ran_in_another_run_since_is_what_it_became_in_this_one(
        bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "documents_bucket", lambda: bucket)
    batch = Batch("2026-11-23", 7, ("waits", "green"), Planner("2026-11-23", "day"))
    write_batch(bucket, batch)
    store(bucket, Outcome("green", batch.run_id, SUCCESS))
    store(bucket, Outcome("green", "manual__2026-11-23T10:00:00+00:00", FAILED, error_code="CORRUPT"))
    store(bucket, Outcome("waits", batch.run_id, SUCCESS))
    Instance(monkeypatch, "documents_to_fhir", batch.run_id, list(batch.document_ids))
    report_run()
    Instance(monkeypatch, "documents_inbox", "day", [
        {"trigger_run_id": batch.run_id, "conf": {"batch": batch.key}}])
    report_day()
    assert (by_state(bucket, batch.run_id), by_state(bucket, "day")) == ({"success": 2}, {"success": 2})
    assert f",{batch.run_id}" in bucket.read(run_key("day", "documents.csv")).decode()


def test_a_document_of_which_this_run_says_nothing_is_lost(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "documents_bucket", lambda: bucket)
    store(bucket, Outcome("doc-1", BEFORE, SUCCESS))
    instance = Instance(monkeypatch, "documents_to_fhir", RUN, ["doc-1"])
    with pytest.raises(AirflowFailException, match="TASK_LOST 1"):
        report_run()
    assert instance.pushed == {}


@pytest.mark.parametrize(("task", "said"), [
    (report_run, ["doc-1"]), (report_day, [{"trigger_run_id": RUN, "conf": {"batch": "batches/2026-11-23/1.json"}}])])
def test_a_report_that_cannot_be_written_says_so_with_a_code(
        bucket: Bucket, monkeypatch: pytest.MonkeyPatch, task: Callable[[], None], said: Any) -> None:
    monkeypatch.setattr(report, "documents_bucket", lambda: Bucket(bucket.client, "no-such-bucket"))
    instance = Instance(monkeypatch, "a DAG", RUN, said)
    with pytest.raises(PipelineError):
        task()
    assert instance.pushed == {"codes": ["S3_NOT_FOUND"]}
