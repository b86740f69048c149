"""Real responses as they might have come too: what is read must not depend on what does not matter."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from include.documents.content import PageContent
from include.ocr.blocks import read_page, read_pages
from include.ocr.folding import fold
from tests.ocr.perturbing import (
    Warp,
    bent,
    chunks_of,
    quarter_turns,
    seen_from_the_side,
    shuffled,
    skewed,
    thinned,
    warped,
    without,
)
from tests.ocr.second_opinions import blocks_of

RESPONSES = Path(__file__).parents[2].parent / "shared" / "corpus" / "textract"
FILES = sorted(path for path in RESPONSES.glob("*.json") if path.with_name(f"{path.name}.expected.json").is_file())

pytestmark = pytest.mark.skipif(not FILES, reason="needs the corpus of real responses beside the checkout")
each_response = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def said(pages: list[PageContent]) -> list[Any]:
    """Everything read but places."""
    return [
        (
            [(line.text, [word.text for word in line.words]) for line in page.lines],
            [([(c.row, c.column, c.text, c.kind, c.confidence, c.handwritten) for c in table.cells],
              table.title, table.footer) for table in page.tables],
            [(field.key, field.value, field.selected, field.confidence, field.handwritten) for field in page.fields],
            [(tick.label, tick.selected) for tick in page.tick_boxes],
            [(signature.label, signature.confidence) for signature in page.signatures],
            page.warnings,
        )
        for page in pages
    ]


def parts(pages: list[PageContent]) -> Counter[tuple[str, ...]]:
    """Cells and fields, wherever they stand."""
    cells = Counter(("cell", c.text) for page in pages for table in page.tables for c in table.cells)
    return cells + Counter(("field", field.key, field.value) for page in pages for field in page.fields)


@each_response
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_blocks_and_ids_does_not_matter(path: Path, seed: int) -> None:
    blocks = blocks_of(path)
    assert said(read_pages(shuffled(blocks, seed))) == said(read_pages(blocks))


@each_response
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_page_reads_the_same_and_says_so(path: Path, turns: int) -> None:
    upright, turned = read_pages(blocks_of(path)), read_pages(warped(blocks_of(path), quarter_turns(turns)))
    assert said(turned) == said(upright)
    assert [page.rotation for page in turned] == [(page.rotation + 90 * turns) % 360 for page in upright]


@each_response
@pytest.mark.parametrize("degrees", [-8, -3, 1, 5])
def test_a_page_that_lies_askew_on_the_scanner_reads_the_same(path: Path, degrees: float) -> None:
    assert said(read_pages(warped(blocks_of(path), skewed(degrees)))) == said(read_pages(blocks_of(path)))


@pytest.mark.parametrize("warp", [bent(0.02), bent(-0.02), seen_from_the_side(0.1), seen_from_the_side(-0.1)],
                         ids=["bent-down", "bent-up", "from-the-left", "from-the-right"])
def test_a_photographed_sheet_keeps_nearly_all_cells_and_fields(warp: Warp) -> None:
    """Its lines are no longer parallel. What stands at two heights of one cell may change its order then."""
    before, after = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for path in FILES:
        before += parts(read_pages(blocks_of(path)))
        after += parts(read_pages(warped(blocks_of(path), warp)))
    assert (before & after).total() >= 0.995 * before.total() > 500


@each_response
@pytest.mark.parametrize("seed", range(4))
def test_a_response_with_holes_is_read_with_every_word_that_is_left_and_a_warning(path: Path, seed: int) -> None:
    left = thinned(blocks_of(path), seed, share=0.1)
    pages = read_pages(left)
    words = sorted(word.text for page in pages for line in page.lines for word in line.words)
    assert words == sorted(block["Text"] for block in left if block["BlockType"] == "WORD")
    assert all(page.warnings for page in pages)


@each_response
@pytest.mark.parametrize("seed", range(3))
def test_a_job_cut_into_chunks_anywhere_reads_as_one(path: Path, seed: int) -> None:
    blocks = blocks_of(path)
    folded = [read_page(number, page) for number, page in fold(chunks_of(blocks, seed))]
    assert folded == read_pages(blocks)


@each_response
def test_chunks_that_were_fetched_twice_read_as_once(path: Path) -> None:
    blocks = blocks_of(path)
    assert read_pages([*blocks, *blocks]) == read_pages(blocks)


@each_response
def test_pages_that_are_not_numbered_are_told_apart_by_their_page_blocks(path: Path) -> None:
    blocks = blocks_of(path)
    assert read_pages(without(blocks, "Page")) == read_pages(blocks)


@each_response
@pytest.mark.parametrize("missing", ["Geometry", "Confidence", "EntityTypes", "TextType", "Relationships"])
def test_a_response_without_a_member_is_read_as_far_as_it_goes(path: Path, missing: str) -> None:
    blocks = blocks_of(path)
    lines = sorted(plain(line.text) for page in read_pages(without(blocks, missing)) for line in page.lines)
    stated = sorted(plain(block["Text"]) for block in blocks if block["BlockType"] == "LINE")
    loose = sorted(plain(b["Text"]) for b in blocks if b["BlockType"] == "WORD") if missing == "Relationships" else []
    assert Counter(" ".join(lines).split()) == Counter(" ".join([*stated, *loose]).split())
    assert missing == "Relationships" or lines == stated


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)
