"""The report task writes its three files, and is red for failed documents alone."""

from __future__ import annotations

import json

import pytest
from airflow.sdk.exceptions import AirflowFailException

from document_tasks.report import write_report
from include.documents.batches import day_of_run
from include.documents.storage import Bucket, run_key
from include.reporting.outcome import FAILED, SUCCESS, Outcome
from include.reporting.run_report import BATCH

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
