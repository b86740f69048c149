"""Reading grows with what is read and no faster, seen in counted calls: they are the same on every machine."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable

import pytest

from benchmarks.synthetic_jobs import job_chunks
from benchmarks.synthetic_pages import page_blocks
from include.ocr.blocks import read_page, read_pages
from include.ocr.folding import split_job

_NEARLY = 1.25
"""A sort makes a little more work of more; twice as much for twice the input would be quadratic."""


def calls_of(work: Callable[[], object]) -> int:
    profile = cProfile.Profile()
    profile.runcall(work)
    return int(vars(pstats.Stats(profile))["total_calls"])


@pytest.mark.parametrize("size", [2.0, 4.0])
def test_a_page_with_more_blocks_costs_more_in_proportion(size: float) -> None:
    page, larger = page_blocks(1), page_blocks(1, size)
    each = calls_of(lambda: read_page(1, page)) / len(page)
    assert calls_of(lambda: read_page(1, larger)) / len(larger) < _NEARLY * each


def test_a_document_with_more_pages_costs_more_in_proportion() -> None:
    document = [block for number in range(1, 9) for block in page_blocks(number)]
    first = [block for block in document if block["Page"] == 1]
    assert calls_of(lambda: read_pages(document)) < _NEARLY * 8 * calls_of(lambda: read_pages(first))


def test_a_job_of_more_pages_is_taken_apart_in_proportion() -> None:
    def calls(pages: int) -> int:
        chunks = list(job_chunks(pages))
        return calls_of(lambda: list(split_job(chunks, ["hash"] * pages)))

    assert calls(40) < _NEARLY * 4 * calls(10)
