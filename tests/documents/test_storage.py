"""Writing to S3: conditional or idempotent; S3's refusals are codes without names of objects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from include.documents.storage import OPERATIONS, Bucket, ConditionFailedError, document_id
from include.errors import PipelineError


def test_an_object_is_created_once(bucket: Bucket) -> None:
    bucket.create("a", b"1")
    with pytest.raises(ConditionFailedError):
        bucket.create("a", b"2")
    assert bucket.read("a") == b"1"


def test_a_version_is_replaced_only_while_it_is_the_newest(bucket: Bucket) -> None:
    first = bucket.create("a", b"1")
    bucket.replace("a", b"2", first)
    with pytest.raises(ConditionFailedError):
        bucket.replace("a", b"3", first)
    assert bucket.read("a") == b"2"


def test_what_is_not_there_is_a_code_that_does_not_name_it(bucket: Bucket) -> None:
    assert bucket.find("inbox/Jane Doe.pdf") is None
    assert not bucket.exists("inbox/Jane Doe.pdf")
    with pytest.raises(PipelineError) as raised:
        bucket.read("inbox/Jane Doe.pdf")
    assert raised.value.code == "S3_NOT_FOUND"
    assert "Jane" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def nobody(on_failure: Callable[[str], None] | None = None) -> Bucket:
    """A bucket at an endpoint where nobody answers."""
    import boto3
    from botocore.config import Config

    client = boto3.client(
        "s3", endpoint_url="http://127.0.0.1:9", region_name="us-east-1", aws_access_key_id="x",
        aws_secret_access_key="x", config=Config(retries={"total_max_attempts": 1}))
    return Bucket(client, "documents", on_failure)


def test_nobody_at_the_endpoint_is_worth_a_retry() -> None:
    with pytest.raises(PipelineError) as raised:
        nobody().read("a")
    assert (raised.value.code, raised.value.error_code.retry) == ("S3_UNREACHABLE", True)


@pytest.mark.parametrize(("call", "operation"), [
    (lambda bucket: bucket.find("a"), "GetObject"),
    (lambda bucket: bucket.read_earlier("a", "v"), "GetObject"),
    (lambda bucket: bucket.exists("a"), "HeadObject"),
    (lambda bucket: bucket.write("a", b""), "PutObject"),
    (lambda bucket: bucket.write_file("a", Path(__file__), "text/plain"), "PutObject"),
    (lambda bucket: bucket.create("a", b""), "PutObject"),
    (lambda bucket: bucket.replace("a", b"", "etag"), "PutObject"),
    (lambda bucket: bucket.delete("a"), "DeleteObject"),
    (lambda bucket: list(bucket.list("a")), "ListObjectsV2"),
    (lambda bucket: list(bucket.list_folders("a/")), "ListObjectsV2"),
    (lambda bucket: bucket.versions("a"), "ListObjectVersions")])
def test_a_call_that_fails_is_told_by_the_name_of_its_operation(
        call: Callable[[Bucket], object], operation: str) -> None:
    told: list[str] = []
    with pytest.raises(PipelineError, match="S3_UNREACHABLE"):
        call(nobody(told.append))
    assert told == [operation]
    assert operation in OPERATIONS


def test_neither_what_is_not_there_nor_a_condition_is_a_failure(bucket: Bucket) -> None:
    told: list[str] = []
    watched = Bucket(bucket.client, bucket.name, told.append)
    assert watched.find("a") is None
    watched.create("a", b"1")
    with pytest.raises(ConditionFailedError):
        watched.create("a", b"2")
    assert told == []


def test_a_listing_is_in_key_order_and_whole(bucket: Bucket) -> None:
    for name in ("b", "a", "c/d"):
        bucket.write(f"x/{name}", name.encode())
    assert [(entry.key, entry.size) for entry in bucket.list("x/")] == [("x/a", 1), ("x/b", 1), ("x/c/d", 3)]


def test_a_document_keeps_its_id_until_its_bytes_or_its_place_change() -> None:
    name = document_id("inbox/2026-11-23/Jane Doe.pdf", '"etag"')
    assert name == document_id("inbox/2026-11-23/Jane Doe.pdf", "etag")
    assert len({name, document_id("inbox/2026-11-23/Jane Doe.pdf", "other"), document_id("other", "etag")}) == 3
    assert "Jane" not in name
