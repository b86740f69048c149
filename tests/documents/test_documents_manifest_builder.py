from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from include.documents.cutting import cut_page
from include.documents.manifest import MediaType, Route, from_json, to_json
from include.documents.manifest_builder import build_manifest
from include.errors import PipelineError
from include.settings import Settings

Draw = Callable[[Any], None]


@pytest.fixture
def mixed_document(make_pdf: Callable[..., bytes], prose: Draw, scan: Callable[..., Draw]) -> bytes:
    return make_pdf(prose, scan(), lambda _: None)


def test_a_manifest_knows_every_page_and_what_ocr_gets(mixed_document: bytes) -> None:
    manifest = build_manifest("doc-1", mixed_document, Settings())
    assert (manifest.document_id, manifest.media_type, manifest.size) == ("doc-1", MediaType.PDF, len(mixed_document))
    assert manifest.sha256 == hashlib.sha256(mixed_document).hexdigest()
    assert manifest.extraction_method is Route.HYBRID
    assert (manifest.text_pages, manifest.image_pages, manifest.blank_pages) == (1, 1, 1)
    cut = cut_page(mixed_document, MediaType.PDF, 2)
    sent = [(p.number, p.page_hash, p.payload_bytes) for p in manifest.ocr_pages]
    assert sent == [(2, cut.page_hash, len(cut.payload))]
    assert [p.page_hash for p in manifest.pages if not p.needs_ocr] == [None, None]


def test_the_same_document_gives_the_same_manifest(mixed_document: bytes) -> None:
    first, second = (to_json(build_manifest("doc-1", mixed_document, Settings())) for _ in range(2))
    assert first == second
    assert to_json(from_json(first)) == first


def test_a_large_scan_goes_as_one_job(mixed_document: bytes) -> None:
    manifest = build_manifest("doc-1", mixed_document, Settings(ocr_async_threshold_mb=0.001))
    assert manifest.extraction_method is Route.ASYNC_OCR


def test_a_document_sent_whole_carries_a_hash_for_its_text_pages_too(mixed_document: bytes) -> None:
    manifest = build_manifest("doc-1", mixed_document, Settings(ocr_selective_enabled=False))
    assert [p.number for p in manifest.ocr_pages] == [1, 2]
    assert all(p.page_hash for p in manifest.ocr_pages)


def test_a_refused_document_says_its_code(mixed_document: bytes) -> None:
    with pytest.raises(PipelineError, match="OCR_DISABLED"):
        build_manifest("doc-1", mixed_document, Settings(ocr_enabled=False))
    with pytest.raises(PipelineError, match="UNSUPPORTED_FORMAT"):
        build_manifest("doc-1", b"GIF89a", Settings())
