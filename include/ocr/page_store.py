"""OCR results in S3, one object per page and set of features, found again by the page's content.

A page that was read once is never sent again, whatever document it comes in and whatever is retried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from include.documents.manifest import Manifest, PageEntry
from include.documents.storage import Bucket, page_result_key
from include.ocr.geometry import Block

Features = tuple[str, ...]

_LOOKUPS = 10
"""Questions to S3 at once, botocore's default number of connections: 3,000 pages one by one would take minutes."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """What Textract said of one page; every block's ``Page`` is 1. The stored JSON has these fields."""

    page_hash: str
    blocks: list[dict[str, Any]]
    analyze_model_version: str | None = None


def store_page(
    bucket: Bucket, page_hash: str, features: Features, blocks: Iterable[Block], meta: Mapping[str, Any]
) -> None:
    """Write one page's blocks, numbered as the only page of their own result; the same blocks give the same bytes.

    :param meta: the response or chunk that they came in; its AnalyzeDocumentModelVersion is kept.
    :raises PipelineError: the S3 codes.
    """
    page = StoredPage(page_hash, [{**block, "Page": 1} for block in blocks], meta.get("AnalyzeDocumentModelVersion"))
    bucket.write(page_result_key(page_hash, features), stored_form().dump_json(page))


def find_page(bucket: Bucket, page_hash: str, features: Features) -> StoredPage | None:
    """One page's stored result; None where it has not been read with these features.

    :raises PipelineError: the S3 codes other than S3_NOT_FOUND.
    """
    found = bucket.find(page_result_key(page_hash, features))
    if found is None:
        return None
    return stored_form().validate_json(found.body)


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


@cache
def stored_form() -> TypeAdapter[StoredPage]:
    """Four times as fast as :mod:`json`, which spends more time on a page than all the folding; built on first use."""
    return TypeAdapter(StoredPage)
