"""Documents become FHIR on a real Airflow: scheduler, API server, DAG processor, triggerer, boto3 over HTTP."""

from __future__ import annotations

import json
import time

import papers
import pytest
from local_system import ANSWER_AFTER_SECONDS, LocalSystem, now, processes_of
from rich.console import Console

from benchmarks import letters
from demo.run import run as run_demo
from include.documents.storage import run_key
from include.samples import samples
from include.settings import Settings


def sample(name: str) -> bytes:
    return (samples.DOCUMENTS / name).read_bytes()


def test_the_samples_end_as_their_facts_files_say(system: LocalSystem) -> None:
    """Every file of the inbox is accounted for, the pipeline's count of billed pages is the endpoint's, each page that
    needs OCR is billed exactly once, no call was throttled, the temporary bucket is empty, no audit chain is broken."""
    throttled = system.calls()["AnalyzeDocument"]["throttled"]
    assert run_demo(system.local, None, Console(width=160))
    results = json.loads((system.home / "results" / "results.json").read_text())
    assert {entry["route"] for entry in results} >= {"embedded_text", "external_ocr", "hybrid", "async_ocr"}
    for entry in results:
        if entry["state"] == "success":
            assert entry["pages_billed"] == entry["pages_ocr"], entry["file"]
    waited_for = next(entry["document_id"] for entry in results if entry["route"] == "async_ocr")
    assert system.events(waited_for) == [
        "document_received", "document_classified", "ocr_temp_upload", "ocr_async_job_started",
        "ocr_async_job_polling", "ocr_async_job_completed", "ocr_temp_delete", "pages_merged", "fhir_converted",
        "record_merged", "document_sealed"]
    assert system.calls()["AnalyzeDocument"]["throttled"] == throttled
    assert system.temp_objects() == []
    assert system.broken_chains() == []


def test_ocr_tasks_take_turns_in_a_pool_as_large_as_the_setting_says(system: LocalSystem) -> None:
    """The pace of each task is the quota's part of one slot: more slots than the setting says would pass the quota."""
    assert system.api.call("GET", "/api/v2/pools/ocr")["slots"] == Settings().ocr_pool_slots
    [run, *_] = system.api.runs("documents_to_fhir")
    tasks = system.api.task_instances("documents_to_fhir", run["dag_run_id"])
    assert {task["pool"] for task in tasks if task["task_id"] == "process_document.ocr"} == {"ocr"}


@pytest.mark.aws
def test_the_same_pages_are_billed_once_whatever_file_they_come_in(system: LocalSystem) -> None:
    first, second = system.key(2, "scan.pdf"), system.key(2, "again.pdf")
    body, before = papers.scan(system.mark), system.pages_billed()
    system.put(first, body)
    assert system.finish(system.process([first])) == "success"
    assert system.pages_billed() - before == 1
    document = system.put(second, body)
    assert system.finish(system.process([second])) == "success"
    assert system.outcome(document)["pages_ocr"] == 1
    assert system.outcome(document)["pages_billed"] == 0
    assert system.pages_billed() - before == 1


@pytest.mark.aws
def test_a_second_demo_over_the_same_store_bills_nothing(system: LocalSystem) -> None:
    """Airflow is new, S3 is as the first one left it."""
    before = system.outcome_count()
    system.stop()
    assert processes_of(system.home) == []
    system.start()
    assert system.outcome_count() == before > 0
    billed = system.pages_billed()
    assert system.finish(system.process([system.key(2, "scan.pdf")])) == "success"
    assert system.pages_billed() == billed


@pytest.mark.aws
def test_an_uncertain_document_waits_for_a_person_and_goes_on_when_it_is_approved(system: LocalSystem) -> None:
    key = system.key(6, "note.pdf")
    document = system.put(key, letters.of_nobody())
    run_id = system.process([key])
    row = system.await_state(run_id, document, "awaiting_input")
    assert row.states["convert_to_fhir"] == "awaiting_input"
    request = system.api.call("GET", system.review_path(run_id, 0))
    assert (request["subject"], request["options"]) == (f"Document {document}: NO_PATIENT", ["Approve", "Reject"])
    time.sleep(ANSWER_AFTER_SECONDS)
    system.approve(run_id, 0)
    assert system.await_run(run_id) == "success"
    trail = system.audit_bucket
    events = [json.loads(body.decode()) for body in
              (trail.read(entry.key) for entry in trail.list(f"audit/{now():%Y-%m-%d}/{document}/"))]
    assert [event["event"] for event in events][-3:] == ["review_requested", "review_decided", "document_sealed"]
    assert next(event["actor"] for event in events if event["event"] == "review_decided") == "admin"
    report = json.loads(system.bucket.read(run_key(run_id, "report.json")))
    assert (report["kind"], report["decisions"], report["by_review_code"]) == ("by_hand", 1, {"NO_PATIENT": 1})
    assert set(report["seconds_by_stage"]) == {"classify", "merge", "convert", "person", "between"}
    assert report["seconds_landed_to_fhir"]["count"] == 1


@pytest.mark.aws
def test_no_file_name_reaches_airflow(system: LocalSystem) -> None:
    """A source file's name is patient data: not in logs, XCom or rendered fields of a scheduled run."""
    system.put(system.key(4, "ZEBEDEE_QUILLFEATHER_canary.pdf"), papers.chemistry(system.mark))
    run_id = system.process_day(4)
    assert system.await_run(run_id, "documents_inbox") == "success"
    found = [path for path in system.local.airflow_home.rglob("*") if path.is_file()
             and b"QUILLFEATHER" in path.read_bytes()]
    assert found == []
    assert [key for key, log in system.task_logs().items() if b"QUILLFEATHER" in log] == []
