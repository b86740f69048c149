"""Chunks of a job's result as pages (https://docs.aws.amazon.com/textract/latest/dg/API_GetDocumentAnalysis.html)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from include.errors import PipelineError
from include.ocr.folding import failed_pages, fold, split_job


def block(page: int | None, number: int) -> dict[str, Any]:
    named = {} if page is None else {"Page": page}
    return {"BlockType": "WORD", "Id": f"{page}-{number}", **named}


def chunks_of(blocks: list[dict[str, Any]], size: int) -> list[dict[str, Any]]:
    return [{"Blocks": blocks[start:start + size]} for start in range(0, len(blocks), size)]


def test_every_page_comes_once_and_whole_wherever_the_chunks_end() -> None:
    for seed in range(30):
        chance = random.Random(seed)
        blocks = [block(page, n) for page in range(1, chance.randrange(2, 9)) for n in range(chance.randrange(1, 7))]
        pages = dict(fold(chunks_of(blocks, chance.randrange(1, 10))))
        assert [one for page in pages.values() for one in page] == blocks
        assert all(one["Page"] == number for number, page in pages.items() for one in page)


def test_a_page_goes_out_as_soon_as_the_next_one_begins() -> None:
    """So that a job of 3,000 pages needs the memory of one page and one chunk."""
    taken = 0

    def chunks() -> Iterator[dict[str, Any]]:
        nonlocal taken
        for number in range(1, 3001):
            taken += 1
            yield {"Blocks": [block(number, 0)]}

    pages = fold(chunks())
    assert [next(pages)[0] for _ in range(5)] == [1, 2, 3, 4, 5]
    assert taken == 6


def test_a_block_without_a_page_belongs_to_the_page_before_it() -> None:
    assert [(n, len(page)) for n, page in fold([{"Blocks": [block(2, 0), block(None, 1), block(3, 2)]}])] == [
        (2, 2), (3, 1)]


def test_a_response_without_pages_is_one_page() -> None:
    assert [n for n, _ in fold([{"Blocks": [block(None, 0), block(None, 1)]}])] == [1]


def test_a_chunk_without_blocks_is_no_page() -> None:
    assert list(fold([{}, {"Blocks": []}, {"Blocks": None}])) == []


def test_a_page_that_comes_back_after_it_went_out_is_an_error_not_a_loss() -> None:
    with pytest.raises(PipelineError, match="OCR_JOB_FAILED"):
        list(fold([{"Blocks": [block(1, 0), block(2, 1), block(1, 2)]}]))


def test_each_page_of_a_job_goes_to_the_hash_at_its_place() -> None:
    chunks = [{"Blocks": [block(1, 0), block(2, 1)]}, {"Blocks": [block(2, 2)]}]
    split = list(split_job(chunks, ["hash-a", "hash-b"]))
    assert [(page_hash, [one["Id"] for one in blocks]) for page_hash, blocks in split] == [
        ("hash-a", ["1-0"]), ("hash-b", ["2-1", "2-2"])]


def test_a_job_with_more_pages_than_were_sent_is_refused() -> None:
    with pytest.raises(PipelineError, match="OCR_JOB_FAILED"):
        list(split_job([{"Blocks": [block(2, 0)]}], ["hash-a"]))


def test_a_page_that_a_warning_names_does_not_pass_for_a_read_one() -> None:
    warned = {"JobStatus": "PARTIAL_SUCCESS", "Warnings": [{"ErrorCode": "x", "Pages": [2]}],
              "Blocks": [block(1, 0), block(2, 1), block(3, 2)]}
    assert failed_pages(warned) == {2}
    assert [page_hash for page_hash, _ in split_job([warned], ["a", "b", "c"])] == ["a", "c"]


def test_an_answer_without_warnings_has_no_failed_pages() -> None:
    assert failed_pages({"JobStatus": "SUCCEEDED"}) == failed_pages({"Warnings": None}) == set()
