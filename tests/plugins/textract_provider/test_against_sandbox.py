"""Hook and trigger against the sandbox's Textract, over HTTP: jobs that run, fail, are forgotten and are throttled."""

from __future__ import annotations

import asyncio
import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError
from PIL import Image, ImageDraw

from include.errors import REGISTRY
from textract_provider.hook import TextractHook
from textract_provider.trigger import TextractDocumentAnalysisCompletedTrigger

REPOSITORY = Path(__file__).parents[3]
PATIENCE = 30.0
"""Seconds for the sandbox to start, and for a job of one page."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def one_page_pdf() -> bytes:
    page = Image.new("RGB", (800, 400), "white")
    draw = ImageDraw.Draw(page)
    for row, text in enumerate(["Opening hours", "Monday: 8 to 12", "Tuesday: 14 to 18"]):
        draw.text((60, 60 + 90 * row), text, fill="black", font_size=40)
    body = io.BytesIO()
    page.save(body, "PDF", resolution=100)
    return body.getvalue()


class Sandbox:
    """The running sandbox, as an AWS account with one document in it."""

    def __init__(self, s3_port: int, textract_port: int) -> None:
        self.url = f"http://127.0.0.1:{textract_port}"
        self.s3 = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{s3_port}", region_name="us-east-1",
                               aws_access_key_id="testing", aws_secret_access_key="testing")

    def own(self, method: str, page: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{page}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=5) as response:
            return json.load(response)

    def ask_for(self, **fault: Any) -> None:
        self.own("POST", "faults", fault)

    def await_health(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.own("GET", "health")
                return
            except urllib.error.URLError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    ports = free_port(), free_port()
    arguments = ["--s3-port", str(ports[0]), "--textract-port", str(ports[1]),
                 "--data-dir", str(tmp_path_factory.mktemp("sandbox"))]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_ENDPOINT_URL")}
    process = subprocess.Popen([sys.executable, "-m", "include.sandbox", *arguments], cwd=REPOSITORY, env=environment)
    try:
        sandbox = Sandbox(*ports)
        sandbox.await_health()
        sandbox.s3.create_bucket(Bucket="scans")
        sandbox.s3.put_object(Bucket="scans", Key="a.pdf", Body=one_page_pdf())
        yield sandbox
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    monkeypatch.setattr("textract_provider.trigger.EARLIEST_DEFERRED_POLL", 0.2)
    extra = {"region_name": "us-east-1", "service_config": {"textract": {"endpoint_url": running.url}}}
    connection = {"conn_type": "aws", "login": "testing", "password": "testing", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))
    running.own("DELETE", "faults")
    running.own("DELETE", "calls")
    return running


def start(*tokens: str, key: str = "a.pdf") -> str:
    return TextractHook().find_or_start_document_analysis("scans", key, ["TABLES", "FORMS"], tokens)


def event_of(job_id: str) -> dict[str, str]:
    trigger = TextractDocumentAnalysisCompletedTrigger(
        job_id=job_id, poll_interval=0.2, max_poll_interval=0.5, max_wait=PATIENCE,
        botocore_config={"retries": {"total_max_attempts": 1}})

    async def events() -> list[Any]:
        return [event.payload async for event in trigger.run()]

    [payload] = asyncio.run(events())
    return dict(payload)


def test_a_job_goes_from_its_start_to_all_of_its_blocks(sandbox: Sandbox) -> None:
    job_id = start("whole")
    assert event_of(job_id) == {"status": "SUCCEEDED", "job_id": job_id}
    chunks = list(TextractHook().analysis_results(job_id, max_results=2))
    [whole] = TextractHook().analysis_results(job_id)
    assert len(chunks) == -(-len(whole["Blocks"]) // 2) > 2
    assert [block for chunk in chunks for block in chunk["Blocks"]] == whole["Blocks"]
    assert "Monday: 8 to 12" in [block.get("Text") for block in whole["Blocks"]]


def test_a_second_start_finds_the_job_and_bills_nothing(sandbox: Sandbox) -> None:
    first = start("once")
    event_of(first)
    pages = sandbox.own("GET", "calls")["StartDocumentAnalysis"]["pages"]
    assert start("once", "once-again") == first
    assert sandbox.own("GET", "calls")["StartDocumentAnalysis"]["pages"] == pages == 1


def test_a_start_after_a_failed_job_starts_another(sandbox: Sandbox) -> None:
    sandbox.ask_for(job="FAILED", times=1)
    failed = start("bad")
    assert event_of(failed) == {"status": "FAILED", "job_id": failed}
    assert start("bad") == failed
    second = start("bad", "better")
    assert second != failed
    assert event_of(second)["status"] == "SUCCEEDED"


def test_a_job_that_textract_has_forgotten_is_told_by_name_and_started_again(sandbox: Sandbox) -> None:
    forgotten = start("old")
    sandbox.ask_for(lose_jobs=True)
    assert event_of(forgotten) == {"status": "ERROR", "job_id": forgotten, "error_code": "InvalidJobIdException"}
    assert start("old", "new") != forgotten


def test_throttling_and_outages_are_waited_out(sandbox: Sandbox) -> None:
    job_id = start("busy")
    sandbox.ask_for(operation="GetDocumentAnalysis", error="ThrottlingException", times=2)
    sandbox.ask_for(operation="GetDocumentAnalysis", http_status=503, times=1)
    assert event_of(job_id)["status"] == "SUCCEEDED"


def test_an_object_that_is_missing_is_refused_by_name(sandbox: Sandbox) -> None:
    with pytest.raises(ClientError) as refusal:
        start("nothing", key="missing.pdf")
    assert refusal.value.response["Error"]["Code"] == "InvalidS3ObjectException"


CALLS: dict[str, Callable[[TextractHook], Any]] = {
    "AnalyzeDocument": lambda hook: hook.analyze_document(b"a page", ["TABLES"]),
    "StartDocumentAnalysis": lambda hook: hook.start_document_analysis("scans", "a.pdf", ["TABLES"], "token"),
    "GetDocumentAnalysis": lambda hook: hook.document_analysis_status("job-1"),
}
"""The operations used."""


def declared_errors(operation: str) -> list[str]:
    """The exceptions that botocore's Textract model 2018-06-27 declares for the operation."""
    model = botocore.session.get_session().get_service_model("textract", api_version="2018-06-27")
    return sorted(shape.name for shape in model.operation_model(operation).error_shapes)


def times_sent(sandbox: Sandbox, operation: str, hook: TextractHook, **fault: Any) -> int:
    """How often the client sends a call that meets the same fault for ever."""
    sandbox.own("DELETE", "faults")
    sandbox.own("DELETE", "calls")
    sandbox.ask_for(operation=operation, **fault)
    with pytest.raises(ClientError):
        CALLS[operation](hook)
    return int(sandbox.own("GET", "calls")[operation]["errors"])


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("operation", CALLS)
class TestAttempts:
    """What the client sends again by itself; ``clock`` spares the test botocore's pauses.

    Connections that are dropped are in ``test_hook.py``.
    """

    def test_what_is_retried_inside_the_call_is_what_the_registry_lets_the_task_retry(
        self, sandbox: Sandbox, operation: str
    ) -> None:
        hook = TextractHook()
        sent = {error: times_sent(sandbox, operation, hook, error=error) for error in declared_errors(operation)}
        assert sent == {error: 4 if REGISTRY[error].retry else 1 for error in declared_errors(operation)}

    def test_throttling_is_retried_and_a_refusal_is_sent_once(self, sandbox: Sandbox, operation: str) -> None:
        """Named here as well, so that neither the registry nor the model alone decides."""
        hook = TextractHook()
        throttles = ["ThrottlingException", "ProvisionedThroughputExceededException", "LimitExceededException"]
        refusals = ["AccessDeniedException", "InvalidParameterException", "UnsupportedDocumentException"]
        assert [times_sent(sandbox, operation, hook, error=error) for error in throttles] == [4, 4, 4]
        assert [times_sent(sandbox, operation, hook, error=error) for error in refusals] == [1, 1, 1]

    @pytest.mark.parametrize("status", [500, 503])
    def test_outages_are_retried(self, sandbox: Sandbox, operation: str, status: int) -> None:
        assert times_sent(sandbox, operation, TextractHook(), http_status=status) == 4


@pytest.mark.usefixtures("clock")
def test_the_last_attempt_still_counts(sandbox: Sandbox) -> None:
    sandbox.ask_for(operation="StartDocumentAnalysis", error="LimitExceededException", times=3)
    assert start("crowded")
