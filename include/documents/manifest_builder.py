"""From a document's bytes to its manifest; every parser runs in a child process."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from include.documents.classify import PageFinding, page_findings
from include.documents.cutting import CutPage, open_cutter
from include.documents.isolation import Limits, isolated
from include.documents.manifest import Manifest, MediaType, PageEntry, PageKind
from include.documents.media import detect
from include.documents.routing import pages_to_send, route
from include.errors import PipelineError
from include.settings import Settings

LOOKING = Limits(cpu_seconds=6, total_seconds=270)
"""A page of 100 million pixels takes 2 seconds. Looking and cutting together end before the task's 10 minutes do, as
Airflow's own timeout gives no code."""
CUTTING = Limits(cpu_seconds=60, wall_seconds=180, total_seconds=270)
"""A frame is encoded anew as PNG: 2 seconds for an empty one of 9,000 x 9,000 px, more for one full of noise."""


def build_manifest(document_id: str, data: bytes, settings: Settings) -> Manifest:
    """Classify every page, cut out those that OCR gets to know their hash and size, and choose the route.

    :raises PipelineError: every code of the document domain, and OCR_DISABLED.
    """
    manifest, refusal = examine(document_id, data, settings)
    if refusal is not None:
        raise refusal
    return manifest


def examine(document_id: str, data: bytes, settings: Settings) -> tuple[Manifest, PipelineError | None]:
    """The manifest, and why the document must not go on: OCR_DISABLED or TOO_MANY_PAGES.

    A refused document's manifest says which pages need OCR; these are not cut out and so have no hash.

    :raises PipelineError: every other code of the document domain.
    """
    media_type = detect(data)
    findings = list(isolated(lambda: page_findings(data, media_type, settings), LOOKING))
    kinds = [finding.kind for finding in findings]
    numbers, refusal = _to_send(kinds, settings)
    cuts = {} if refusal else dict(_cut(data, media_type, numbers))
    sizes = [cuts[number][1] if cuts else 0 for number in numbers]
    sent = frozenset(numbers)
    return Manifest(
        document_id=document_id,
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        extraction_method=route(kinds, sizes, settings),
        pages=tuple(_entry(finding, finding.number in sent, cuts.get(finding.number)) for finding in findings),
    ), refusal


_Cut = tuple[str, int, str | None]
"""Page hash, payload bytes, adaptation."""


def _to_send(kinds: Sequence[PageKind], settings: Settings) -> tuple[list[int], PipelineError | None]:
    try:
        return pages_to_send(kinds, settings), None
    except PipelineError as refusal:
        return pages_to_send(kinds, replace(settings, ocr_enabled=True, ocr_max_pages=len(kinds))), refusal


def _cut(data: bytes, media_type: MediaType, numbers: list[int]) -> Iterator[tuple[int, _Cut]]:
    """Pages are summed up in the child: what is handed over is small."""

    def cut_all() -> Iterator[tuple[int, _Cut]]:
        with open_cutter(data, media_type) as cutter:
            for number in numbers:
                yield number, _summary(cutter.cut(number))

    return isolated(cut_all, CUTTING) if numbers else iter(())


def _summary(cut: CutPage) -> _Cut:
    return cut.page_hash, len(cut.payload), cut.adapted


def _entry(finding: PageFinding, needs_ocr: bool, cut: _Cut | None) -> PageEntry:
    page_hash, size, adapted = cut if cut else (None, None, None)
    return PageEntry(
        number=finding.number, kind=finding.kind, reasons=finding.reasons, signs=finding.signs,
        needs_ocr=needs_ocr, page_hash=page_hash, payload_bytes=size, adapted=adapted,
    )
