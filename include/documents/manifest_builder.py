"""From a document's bytes to its manifest."""

from __future__ import annotations

import hashlib

from include.documents.classify import PageFinding, classify_pages
from include.documents.cutting import CutPage, open_cutter
from include.documents.manifest import Manifest, MediaType, PageEntry
from include.documents.routing import pages_to_send, route
from include.settings import Settings


def build_manifest(document_id: str, data: bytes, settings: Settings) -> Manifest:
    """Classify every page, cut out those that OCR gets to know their hash and size, and choose the route.

    :raises PipelineError: every code of the document domain, and OCR_DISABLED.
    """
    media_type, findings = classify_pages(data, settings)
    kinds = [finding.kind for finding in findings]
    cuts = _cut(data, media_type, pages_to_send(kinds, settings))
    return Manifest(
        document_id=document_id,
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        extraction_method=route(kinds, [size for _, size, _ in cuts.values()], settings),
        pages=tuple(_entry(finding, cuts.get(finding.number)) for finding in findings),
    )


_Cut = tuple[str, int, str | None]
"""Page hash, payload bytes, adaptation."""


def _cut(data: bytes, media_type: MediaType, numbers: list[int]) -> dict[int, _Cut]:
    if not numbers:
        return {}
    with open_cutter(data, media_type) as cutter:
        return {number: _summary(cutter.cut(number)) for number in numbers}


def _summary(cut: CutPage) -> _Cut:
    return cut.page_hash, len(cut.payload), cut.adapted


def _entry(finding: PageFinding, cut: _Cut | None) -> PageEntry:
    page_hash, size, adapted = cut if cut else (None, None, None)
    return PageEntry(
        number=finding.number, kind=finding.kind, reasons=finding.reasons, characters=finding.characters,
        needs_ocr=cut is not None, page_hash=page_hash, payload_bytes=size, adapted=adapted,
    )
