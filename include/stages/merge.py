"""Third stage: embedded and OCR pages together, in page order."""

from __future__ import annotations

from collections.abc import Mapping

from include.audit.events import BILLED_EVENTS, EventName
from include.documents import manifest as manifests
from include.documents.content import DocumentContent, OcrSummary, PageContent, to_json
from include.documents.embedded_text import read_isolated
from include.documents.manifest import Manifest, MediaType, PageKind
from include.documents.storage import content_key, manifest_key, page_result_key
from include.ocr.blocks import read_page
from include.ocr.merging import merge as merge_pages
from include.ocr.merging import summarize
from include.ocr.page_store import find_page
from include.stages.ocr import find_job
from include.stages.stopwatch import Stopwatch
from include.workspace import Workspace

_HAVE_TEXT = frozenset({PageKind.TEXT, PageKind.MIXED})


def merge(workspace: Workspace) -> DocumentContent:
    """Write ``document.json``.

    :raises PipelineError: OCR_JOB_PARTIAL, a page has no OCR result; CORRUPT and PARSER_FAILED, a text page cannot be
        read; S3 codes.
    """
    watch = Stopwatch()
    manifest = manifests.from_json(workspace.documents.read(manifest_key(workspace.document_id)))
    embedded = _embedded(workspace, manifest)
    ocr = _ocr(workspace, manifest)
    document = merge_pages(manifest, embedded, ocr, _summary(workspace, manifest, ocr) if ocr else None)
    workspace.documents.write(content_key(workspace.document_id), to_json(document))
    workspace.trail.write(
        EventName.PAGES_MERGED, page_count=len(document.pages), duration_ms=watch.milliseconds)
    return document


def _embedded(workspace: Workspace, manifest: Manifest) -> dict[int, PageContent]:
    numbers = [page.number for page in manifest.pages if page.kind in _HAVE_TEXT or page.has_own_fields]
    if manifest.media_type is not MediaType.PDF or not numbers:
        return {}
    data = workspace.documents.read(workspace.registered().key)
    return {page.number: page for page in read_isolated(data, numbers)}


def _ocr(workspace: Workspace, manifest: Manifest) -> dict[int, PageContent]:
    features = workspace.settings.textract_feature_types
    read = {}
    for entry in manifest.ocr_pages:
        stored = find_page(workspace.documents, str(entry.page_hash), features)
        if stored is not None:
            read[entry.number] = read_page(entry.number, stored.blocks)
    return read


def _summary(workspace: Workspace, manifest: Manifest, ocr: Mapping[int, PageContent]) -> OcrSummary:
    job = find_job(workspace)
    return summarize(
        ocr.values(),
        extraction_time_ms=sum(
            event.duration_ms or 0 for event in workspace.trail.events() if event.event in BILLED_EVENTS),
        job_id=job.job_id if job else None,
        raw_blocks=[_result_key(workspace, str(page.page_hash)) for page in manifest.ocr_pages],
    )


def _result_key(workspace: Workspace, page_hash: str) -> str:
    return page_result_key(page_hash, workspace.settings.textract_feature_types)
