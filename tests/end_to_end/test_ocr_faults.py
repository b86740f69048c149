"""Whatever Textract and S3 do to the OCR task, it ends with a code of the registry, and trying it again loses nothing.

What a fault does to a page that has been read and whose answer never came cannot be mended: AnalyzeDocument has no
request token (https://docs.aws.amazon.com/textract/latest/dg/API_AnalyzeDocument.html).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partialmethod
from typing import Any

import botocore.session
import pytest
from airflow.providers.amazon.aws.hooks.base_aws import AwsGenericHook
from botocore.exceptions import ReadTimeoutError
from ocr_task import OcrTask, Tried, connection
from slips import slips

from demo.environment import Local
from include.audit.events import EventName
from include.documents.storage import Bucket
from include.errors import REGISTRY
from include.settings import settings
from include.stages import ocr
from textract_provider.hook import TextractHook

SHEET = slips(900, 1, lines=1)
"""One page: read by a call."""
FILE = slips(901, 2, lines=1)
"""Two pages: read by a job, as more than one page is one here."""


def declared(operation: str) -> list[str]:
    model = botocore.session.get_session().get_service_model("textract")
    return sorted(shape.name for shape in model.operation_model(operation).error_shapes)


_clients: dict[tuple[str, str], Any] = {}
_make_client = AwsGenericHook.get_client_type


def _shared_client(hook: Any, region_name: str | None = None, deferrable: bool = False) -> Any:
    """One client per service and connection, as making one takes longer than a test; an async one is its loop's."""
    if deferrable:
        return _make_client(hook, region_name, deferrable=True)
    key = hook.client_type, os.environ["AIRFLOW_CONN_AWS_DEFAULT"]
    if key not in _clients:
        _clients[key] = _make_client(hook, region_name)
    return _clients[key]


@pytest.fixture
def environment(sandbox: Local, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[Local]:
    """The settings of Airflow's processes in this one, with a bucket of the test's own, and no long pauses."""
    for name, value in {
            "AIRFLOW_CONN_AWS_DEFAULT": connection(sandbox), "DOCUMENTS_BUCKET": bucket.name,
            "AUDIT_BUCKET": bucket.name, "OCR_S3_BUCKET": bucket.name,
            "OCR_SYNC_MAX_PAGES": "1", "TEXTRACT_CALLS_PER_SECOND": "100"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(ocr, "OUTAGE_PAUSES", (0.0, 0.0))
    monkeypatch.setattr(AwsGenericHook, "get_client_type", _shared_client)
    settings.cache_clear()
    yield sandbox
    settings.cache_clear()


@pytest.fixture
def sheet(environment: Local, bucket: Bucket) -> OcrTask:
    return OcrTask(environment, bucket, SHEET)


@pytest.fixture
def file(environment: Local, bucket: Bucket) -> OcrTask:
    return OcrTask(environment, bucket, FILE)


def refused_with(code: str) -> Tried:
    return Tried(code, REGISTRY[code].retry)


def assert_mended(task: OcrTask, pages: int, jobs: int = 0, lost: int = 0) -> None:
    """The next try succeeds, and a further one pays for nothing; the pipeline knows what it got, no upload is left.

    :param pages: pages that were paid for in all.
    :param lost: those of them whose results Textract has forgotten before they were read.
    """
    assert task.run() == Tried("success")
    assert task.run() == Tried("success")
    assert (task.unread(), task.billed(), task.counted(), task.uploads()) == ([], pages, pages - lost, [])
    assert task.events(EventName.OCR_ASYNC_JOB_STARTED) == jobs


@pytest.mark.parametrize("name", declared("AnalyzeDocument"))
def test_what_analyze_document_declares_is_the_tasks_code(sheet: OcrTask, name: str) -> None:
    sheet.fault(operation="AnalyzeDocument", error=name, times=1)
    assert sheet.run() == refused_with(name)
    assert (sheet.calls("AnalyzeDocument"), sheet.billed(), sheet.unread()) == (1, 0, [1])
    assert_mended(sheet, pages=1)


@pytest.mark.parametrize("name", declared("StartDocumentAnalysis"))
def test_what_start_document_analysis_declares_is_the_tasks_code(file: OcrTask, name: str) -> None:
    file.fault(operation="StartDocumentAnalysis", error=name, times=1)
    assert file.run() == refused_with(name)
    assert (file.calls("StartDocumentAnalysis"), file.billed(), file.uploads()) == (1, 0, [])
    assert_mended(file, pages=2, jobs=1)


@pytest.mark.parametrize("name", declared("GetDocumentAnalysis"))
def test_what_get_document_analysis_declares_is_the_tasks_code(file: OcrTask, name: str) -> None:
    """A poll that is refused says nothing of the job: it still runs, and is found again."""
    event = {**file.await_job(), "status": "ERROR", "error_code": name}
    assert file.resume(event) == refused_with(name)
    if name == "InvalidJobIdException":
        assert_mended(file, pages=4, jobs=2, lost=2)
    else:
        assert_mended(file, pages=2, jobs=1)


@pytest.mark.parametrize(("fault", "end"), [
    ({"error": "AccessDeniedException", "times": 1}, "AccessDeniedException"),
    ({"error": "ThrottlingException", "times": 2}, "success"),
    ({"drop": "answer", "times": 2}, "success")], ids=["refused", "throttled", "dropped"])
def test_the_wait_ends_with_a_refusal_and_outlasts_an_outage(file: OcrTask, fault: dict[str, Any], end: str) -> None:
    waiting = file.defer()
    file.fault(operation="GetDocumentAnalysis", **fault)
    assert file.resume(file.wait(waiting)).end == end
    assert_mended(file, pages=2, jobs=1)


@pytest.mark.parametrize("name", ["AccessDeniedException", "ProvisionedThroughputExceededException"])
def test_a_refusal_while_results_are_read_costs_no_second_job(file: OcrTask, name: str) -> None:
    event = file.await_job()
    file.fault(operation="GetDocumentAnalysis", error=name, times=1)
    assert file.resume(event) == refused_with(name)
    assert_mended(file, pages=2, jobs=1)


@pytest.mark.parametrize(("fault", "code"), [
    ({"http_status": 503}, "OCR_UNREACHABLE"), ({"http_status": 429}, "ThrottlingException"),
    ({"drop": "request"}, "OCR_UNREACHABLE")], ids=["503", "429", "dropped"])
@pytest.mark.parametrize("operation", ["AnalyzeDocument", "StartDocumentAnalysis"])
def test_an_outage_of_textract_is_retried(
        environment: Local, bucket: Bucket, operation: str, fault: dict[str, Any], code: str) -> None:
    by_call = operation == "AnalyzeDocument"
    task = OcrTask(environment, bucket, SHEET if by_call else FILE)
    task.fault(operation=operation, times=1, **fault)
    assert task.run() == Tried(code, retried=True)
    assert_mended(task, pages=1 if by_call else 2, jobs=0 if by_call else 1)


def test_a_start_whose_answer_is_lost_finds_its_job(file: OcrTask) -> None:
    """By the ClientRequestToken, which is the same for the same pages."""
    file.fault(operation="StartDocumentAnalysis", drop="answer", times=1)
    assert file.run() == Tried("OCR_UNREACHABLE", retried=True)
    assert_mended(file, pages=2, jobs=1)


def test_a_page_whose_answer_is_lost_is_paid_for_twice(sheet: OcrTask) -> None:
    """Nothing can be done about it, but the pipeline counts what it got."""
    sheet.fault(operation="AnalyzeDocument", drop="answer", times=1)
    assert sheet.run() == Tried("OCR_UNREACHABLE", retried=True)
    assert sheet.run() == Tried("success")
    assert (sheet.unread(), sheet.billed(), sheet.counted()) == ([], 2, 1)


def test_a_failed_job_is_followed_by_another(file: OcrTask) -> None:
    file.fault(job="FAILED", times=1)
    assert file.run() == refused_with("OCR_JOB_FAILED")
    assert (file.billed(), file.uploads()) == (0, [])
    assert_mended(file, pages=2, jobs=2)


def test_of_a_partial_job_the_good_page_is_kept_and_the_bad_one_named(
        file: OcrTask, caplog: pytest.LogCaptureFixture) -> None:
    file.fault(job="PARTIAL_SUCCESS", pages=[2], times=1)
    assert file.run() == refused_with("OCR_JOB_PARTIAL")
    assert "Pages of the document that have not been read: 2" in caplog.text
    assert (file.unread(), file.billed(), file.counted(), file.uploads()) == ([2], 1, 1, [])
    assert_mended(file, pages=2, jobs=2)


def test_a_call_that_is_not_answered_in_time_is_counted_as_such(
        sheet: OcrTask, monkeypatch: pytest.MonkeyPatch) -> None:
    def never_answers(_hook: TextractHook, *_asked: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://textract")

    counted: list[bool] = []
    monkeypatch.setattr("document_tasks.ocr.observe_call_timeout", lambda: counted.append(True))
    with monkeypatch.context() as patience:
        patience.setattr(TextractHook, "analyze_document", never_answers)
        assert sheet.run() == Tried("OCR_UNREACHABLE", retried=True)
    assert counted == [True]
    assert_mended(sheet, pages=1)
    assert counted == [True]


def test_a_page_that_is_refused_is_named(sheet: OcrTask, caplog: pytest.LogCaptureFixture) -> None:
    sheet.fault(operation="AnalyzeDocument", error="BadDocumentException", times=1)
    sheet.run()
    assert "Pages of the document that have not been read: 1" in caplog.text


def test_a_job_that_outlasts_its_wait_is_found_again(file: OcrTask) -> None:
    """Its upload is there again while it runs, and no second job is started."""
    file.fault(job="SUCCEEDED", slow_seconds=600, times=1)
    job_id = file.defer().trigger.serialize()[1]["job_id"]
    assert file.resume({"status": "TIMEOUT", "job_id": job_id}) == Tried("OCR_TIMEOUT", retried=True)
    assert (file.events(EventName.OCR_ASYNC_JOB_TIMEOUT), file.uploads()) == (1, [])
    assert file.defer().trigger.serialize()[1]["job_id"] == job_id
    assert (len(file.uploads()), file.calls("StartDocumentAnalysis")) == (1, 1)
    file.fault(lose_jobs=True)


def test_a_job_that_textract_has_forgotten_is_followed_by_another(file: OcrTask) -> None:
    event = file.await_job()
    file.fault(lose_jobs=True)
    assert file.resume(event) == refused_with("InvalidJobIdException")
    assert file.uploads() == []
    assert_mended(file, pages=4, jobs=2, lost=2)


@pytest.fixture
def paged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Results come in chunks of three blocks, so that a small job has some."""
    whole = TextractHook.analysis_results
    monkeypatch.setattr(TextractHook, "analysis_results", partialmethod(whole, max_results=3))


def test_a_refused_next_token_begins_the_results_again(file: OcrTask, paged: None) -> None:
    """They last seven days; a token does not."""
    file.fault(operation="GetDocumentAnalysis", next_token=True, error="InvalidParameterException", after=1, times=2)
    assert file.run() == Tried("success")
    assert_mended(file, pages=2, jobs=1)


def test_a_next_token_that_is_always_refused_fails_the_task_and_keeps_the_job(file: OcrTask, paged: None) -> None:
    file.fault(operation="GetDocumentAnalysis", next_token=True, error="InvalidParameterException")
    assert file.run() == refused_with("InvalidParameterException")
    file.ask("DELETE", "faults")
    assert_mended(file, pages=2, jobs=1)
    assert file.calls("StartDocumentAnalysis") == 1


def test_throttling_in_the_middle_of_the_results_costs_no_second_job(file: OcrTask, paged: None) -> None:
    event = file.await_job()
    chunks = sum(1 for _ in TextractHook().analysis_results(event["job_id"]))
    file.fault(operation="GetDocumentAnalysis", error="ThrottlingException", after=chunks - 1, times=1)
    assert file.resume(event) == Tried("ThrottlingException", retried=True)
    assert file.unread() == [2]
    assert_mended(file, pages=2, jobs=1)
    assert file.calls("StartDocumentAnalysis") == 1


@pytest.mark.parametrize(("operation", "key", "fault", "code"), [
    ("s3:GetObject", "documents/", {"http_status": 500}, "S3_UNREACHABLE"),
    ("s3:GetObject", "inbox/", {"error": "SlowDown"}, "S3_UNREACHABLE"),
    ("s3:HeadObject", "ocr/", {"http_status": 503}, "S3_UNREACHABLE"),
    ("s3:PutObject", "ocr-temp/", {"drop": "request"}, "S3_UNREACHABLE"),
    ("s3:PutObject", "ocr-temp/", {"drop": "answer"}, "S3_UNREACHABLE"),
    ("s3:PutObject", "documents/", {"http_status": 503}, "S3_UNREACHABLE"),
    ("s3:PutObject", "ocr-temp/", {"error": "AccessDenied"}, "S3_ACCESS_DENIED")], ids=str)
def test_s3_that_fails_before_a_job_costs_nothing(
        file: OcrTask, operation: str, key: str, fault: dict[str, Any], code: str) -> None:
    file.fault(operation=operation, key=key, times=1, **fault)
    assert file.run() == refused_with(code)
    assert file.billed() == 0
    assert_mended(file, pages=2, jobs=1)


def test_a_page_that_has_been_read_waits_for_s3_to_come_back(sheet: OcrTask) -> None:
    sheet.fault(operation="s3:PutObject", key="ocr/", http_status=503, times=2)
    sheet.fault(operation="s3:PutObject", key="audit/", http_status=503, times=2)
    assert_mended(sheet, pages=1)


def test_a_page_that_cannot_be_stored_for_minutes_is_paid_for_twice(sheet: OcrTask) -> None:
    sheet.fault(operation="s3:PutObject", key="ocr/", http_status=503, times=3)
    assert sheet.run() == Tried("S3_UNREACHABLE", retried=True)
    assert sheet.run() == Tried("success")
    assert (sheet.unread(), sheet.billed()) == ([], 2)


def test_s3_that_fails_while_results_are_stored_costs_no_second_job(file: OcrTask) -> None:
    event = file.await_job()
    file.fault(operation="s3:PutObject", key="ocr/", http_status=503, after=1, times=1)
    assert file.resume(event) == Tried("S3_UNREACHABLE", retried=True)
    assert file.unread() == [2]
    assert_mended(file, pages=2, jobs=1)
    assert file.calls("StartDocumentAnalysis") == 1


def test_an_upload_that_cannot_be_deleted_does_not_hide_why_the_job_failed(file: OcrTask) -> None:
    file.fault(job="FAILED", times=1)
    file.fault(operation="s3:DeleteObject", http_status=503, times=1)
    assert file.run() == refused_with("OCR_JOB_FAILED")
    assert len(file.uploads()) == 1  # for the sweep of the document's audit task


def test_an_audit_event_whose_answer_is_lost_is_written_once(environment: Local, bucket: Bucket,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore sends it again and meets what it has written itself."""
    patient = connection(environment).replace('"total_max_attempts": 1', '"total_max_attempts": 2')
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", patient)
    task = OcrTask(environment, bucket, SHEET)
    task.fault(operation="s3:PutObject", key="audit/", drop="answer", times=1)
    assert_mended(task, pages=1)
