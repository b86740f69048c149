"""Before anything starts, a bucket that Airflow's connection does not reach is named with its code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo.environment import Local, variables
from document_tasks import reachable
from include.documents.storage import Bucket
from include.settings import settings


@pytest.fixture(autouse=True)
def connection(sandbox: Local, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", variables(sandbox)["AIRFLOW_CONN_AWS_DEFAULT"])
    yield
    settings.cache_clear()


def with_buckets(monkeypatch: pytest.MonkeyPatch, documents: str, temp: str, audit: str) -> None:
    monkeypatch.setenv("DOCUMENTS_BUCKET", documents)
    monkeypatch.setenv("OCR_S3_BUCKET", temp)
    monkeypatch.setenv("AUDIT_BUCKET", audit)
    settings.cache_clear()


def test_all_buckets_are_reached(
        bucket: Bucket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with_buckets(monkeypatch, bucket.name, bucket.name, bucket.name)
    assert reachable.main() == 0
    assert f"DOCUMENTS_BUCKET={bucket.name}: reached\n" in capsys.readouterr().out


def test_a_bucket_that_is_not_there_is_named(
        bucket: Bucket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with_buckets(monkeypatch, bucket.name, bucket.name, "nowhere")
    assert reachable.main() == 1
    assert ("AUDIT_BUCKET=nowhere: not reached through the connection aws_default: S3_NOT_FOUND. See docs/aws.md"
            in capsys.readouterr().out)


def test_a_bucket_that_was_not_set_is_said_to_be_so(
        bucket: Bucket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with_buckets(monkeypatch, "", bucket.name, bucket.name)
    assert reachable.main() == 1
    said = capsys.readouterr().out
    assert "DOCUMENTS_BUCKET=: not reached through the connection aws_default: it is not set." in said
