"""OCR results in S3, one object per page and set of features, found again by the page's content.

A page that was read once is never sent again, whatever document it comes in and whatever is retried.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from include.documents.manifest import Manifest, PageEntry
from include.documents.storage import Bucket, page_result_key
from include.ocr.folding import as_single_page
from include.ocr.geometry import Block

Features = tuple[str, ...]

_LOOKUPS = 10
"""Questions to S3 at once, botocore's default number of connections: 3,000 pages one by one would take minutes."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """What Textract said of one page; every block's ``Page`` is 1."""

    page_hash: str
    blocks: list[dict[str, Any]]
    analyze_model_version: str | None = None


def store_page(
    bucket: Bucket, page_hash: str, features: Features, blocks: Iterable[Block], meta: Mapping[str, Any]
) -> None:
    """Write one page's blocks; the same blocks give the same bytes.

    :param meta: the response or chunk that they came in; its AnalyzeDocumentModelVersion is kept.
    :raises PipelineError: the S3 codes.
    """
    stored = {
        "analyze_model_version": meta.get("AnalyzeDocumentModelVersion"),
        "blocks": as_single_page(blocks),
        "page_hash": page_hash,
    }
    body = json.dumps(stored, sort_keys=True, separators=(",", ":")).encode()
    bucket.write(page_result_key(page_hash, features), body)


def find_page(bucket: Bucket, page_hash: str, features: Features) -> StoredPage | None:
    """One page's stored result; None where it has not been read with these features.

    :raises PipelineError: the S3 codes other than S3_NOT_FOUND.
    """
    found = bucket.find(page_result_key(page_hash, features))
    if found is None:
        return None
    stored = json.loads(found.body)
    return StoredPage(stored["page_hash"], stored["blocks"], stored["analyze_model_version"])


def missing_pages(bucket: Bucket, manifest: Manifest, features: Features) -> tuple[PageEntry, ...]:
    """The pages that still have to be sent, in page order; of pages with the same content only the first.

    :raises PipelineError: the S3 codes.
    """
    first_of = {page.page_hash or f"page {page.number}": page for page in reversed(manifest.ocr_pages)}
    pages = sorted(first_of.values(), key=lambda page: page.number)

    def is_stored(page: PageEntry) -> bool:
        return page.page_hash is not None and bucket.exists(page_result_key(page.page_hash, features))

    with ThreadPoolExecutor(max_workers=_LOOKUPS) as pool:
        return tuple(page for page, stored in zip(pages, pool.map(is_stored, pages), strict=True) if not stored)
