"""What a manifest and an outcome say in figures."""

from __future__ import annotations

from include.documents.manifest import Manifest, MediaType, PageEntry, PageKind, Route
from include.metrics.documents import of_manifest, of_outcome
from include.metrics.metric import Metric
from include.reporting.outcome import Outcome


def manifest(route: Route, *needs_ocr: bool) -> Manifest:
    return Manifest(
        document_id="doc-1", media_type=MediaType.PDF, size=1, sha256="0", extraction_method=route,
        pages=tuple(PageEntry(number, PageKind.IMAGE if needed else PageKind.TEXT, ("why",), needs_ocr=needed)
                    for number, needed in enumerate(needs_ocr, start=1)))


def test_a_classified_document_has_a_route_and_pages_that_are_not_sent() -> None:
    assert of_manifest(manifest(Route.HYBRID, True, False, False)) == (
        Metric("ocr.documents_by_route", tags={"route": "hybrid"}), Metric("ocr.pages_local", 2))


def test_where_every_page_is_sent_none_is_local() -> None:
    assert of_manifest(manifest(Route.ASYNC_OCR, True, True)) == (
        Metric("ocr.documents_by_route", tags={"route": "async_ocr"}),)


def test_a_document_in_fhir_has_a_latency() -> None:
    ended = Outcome("doc-1", "run", "success", route="hybrid", landed_to_fhir_seconds=12.3456)
    assert of_outcome(ended) == (
        Metric("document.ended", tags={"route": "hybrid", "state": "success"}), Metric("document.latency_ms", 12346))


def test_a_document_that_was_in_fhir_before_has_none() -> None:
    assert of_outcome(Outcome("doc-1", "run", "success", route="hybrid")) == (
        Metric("document.ended", tags={"route": "hybrid", "state": "success"}),)


def test_a_failed_document_has_a_code_and_perhaps_no_route() -> None:
    assert of_outcome(Outcome("doc-1", "run", "failed", error_code="ENCRYPTED")) == (
        Metric("document.ended", tags={"route": "none", "state": "failed"}),
        Metric("document.failed", tags={"error_code": "ENCRYPTED"}))


def test_a_resolved_document_has_no_code() -> None:
    assert of_outcome(Outcome("doc-1", "run", "resolved", route="async_ocr")) == (
        Metric("document.ended", tags={"route": "async_ocr", "state": "resolved"}),)
