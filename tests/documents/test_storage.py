"""Writing to S3: conditional or idempotent; S3's refusals are codes without names of objects."""

from __future__ import annotations

import pytest

from include.documents.storage import Bucket, ConditionFailedError, document_id
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


def test_nobody_at_the_endpoint_is_worth_a_retry(bucket: Bucket) -> None:
    import boto3
    from botocore.config import Config

    dead = boto3.client(
        "s3", endpoint_url="http://127.0.0.1:9", region_name="us-east-1", aws_access_key_id="x",
        aws_secret_access_key="x", config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(PipelineError) as raised:
        Bucket(dead, "documents").read("a")
    assert (raised.value.code, raised.value.error_code.retry) == ("S3_UNREACHABLE", True)


def test_a_listing_is_in_key_order_and_whole(bucket: Bucket) -> None:
    for name in ("b", "a", "c/d"):
        bucket.write(f"x/{name}", name.encode())
    assert [(entry.key, entry.size) for entry in bucket.list("x/")] == [("x/a", 1), ("x/b", 1), ("x/c/d", 3)]


def test_a_document_keeps_its_id_until_its_bytes_or_its_place_change() -> None:
    name = document_id("inbox/2026-11-23/Jane Doe.pdf", '"etag"')
    assert name == document_id("inbox/2026-11-23/Jane Doe.pdf", "etag")
    assert len({name, document_id("inbox/2026-11-23/Jane Doe.pdf", "other"), document_id("other", "etag")}) == 3
    assert "Jane" not in name
