"""Results of single pages in the documents bucket."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from include.documents.manifest import Manifest, MediaType, PageEntry, PageKind, Route
from include.documents.storage import Bucket
from include.ocr.page_store import find_page, missing_pages, store_page

FEATURES = ("TABLES", "FORMS")


class FakeS3:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put_object(self, **kwargs: Any) -> dict[str, Any]:
        self.objects[kwargs["Key"]] = kwargs["Body"]
        return {"ETag": '"e"'}

    def get_object(self, **kwargs: Any) -> dict[str, Any]:
        self.head_object(**kwargs)
        return {"ETag": '"e"', "Body": io.BytesIO(self.objects[kwargs["Key"]])}

    def head_object(self, **kwargs: Any) -> dict[str, Any]:
        if kwargs["Key"] not in self.objects:
            missing: Any = {"Error": {"Code": "404"}, "ResponseMetadata": {"HTTPStatusCode": 404}}
            raise ClientError(missing, "HeadObject")
        return {}

    def delete_object(self, **kwargs: Any) -> dict[str, Any]:
        raise NotImplementedError

    def get_paginator(self, operation_name: str) -> Any:
        raise NotImplementedError


@pytest.fixture
def s3() -> FakeS3:
    return FakeS3()


@pytest.fixture
def bucket(s3: FakeS3) -> Bucket:
    return Bucket(s3, "documents")


def entry(number: int, page_hash: str | None) -> PageEntry:
    kind = PageKind.IMAGE if page_hash else PageKind.TEXT
    return PageEntry(number, kind, (), needs_ocr=page_hash is not None, page_hash=page_hash)


def manifest(*pages: PageEntry) -> Manifest:
    return Manifest("doc-1", MediaType.PDF, 1, "0" * 64, Route.HYBRID, pages)


def test_a_stored_page_is_found_again_numbered_1_with_its_model_version(bucket: Bucket) -> None:
    blocks = [{"BlockType": "PAGE", "Id": "a", "Page": 17}]
    store_page(bucket, "hash-a", FEATURES, blocks, {"AnalyzeDocumentModelVersion": "1.0", "Blocks": blocks})
    found = find_page(bucket, "hash-a", FEATURES)
    assert found
    assert (found.page_hash, found.analyze_model_version) == ("hash-a", "1.0")
    assert found.blocks == [{"BlockType": "PAGE", "Id": "a", "Page": 1}]


def test_the_stored_object_holds_blocks_model_version_and_hash_and_nothing_else(bucket: Bucket, s3: FakeS3) -> None:
    store_page(bucket, "hash-a", FEATURES, [], {"NextToken": "t"})
    [body] = s3.objects.values()
    assert json.loads(body) == {"blocks": [], "analyze_model_version": None, "page_hash": "hash-a"}


def test_the_same_blocks_give_the_same_bytes_whatever_page_of_a_job_they_were(bucket: Bucket, s3: FakeS3) -> None:
    store_page(bucket, "hash-a", FEATURES, [{"Id": "a", "Text": "Größe", "Page": 4, "Confidence": 99.1}], {})
    [before] = s3.objects.values()
    store_page(bucket, "hash-a", FEATURES[::-1], [{"Id": "a", "Text": "Größe", "Page": 9, "Confidence": 99.1}], {})
    assert list(s3.objects.values()) == [before]


def test_a_page_read_with_other_features_is_not_found(bucket: Bucket) -> None:
    store_page(bucket, "hash-a", ("TABLES",), [], {})
    assert find_page(bucket, "hash-a", FEATURES) is None


def test_missing_are_the_pages_that_need_ocr_and_have_no_result_in_page_order(bucket: Bucket) -> None:
    store_page(bucket, "hash-b", FEATURES, [], {})
    pages = manifest(entry(1, "hash-a"), entry(2, "hash-b"), entry(3, None), entry(4, "hash-c"))
    assert [page.number for page in missing_pages(bucket, pages, FEATURES)] == [1, 4]


def test_a_page_that_occurs_twice_in_a_document_is_sent_once(bucket: Bucket) -> None:
    pages = manifest(entry(1, "hash-a"), entry(2, "hash-b"), entry(3, "hash-a"))
    assert [page.number for page in missing_pages(bucket, pages, FEATURES)] == [1, 2]
