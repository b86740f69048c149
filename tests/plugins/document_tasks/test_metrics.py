"""Metrics reach what Airflow is set up to send to, over UDP and HTTP, and never fail whoever sends them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics.stats_utils import get_stats_factory
from airflow.sdk.observability.stats import initialize
from local_system import until
from metric_receivers import OtlpReceiver, StatsdReceiver
from opentelemetry import metrics as opentelemetry_metrics

from document_tasks import metrics
from document_tasks.workspace import documents_bucket
from include.audit.events import AuditEvent, EventName
from include.errors import PipelineError
from include.metrics.documents import of_outcome
from include.metrics.metric import Metric
from include.reporting.outcome import Outcome

SENT = (
    Metric("ocr.pages_external", 3), Metric("ocr.cost_usd", 0.195), Metric("ocr.timeouts", tags={"mode": "async"}),
    Metric("ocr.extraction_time_ms", 2300, {"mode": "sync"}))

SetUp = Callable[[dict[str, str]], None]


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[SetUp]:
    """Airflow's Stats as a task's process makes them, from the environment."""
    def initialized(variables: dict[str, str]) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        initialize(factory=get_stats_factory(), export_legacy_names=True)

    yield initialized
    monkeypatch.undo()
    initialize(factory=get_stats_factory(), export_legacy_names=True)


def test_plain_statsd_gets_each_metric_once_by_its_name_and_once_by_its_values(set_up: SetUp) -> None:
    server = StatsdReceiver()
    set_up(server.variables)
    metrics.send(lambda: SENT)
    until(lambda: "ocr.extraction_time_ms.sync" in server.values("ms") or None, 10, "the last metric")
    assert server.values("c") == {
        "ocr.pages_external": [3], "ocr.cost_usd": [0.195], "ocr.timeouts": [1], "ocr.timeouts.async": [1]}
    assert server.values("ms") == {"ocr.extraction_time_ms": [2300], "ocr.extraction_time_ms.sync": [2300]}


def test_statsd_with_tags_gets_them_without_a_second_name(set_up: SetUp) -> None:
    server = StatsdReceiver()
    set_up({**server.variables, "AIRFLOW__METRICS__STATSD_INFLUXDB_ENABLED": "True",
            "AIRFLOW__METRICS__LEGACY_NAMES_ON": "False"})
    metrics.send(lambda: SENT)
    until(lambda: server.values("ms") or None, 10, "the last metric")
    assert server.counts() == {"ocr.pages_external": 3, "ocr.cost_usd": 0.195, "ocr.timeouts,mode=async": 1}
    assert server.values("ms") == {"ocr.extraction_time_ms,mode=sync": [2300]}


def test_opentelemetry_gets_tags_as_attributes(set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    collector = OtlpReceiver()
    set_up(collector.variables)
    metrics.send(lambda: SENT)
    metrics.send(lambda: SENT)
    opentelemetry_metrics.get_meter_provider().force_flush()  # type: ignore[attr-defined]
    assert collector.counts() == {
        ("ocr.pages_external", ()): 6, ("ocr.cost_usd", ()): 0.39, ("ocr.timeouts", (("mode", "async"),)): 2}
    assert collector.timings() == {("ocr.extraction_time_ms", (("mode", "sync"),)): (2, 4600)}
    opentelemetry_metrics.get_meter_provider().shutdown()  # type: ignore[attr-defined]


def test_an_event_and_a_failure_of_s3_are_sent(set_up: SetUp) -> None:
    server = StatsdReceiver()
    set_up(server.variables)
    metrics.observe_event(AuditEvent(
        sequence=1, time="2026-11-23T10:00:00+00:00", event=EventName.OCR_SYNC_COMPLETED, document_id="doc-1",
        run_id="run", task_id="ocr", try_number=1, actor="pipeline", previous="", page_count=2))
    metrics.observe_call_timeout()
    metrics.observe_s3_failure("PutObject")
    until(lambda: "ocr.s3_failures.PutObject" in server.counts() or None, 10, "the last metric")
    assert server.counts() == {
        "ocr.pages_external": 2, "ocr.cost_usd": 0.13, "ocr.timeouts": 1, "ocr.timeouts.sync": 1,
        "ocr.s3_failures": 1, "ocr.s3_failures.PutObject": 1}


def test_a_bucket_that_airflows_connection_opens_tells_of_failures(
        set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps({
        "conn_type": "aws", "login": "x", "password": "x", "extra": {
            "endpoint_url": "http://127.0.0.1:9", "config_kwargs": {"retries": {"total_max_attempts": 1}}}}))
    server = StatsdReceiver()
    set_up(server.variables)
    with pytest.raises(PipelineError, match="S3_UNREACHABLE"):
        documents_bucket().create("a", b"")
    until(lambda: "ocr.s3_failures.PutObject" in server.counts() or None, 10, "the last metric")
    assert server.counts() == {"ocr.s3_failures": 1, "ocr.s3_failures.PutObject": 1}


def test_zeros_are_sent_as_such(set_up: SetUp) -> None:
    server = StatsdReceiver()
    set_up(server.variables)
    metrics.send_zeros()
    until(lambda: "ocr.s3_failures.ListObjectVersions" in server.counts() or None, 10, "the last metric")
    assert set(server.counts().values()) == {0}
    assert "ocr.errors.ThrottlingException" in server.counts()


class BrokenBackendError(Exception):
    """Whatever a backend raises; its message is nobody's."""


def test_a_backend_that_fails_fails_nobody(
        monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_args: object, **_tags: object) -> None:
        raise BrokenBackendError("a secret")

    for name in ("incr", "timing"):
        monkeypatch.setattr(stats, name, broken)
    with caplog.at_level(logging.WARNING):
        metrics.send(lambda: SENT)
        metrics.observe_s3_failure("PutObject")
        metrics.observe_s3_failure("NoSuchOperation")
    assert [record.getMessage() for record in caplog.records] == [
        "Metrics are not sent: BrokenBackendError", "Metrics are not sent: BrokenBackendError",
        "Metrics are not sent: ValueError"]


def test_what_the_catalogue_does_not_know_fails_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """Such as a code of a newer release in the trail, after going back to this one."""
    with caplog.at_level(logging.WARNING):
        metrics.send(lambda: of_outcome(Outcome("doc-1", "run", "failed", error_code="OF_TOMORROW")))
    assert [record.getMessage() for record in caplog.records] == ["Metrics are not sent: ValueError"]


def test_a_server_that_is_not_there_fails_nobody(set_up: SetUp) -> None:
    set_up({"AIRFLOW__METRICS__STATSD_ON": "True", "AIRFLOW__METRICS__STATSD_HOST": "nobody.invalid"})
    metrics.send(lambda: SENT)


def test_without_a_backend_nothing_happens(set_up: SetUp) -> None:
    set_up({})
    metrics.send(lambda: SENT)
