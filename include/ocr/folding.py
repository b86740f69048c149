"""The chunks of a job's result (GetDocumentAnalysis by NextToken) as pages, one page in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from include.errors import PipelineError
from include.ocr.geometry import Block
from include.ocr.graph import page_number

Chunk = Mapping[str, Any]


def fold(chunks: Iterable[Chunk]) -> Iterator[tuple[int, list[Block]]]:
    """Pages with all their blocks, in page order, as the chunks come in.

    A page is complete when a block of a later one follows: Textract gives blocks in page order, and a chunk of at most
    1,000 blocks ends anywhere. A block that names no page belongs to the one before it.

    :raises PipelineError: OCR_JOB_FAILED; a block of an earlier page follows: a page went out incomplete.
    """
    number, page = 0, list[Block]()
    for chunk in chunks:
        for block in chunk.get("Blocks") or ():
            current = page_number(block, default=number or 1)
            if current < number:
                raise PipelineError("OCR_JOB_FAILED")
            if current > number and page:
                yield number, page
                page = []
            number = current
            page.append(block)
    if page:
        yield number, page


def split_job(chunks: Iterable[Chunk], page_hashes: Sequence[str]) -> Iterator[tuple[str, list[Block]]]:
    """Each page's hash with its blocks, as the job numbers them.

    A page that a warning of PARTIAL_SUCCESS names is left out: it is not read, and must not pass for a blank one.

    :param page_hashes: the hashes of the pages sent, in the order in which they were sent.
    :raises PipelineError: OCR_JOB_FAILED; the job speaks of a page that was not sent.
    """
    failed: set[int] = set()

    def noting_failed() -> Iterator[Chunk]:
        for chunk in chunks:
            failed.update(failed_pages(chunk))
            yield chunk

    for number, blocks in fold(noting_failed()):
        if number in failed:
            continue
        if number > len(page_hashes):
            raise PipelineError("OCR_JOB_FAILED")
        yield page_hashes[number - 1], blocks


def failed_pages(chunk: Chunk) -> set[int]:
    """The pages (from 1) that a PARTIAL_SUCCESS says could not be read, of any of its warnings."""
    return {int(page) for warning in chunk.get("Warnings") or () for page in warning.get("Pages") or ()}
