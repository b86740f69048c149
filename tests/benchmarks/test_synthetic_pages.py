"""The made-up responses are what Textract's answers are like; else the figures taken on them say nothing."""

from __future__ import annotations

from benchmarks.synthetic_jobs import job_chunks
from benchmarks.synthetic_pages import page_blocks
from include.ocr.blocks import read_page
from include.ocr.folding import fold


def test_a_page_has_about_a_thousand_blocks_of_every_kind_that_tables_and_forms_give() -> None:
    blocks = page_blocks(1)
    assert 900 <= len(blocks) <= 1100
    assert {block["BlockType"] for block in blocks} == {
        "PAGE", "LINE", "WORD", "SELECTION_ELEMENT", "TABLE", "TABLE_TITLE", "CELL", "KEY_VALUE_SET"}
    assert len({block["Id"] for block in blocks}) == len(blocks)


def test_every_relationship_leads_to_a_block_of_the_page() -> None:
    blocks = page_blocks(1)
    named = {one for block in blocks for relation in block.get("Relationships", ()) for one in relation["Ids"]}
    assert named <= {block["Id"] for block in blocks}


def test_what_was_put_on_a_page_is_read_from_it() -> None:
    page = read_page(1, page_blocks(1))
    [table] = page.tables
    assert table.title == "Results of this specimen"
    assert table.rows[0] == ["Analyte", "Value", "Unit", "Reference range", "Remark"]
    assert (table.row_count, table.column_count) == (34, 5)
    assert {field.key for field in page.fields} >= {"Visit number:", "Fasting:"}
    assert page.tick_boxes
    assert page.warnings == ()


def test_a_page_of_twice_the_size_has_twice_the_blocks() -> None:
    assert 1.9 < len(page_blocks(1, 2.0)) / len(page_blocks(1)) < 2.1


def test_a_jobs_chunks_cut_pages_in_the_middle_and_fold_back_to_whole_pages() -> None:
    chunks = list(job_chunks(pages=10))
    assert [len(chunk["Blocks"]) for chunk in chunks[:-1]] == [1000] * (len(chunks) - 1)
    assert any(chunk["Blocks"][0]["BlockType"] != "PAGE" for chunk in chunks)
    pages = dict(fold(chunks))
    assert list(pages) == list(range(1, 11))
    assert pages[3] == page_blocks(3)
    ids = [block["Id"] for blocks in pages.values() for block in blocks]
    assert len(set(ids)) == len(ids)
