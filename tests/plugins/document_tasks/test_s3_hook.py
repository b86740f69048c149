"""S3 clients share botocore's models and nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from demo.environment import Local, variables
from document_tasks import s3_hook
from document_tasks.s3_hook import SharedModelsS3Hook

_opened: list[str] = []
_watching = False


def _note(event: str, details: tuple[object, ...]) -> None:
    if _watching and event in ("open", "socket.connect"):
        _opened.append(str(details[0]) if event == "open" else event)


sys.addaudithook(_note)


@contextmanager
def watched() -> Iterator[list[str]]:
    """The files that are opened within, and ``socket.connect`` for each connection."""
    global _watching
    _opened.clear()
    _watching = True
    try:
        yield _opened
    finally:
        _watching = False


def connection(monkeypatch: pytest.MonkeyPatch, login: str, **more: object) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(
        {"conn_type": "aws", "login": login, "password": "p", "extra": {"region_name": "eu-west-1", **more}}))


def test_a_client_after_the_warm_up_reads_none_of_botocores_files(monkeypatch: pytest.MonkeyPatch) -> None:
    connection(monkeypatch, "one")
    s3_hook.warm_up()
    with watched() as opened:
        SharedModelsS3Hook().get_conn()
    assert [name for name in opened if "botocore" in name] == []


def test_each_client_has_the_credentials_and_the_region_of_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for login in ("one", "two"):
        connection(monkeypatch, login)
        hook = SharedModelsS3Hook()
        seen.append((hook.get_credentials().access_key, hook.get_conn().meta.region_name))
    assert seen == [("one", "eu-west-1"), ("two", "eu-west-1")]


def test_the_warm_up_looks_for_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are none, botocore asks the address of EC2's metadata, and waits."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    with watched() as seen:
        s3_hook.warm_up()
    assert [name for name in seen if name == "socket.connect" or name.endswith("/.aws/credentials")] == []


def test_a_client_does_what_airflows_does(sandbox: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", variables(sandbox)["AIRFLOW_CONN_AWS_DEFAULT"])
    client = SharedModelsS3Hook().get_conn()
    client.create_bucket(Bucket="made-by-the-hook")
    assert client.head_bucket(Bucket="made-by-the-hook")["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert client.meta.endpoint_url == sandbox.s3_url
