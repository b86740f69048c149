from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from include.documents.intake import list_inbox, read_source, register, source_of_key
from include.documents.storage import Bucket, source_key
from include.errors import PipelineError

DAY = "2026-01-31"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="documents")
        yield Bucket(client, "documents")


def put(bucket: Bucket, *keys: str, body: bytes = b"%PDF-1.7") -> None:
    for key in keys:
        bucket.write(key, body)


def test_an_inbox_is_the_objects_of_one_day_in_key_order(bucket: Bucket) -> None:
    put(bucket, f"inbox/{DAY}/b.pdf", f"inbox/{DAY}/a/c.tiff", "inbox/2026-01-30/a.pdf", "elsewhere/a.pdf")
    sources = list_inbox(bucket, DAY)
    assert [s.key for s in sources] == [f"inbox/{DAY}/a/c.tiff", f"inbox/{DAY}/b.pdf"]
    assert {(s.size, s.day) for s in sources} == {(8, DAY)}


def test_folder_markers_are_no_documents_but_empty_files_are(bucket: Bucket) -> None:
    put(bucket, f"inbox/{DAY}/", f"inbox/{DAY}/sub/", f"inbox/{DAY}/empty.pdf", body=b"")
    assert [(s.key, s.size) for s in list_inbox(bucket, DAY)] == [(f"inbox/{DAY}/empty.pdf", 0)]


def test_an_id_is_stable_and_does_not_show_the_name(bucket: Bucket) -> None:
    put(bucket, f"inbox/{DAY}/jane-public.pdf")
    first, second = list_inbox(bucket, DAY)[0], list_inbox(bucket, DAY)[0]
    assert first == second
    assert "jane" not in first.document_id


def test_new_bytes_under_the_same_key_are_another_document(bucket: Bucket) -> None:
    put(bucket, f"inbox/{DAY}/a.pdf")
    before = list_inbox(bucket, DAY)[0].document_id
    put(bucket, f"inbox/{DAY}/a.pdf", body=b"%PDF-1.7 corrected")
    assert list_inbox(bucket, DAY)[0].document_id != before


def test_a_registered_source_reads_back_and_a_second_time_writes_the_same_bytes(bucket: Bucket) -> None:
    put(bucket, f"inbox/{DAY}/a.pdf")
    source = list_inbox(bucket, DAY)[0]
    register(bucket, source)
    written = bucket.read(source_key(source.document_id))
    register(bucket, source)
    assert bucket.read(source_key(source.document_id)) == written
    assert read_source(bucket, source.document_id) == source


def test_a_key_given_by_hand_may_lie_anywhere_and_must_be_exact(bucket: Bucket) -> None:
    put(bucket, "archive/2020/scan.tiff", "archive/2020/scan.tiff.bak", "archive/2020/")
    assert source_of_key(bucket, "archive/2020/scan.tiff", DAY).day == DAY
    for key in ("archive/2020/scan", "archive/2020/"):
        with pytest.raises(PipelineError, match="S3_NOT_FOUND"):
            source_of_key(bucket, key, DAY)


def test_an_unknown_document_is_not_found(bucket: Bucket) -> None:
    with pytest.raises(PipelineError, match="S3_NOT_FOUND"):
        read_source(bucket, "doc-0")
