"""A Textract that answers from a script: botocore's own client, stubbed, behind the real hook."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from tests.plugins.textract_provider.wire import Textract, serve
from textract_provider import polling
from textract_provider.hook import TextractHook


class Clock:
    """Time that only sleeping moves on."""

    def __init__(self) -> None:
        self.start = self.now = datetime(2026, 1, 31, 23, 59, 30, tzinfo=UTC)
        self.sleeps: list[float] = []

    def read(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += timedelta(seconds=seconds)

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of every wait in the package."""
    clock = Clock()
    monkeypatch.setattr(polling, "utcnow", clock.read)
    monkeypatch.setattr("time.sleep", clock.sleep)
    monkeypatch.setattr("asyncio.sleep", clock.sleep_async)
    return clock


NOWHERE = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AIRFLOW_CONN_AWS_DEFAULT": '{"conn_type": "aws", "extra": {"region_name": "us-east-1"}}',
}
"""Credentials and an endpoint that lead nowhere, so that no mistake calls AWS."""


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NOWHERE.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def hook() -> TextractHook:
    """One client for all tests, as making one takes a third of a second; what it answers is each test's own."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in NOWHERE.items():
            environment.setenv(name, value)
        once = {"retries": {"total_max_attempts": 1}}
        hook = TextractHook(aws_conn_id=None, region_name="us-east-1", config=once)
        assert hook.conn.meta.endpoint_url == NOWHERE["AWS_ENDPOINT_URL"]
    return hook


@pytest.fixture
def textract(hook: TextractHook) -> Iterator[Stubber]:
    """The script of ``hook``'s client; every answer in it must be used."""
    with Stubber(hook.conn) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def polls(textract: Stubber) -> Callable[..., None]:
    """Add one answer to GetDocumentAnalysis for each JobStatus (a word) or exception (a word in brackets)."""

    def add(*answers: str, job_id: str = "job-1") -> None:
        for answer in answers:
            expected: dict[str, Any] = {"JobId": job_id, "MaxResults": 1}
            if answer.startswith("["):
                textract.add_client_error(
                    "get_document_analysis", answer.strip("[]"), http_status_code=400, expected_params=expected
                )
            else:
                textract.add_response("get_document_analysis", {"JobStatus": answer}, expected)

    return add


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Textract]:
    """A Textract on loopback, found through the connection as a local endpoint is."""
    with serve() as textract:
        extra = {"region_name": "us-east-1", "service_config": {"textract": {"endpoint_url": textract.url}}}
        monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps({"conn_type": "aws", "extra": extra}))
        yield textract
