"""Embedded and OCR pages together, every page of the document in its order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import fmean

from include.documents.content import DocumentContent, OcrSummary, Origin, PageContent
from include.documents.manifest import Manifest, PageEntry, PageKind
from include.errors import PipelineError
from include.ocr.blocks import read_page
from include.ocr.continued_tables import continued_tables
from include.ocr.geometry import Block
from include.ocr.joining import only_filled, with_fields_of

OcrPage = PageContent | Sequence[Block]


def merge(
    manifest: Manifest,
    embedded: Mapping[int, PageContent],
    ocr: Mapping[int, OcrPage],
    summary: OcrSummary | None = None,
) -> DocumentContent:
    """The document's pages as the manifest lists them, and which of their tables are one.

    A page that was to be read by OCR is OCR's, which saw all of it; the filled-in fields that only the file holds
    (AcroForm, annotations) are joined to it. A page of readable text is the file's own. Others are blank.

    :param embedded: pages of the text layer by page number.
    :param ocr: Textract's blocks, or what was read from them, by page number.
    :raises PipelineError: OCR_JOB_PARTIAL, a page has no OCR result; CORRUPT, a text page cannot be read.
    """
    pages = tuple(_page(entry, embedded, ocr) for entry in manifest.pages)
    return DocumentContent(manifest.document_id, pages, summary, tables=continued_tables(pages))


def summarize(
    pages: Iterable[PageContent], extraction_time_ms: int, job_id: str | None = None, raw_blocks: Iterable[str] = ()
) -> OcrSummary:
    """What OCR did: the pages that it read and the mean confidence (percent) of their words, None without words.

    :param raw_blocks: the keys of the stored results.
    """
    read = [page for page in pages if page.origin is Origin.OCR]
    words = [word.confidence for page in read for line in page.lines for word in line.words]
    return OcrSummary(
        page_count=len(read),
        average_confidence=round(fmean(words), 2) if words else None,
        extraction_time_ms=extraction_time_ms,
        job_id=job_id,
        raw_blocks=tuple(raw_blocks),
    )


def _page(entry: PageEntry, embedded: Mapping[int, PageContent], ocr: Mapping[int, OcrPage]) -> PageContent:
    own = embedded.get(entry.number)
    if entry.needs_ocr or entry.kind is PageKind.IMAGE:
        read = _ocr_page(entry.number, ocr)
        if own is None:
            return read
        return with_fields_of(read, own if entry.readable else only_filled(own))
    if entry.kind is PageKind.BLANK:
        return PageContent(number=entry.number, origin=Origin.BLANK)
    if own is None:
        raise PipelineError("CORRUPT")
    return replace(own, number=entry.number)


def _ocr_page(number: int, ocr: Mapping[int, OcrPage]) -> PageContent:
    result = ocr.get(number)
    if result is None:
        raise PipelineError("OCR_JOB_PARTIAL")
    return replace(result, number=number) if isinstance(result, PageContent) else read_page(number, result)
