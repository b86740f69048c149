"""Real responses beside the checkout, read by the public scorer's measure; skipped where there are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from include.documents.content import DocumentTable, TablePart
from include.ocr.__main__ import summary
from include.ocr.blocks import read_pages
from include.ocr.continued_tables import continued_tables
from include.ocr.folding import fold

RESPONSES = Path(__file__).parents[2].parent / "shared" / "corpus" / "textract"
FILES = sorted(path for path in RESPONSES.glob("*.json") if not path.name.endswith(".expected.json"))

pytestmark = pytest.mark.skipif(not FILES, reason="needs the corpus of real responses beside the checkout")


def chunks(path: Path) -> list[dict[str, Any]]:
    response = json.loads(path.read_text())
    return response if isinstance(response, list) else [response]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_word_line_table_key_and_tick_of_a_response_is_read_once(path: Path) -> None:
    blocks = [block for chunk in chunks(path) for block in chunk.get("Blocks") or ()]
    pages = read_pages(blocks)

    def count(kind: str, mark: str | None = None) -> int:
        return sum(b["BlockType"] == kind and (mark is None or mark in b.get("EntityTypes", ())) for b in blocks)

    assert sum(len(line.words) for page in pages for line in page.lines) == count("WORD")
    assert sum(len(page.lines) for page in pages) == count("LINE")
    assert sum(len(page.tables) for page in pages) == count("TABLE")
    assert sum(len(page.fields) for page in pages) == count("KEY_VALUE_SET", "KEY") + count("KEY")
    assert sum(len(page.tick_boxes) for page in pages) == count("SELECTION_ELEMENT")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_text_of_a_table_is_lost_to_merged_cells(path: Path) -> None:
    for chunk in chunks(path):
        blocks = {block["Id"]: block for block in chunk.get("Blocks") or ()}
        in_cells = {i for b in blocks.values() if b["BlockType"] == "CELL" for r in b.get("Relationships", ())
                    for i in r["Ids"] if blocks.get(i, {}).get("BlockType") == "WORD"}
        read = sum(len(cell.text.replace("[ ]", "").replace("[X]", "").split())
                   for page in read_pages(blocks.values()) for table in page.tables for cell in table.cells)
        assert read == sum(len(blocks[i]["Text"].split()) for i in in_cells)


def test_a_real_table_over_three_pages_is_one() -> None:
    blocks = [block for chunk in chunks(RESPONSES / "table_over_3_pages_async.json") for block in chunk["Blocks"]]
    assert continued_tables(read_pages(blocks)) == (
        DocumentTable((TablePart(1, 0),)),
        DocumentTable((TablePart(1, 1), TablePart(2, 0), TablePart(3, 0))),
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_real_job_comes_in_page_order(path: Path) -> None:
    blocks = [block for chunk in chunks(path) for block in chunk.get("Blocks") or ()]
    small = [{"Blocks": blocks[start:start + 100]} for start in range(0, len(blocks), 100)]
    assert [block for _, page in fold(small) for block in page] == blocks


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_lines_read_are_those_that_textract_states(path: Path) -> None:
    stated = sorted(b["Text"] for chunk in chunks(path) for b in chunk.get("Blocks") or () if b["BlockType"] == "LINE")
    read = sorted(line for page in summary(json.loads(path.read_text()))["pages"] for line in page["lines"])
    assert read == stated
