"""The answers of GetDocumentAnalysis for a long synthetic job, made one at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from benchmarks.synthetic_pages import Block, page_blocks

CHUNK_BLOCKS = 1000
"""The most that one answer holds; it ends wherever that number is reached, most often within a page."""

_DIFFERENT_PAGES = 8


def job_chunks(pages: int, chunk_blocks: int = CHUNK_BLOCKS) -> Iterator[dict[str, Any]]:
    """A job's answers, each read from JSON of its own when it is asked for, as a client has them.

    The pages repeat a few made ones under their own ids and numbers: what is measured is the reader, not the maker.
    """
    made = [_Template(number) for number in range(1, min(pages, _DIFFERENT_PAGES) + 1)]
    waiting: list[str] = []
    for number in range(1, pages + 1):
        waiting += made[(number - 1) % len(made)].blocks_of(number)
        while len(waiting) >= chunk_blocks:
            yield _answer(waiting[:chunk_blocks], pages)
            del waiting[:chunk_blocks]
    if waiting:
        yield _answer(waiting, pages)


def chunks_of(
    pages: Iterable[Sequence[Block]], count: int, chunk_blocks: int = CHUNK_BLOCKS
) -> Iterator[dict[str, Any]]:
    """The answers of a job that read these pages, ``count`` of them."""
    waiting: list[Block] = []
    for page in pages:
        waiting += page
        while len(waiting) >= chunk_blocks:
            yield {**_head(count), "Blocks": waiting[:chunk_blocks]}
            del waiting[:chunk_blocks]
    if waiting:
        yield {**_head(count), "Blocks": waiting}


class _Template:
    """A made page as JSON texts, one a block, of which only ids and page number have to change."""

    def __init__(self, number: int) -> None:
        self.id_prefix, self.page = f"{number:08x}-", f'"Page": {number}'
        self.texts = [json.dumps(block) for block in page_blocks(number)]

    def blocks_of(self, number: int) -> list[str]:
        return [text.replace(self.id_prefix, f"{number:08x}-").replace(self.page, f'"Page": {number}')
                for text in self.texts]


def _answer(blocks: list[str], pages: int) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(f'{{"Blocks": [{", ".join(blocks)}]}}')
    return {**_head(pages), **read}


def _head(pages: int) -> dict[str, Any]:
    return {"JobStatus": "SUCCEEDED", "DocumentMetadata": {"Pages": pages}, "AnalyzeDocumentModelVersion": "1.0"}
