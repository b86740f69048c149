"""Pages, audit chains, temporary bucket: what is lost or left over is found."""

from __future__ import annotations

import hashlib

import pytest

from include.audit.events import EventName
from include.documents.content import DocumentContent, Origin, PageContent, to_json
from include.documents.storage import audit_prefix, content_key, manifest_key, page_result_key, temp_prefix
from tests.reconciliation.conftest import Three
from tests.reconciliation.deployment import DAY, FEATURES

PAGES, CHAINS, UPLOADS = "no-page-lost", "audit-chains-whole", "temp-bucket-empty"


def test_a_page_that_was_not_merged_is_found(three: Three) -> None:
    document = three.scanned.document_id
    three.deployment.bucket.write(content_key(document), to_json(
        DocumentContent(document, (PageContent(1, Origin.OCR),))))
    assert three.deployment.violated()[PAGES] == (
        f"{document}: 2 pages in its manifest, 1 merged, or not the same ones",
        f"{document}: its pages 2 needed OCR and were merged without")


def test_a_page_that_stands_twice_in_place_of_another_is_found(three: Three) -> None:
    document = three.scanned.document_id
    three.deployment.bucket.write(content_key(document), to_json(
        DocumentContent(document, (PageContent(1, Origin.OCR), PageContent(1, Origin.OCR)))))
    assert three.deployment.violated()[PAGES][0] == (
        f"{document}: 2 pages in its manifest, 2 merged, or not the same ones")


def test_a_result_that_is_gone_is_found(three: Three) -> None:
    page_hash = hashlib.sha256(b"two").hexdigest()
    three.deployment.bucket.delete(page_result_key(page_hash, FEATURES))
    assert three.deployment.violated()[PAGES] == (
        f"{three.scanned.document_id}: no stored OCR result of its pages 2",)


@pytest.mark.parametrize(("key", "name"), [(manifest_key, "manifest.json"), (content_key, "document.json")])
def test_a_document_without_its_pages_is_found(three: Three, key: object, name: str) -> None:
    assert callable(key)
    three.deployment.bucket.delete(key(three.typed.document_id))
    assert three.deployment.violated()[PAGES] == (f"{three.typed.document_id}: has no {name}",)


def event_key(document: str, number: int) -> str:
    return f"{audit_prefix(DAY, document)}{number:06d}.json"


def test_an_event_that_is_gone_is_found(three: Three) -> None:
    document = three.typed.document_id
    three.deployment.bucket.delete(event_key(document, 2))
    assert three.deployment.violated()[CHAINS] == (
        f"{document}: event 2: has the number 3", f"{document}: event 2: does not follow the one before",
        f"{document}: event 3: has the number 4")


def test_an_event_that_was_written_twice_is_found(three: Three) -> None:
    document = three.typed.document_id
    copy = three.deployment.bucket.read(event_key(document, 4))
    three.deployment.bucket.write(event_key(document, 5), copy)
    assert three.deployment.violated()[CHAINS][0] == f"{document}: event 5: has the number 4"


def test_a_chain_without_its_beginning_is_found(three: Three) -> None:
    document = three.locked.document_id
    three.deployment.bucket.delete(event_key(document, 1))
    assert f"{document}: does not begin with document_received" in three.deployment.violated()[CHAINS]


def test_a_document_without_a_chain_is_found(three: Three) -> None:
    document = three.locked.document_id
    for number in (1, 2):
        three.deployment.bucket.delete(event_key(document, number))
    assert three.deployment.violated() == {CHAINS: (f"{document}: is registered and has no audit chain",)}


def test_a_document_that_has_ended_and_is_not_sealed_is_found(three: Three) -> None:
    document = three.locked.document_id
    three.deployment.bucket.delete(event_key(document, 2))
    assert three.deployment.violated() == {CHAINS: (f"{document}: has ended and is not sealed",)}


def test_whoever_looks_at_a_document_does_not_break_its_seal(three: Three) -> None:
    three.typed.trail.by("reviewer").write(EventName.DOCUMENT_VIEWED, page_count=1)
    assert three.deployment.violated() == {}


def test_an_upload_that_was_left_behind_is_found(three: Three) -> None:
    document = three.scanned.document_id
    three.deployment.bucket.write(f"{temp_prefix('ocr-temp/', document)}x.pdf", b"%PDF")
    [problem] = three.deployment.violated()[UPLOADS]
    assert problem.startswith(f"{document}: 1 uploads were left behind")


def test_an_upload_of_a_job_under_way_is_where_it_belongs(three: Three) -> None:
    document = three.scanned.document_id
    three.deployment.bucket.write(f"{temp_prefix('ocr-temp/', document)}x.pdf", b"%PDF")
    three.deployment.airflow.change(document, "running", ocr="deferred", audit=None)
    assert three.deployment.violated() == {}

