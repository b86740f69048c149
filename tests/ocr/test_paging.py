"""Which page a block belongs to."""

from __future__ import annotations

from typing import Any

from include.ocr.blocks import read_pages


def test_pages_of_several_synchronous_responses_are_counted(sheets: Any) -> None:
    """None of them names its page; or each calls itself the first."""
    for number in (None, 1):
        blocks = []
        for text in ("first", "second"):
            sheet = sheets(number)
            sheet.link(sheet.block("PAGE", 0, 0, 1, 1), "CHILD", [sheet.line(text, 0.1, 0.1)])
            for block in sheet.blocks:
                block["Id"] = f"{text}-{block['Id']}"
                for relation in block.get("Relationships", ()):
                    relation["Ids"] = [f"{text}-{one}" for one in relation["Ids"]]
            blocks += sheet.blocks
        assert [(page.number, page.text) for page in read_pages(blocks)] == [(1, "first"), (2, "second")]


def test_a_block_that_names_no_page_belongs_to_the_page_that_leads_to_it(sheets: Any) -> None:
    pages = []
    for number in (1, 2):
        sheet = sheets(number)
        sheet.link(sheet.block("PAGE", 0, 0, 1, 1), "CHILD", [sheet.line(f"text {number}", 0.1, 0.1)])
        for block in sheet.blocks:
            if block["BlockType"] != "PAGE":
                del block["Page"]
        pages.append(sheet.blocks)
    mixed = [*pages[1], *pages[0]]
    assert [(page.number, page.text) for page in read_pages(mixed)] == [(1, "text 1"), (2, "text 2")]
