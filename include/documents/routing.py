"""Which way a document goes: read as it is, sent page by page, or sent as one asynchronous job."""

from __future__ import annotations

from collections.abc import Sequence

from include.documents.manifest import PageKind, Route
from include.errors import PipelineError
from include.settings import Settings

SYNC_MAX_BYTES = 10 * 1024 * 1024
"""One page in a synchronous call (https://docs.aws.amazon.com/textract/latest/dg/limits-document.html)."""
MEGABYTE = 1024 * 1024


def pages_to_send(kinds: Sequence[PageKind], settings: Settings) -> list[int]:
    """Numbers (from 1) of the pages that OCR gets.

    Without OCR_SELECTIVE_ENABLED a document with one page that needs OCR is sent whole, blank pages aside:
    there is nothing on them to read.

    :raises PipelineError: OCR_DISABLED, TOO_MANY_PAGES.
    """
    needed = [n for n, kind in enumerate(kinds, start=1) if kind in (PageKind.IMAGE, PageKind.MIXED)]
    if not needed:
        return []
    if not settings.ocr_enabled:
        raise PipelineError("OCR_DISABLED")
    if not settings.ocr_selective_enabled:
        needed = [n for n, kind in enumerate(kinds, start=1) if kind is not PageKind.BLANK]
    if len(needed) > settings.ocr_max_pages:
        raise PipelineError("TOO_MANY_PAGES")
    return needed


def route(kinds: Sequence[PageKind], payload_sizes: Sequence[int], settings: Settings) -> Route:
    """The route of a document.

    :param kinds: every page's kind.
    :param payload_sizes: bytes of each page that OCR gets.
    """
    if not payload_sizes:
        return Route.EMBEDDED_TEXT
    too_large = sum(payload_sizes) >= settings.ocr_async_threshold_mb * MEGABYTE
    if too_large or max(payload_sizes) > SYNC_MAX_BYTES or len(payload_sizes) > settings.ocr_sync_max_pages:
        return Route.ASYNC_OCR
    with_content = sum(kind is not PageKind.BLANK for kind in kinds)
    return Route.EXTERNAL_OCR if len(payload_sizes) >= with_content else Route.HYBRID
