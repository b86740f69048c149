"""Blocks of a page to its content: lines, rotation, handwriting, and references that lead nowhere."""

from __future__ import annotations

import random
from typing import Any

import pytest

from include.documents.content import Origin
from include.ocr.blocks import read_page, read_pages


def test_words_of_a_line_stand_in_the_order_of_their_places_not_of_their_ids(sheet: Any) -> None:
    words = sheet.words("Sodium 140 mmol/L", 0.1, 0.1)
    line = sheet.block("LINE", 0.1, 0.1, 0.3, 0.01, Text="mmol/L 140 Sodium")
    sheet.link(line, "CHILD", words[::-1])
    [page] = read_pages(sheet.blocks)
    assert page.text == "Sodium 140 mmol/L"
    assert [word.text for word in page.lines[0].words] == ["Sodium", "140", "mmol/L"]


def test_words_of_a_line_that_overlap_are_still_one_line(sheet: Any) -> None:
    words = [sheet.block("WORD", left, top, 0.1, 0.01, Text=text) for text, left, top in
             (("2", 0.23, 0.106), ("about", 0.1, 0.1), ("mg", 0.3, 0.1))]
    sheet.link(sheet.block("LINE", 0.1, 0.1, 0.3, 0.016, Text="about 2 mg"), "CHILD", words)
    [page] = read_pages(sheet.blocks)
    assert page.text == "about 2 mg"


def test_a_word_keeps_its_confidence_and_whether_it_is_handwritten(sheet: Any) -> None:
    word = sheet.word("ALEX", 0.1, 0.1, confidence=61.5, TextType="HANDWRITING")
    sheet.link(sheet.block("LINE", 0.1, 0.1, 0.1, 0.01, Text="ALEX"), "CHILD", [word])
    [page] = read_pages(sheet.blocks)
    assert (page.lines[0].words[0].confidence, page.lines[0].words[0].handwritten) == (61.5, True)


@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
def test_a_page_scanned_any_way_up_reads_the_same_and_says_how_it_was_turned(sheets: Any, quarter: int) -> None:
    def texts(turned: int) -> tuple[list[str], list[list[str]], list[tuple[str, str]]]:
        sheet = sheets(quarter=turned)
        sheet.line("Name of the patient", 0.1, 0.02)
        sheet.line("Second line", 0.1, 0.05)
        cells = sheet.grid(("Test name", "Result"), ("Sodium level", "140"))
        sheet.table([cell for row in cells for cell in row])
        sheet.pair(sheet.words("Date of birth:", 0.1, 0.9)[::-1], sheet.words("1 May 1960", 0.4, 0.9)[::-1])
        [page] = read_pages(sheet.blocks)
        assert page.rotation == 90 * turned
        return ([line.text for line in page.lines][:2], page.tables[0].rows, [(f.key, f.value) for f in page.fields])

    assert texts(quarter) == (
        ["Name of the patient", "Second line"],
        [["Test name", "Result"], ["Sodium level", "140"]],
        [("Date of birth:", "1 May 1960")],
    )


@pytest.mark.parametrize("slope", [-0.05, 0.05])
def test_a_skewed_row_is_still_one_row(sheets: Any, slope: float) -> None:
    """At this slope the right end of a row stands level with the left end of a row two further up or down."""
    sheet = sheets(slope=slope)
    for row in range(4):
        for column, text in enumerate(("a", "b", "c")):
            sheet.line(f"{text}{row} {'x' * 10}", 0.05 + 0.3 * column, 0.2 + 0.016 * row)
    [page] = read_pages(sheet.blocks)
    assert [line.text[:2] for line in page.lines] == [f"{text}{row}" for row in range(4) for text in "abc"]


def test_the_boxes_are_those_of_the_page_as_displayed(sheets: Any) -> None:
    sheet = sheets(quarter=1)
    sheet.line("up", 0.1, 0.2)
    [page] = read_pages(sheet.blocks)
    box = page.lines[0].box
    assert (round(box.left, 3), round(box.top, 3), box.height > box.width) == (0.79, 0.1, True)


def test_a_missing_block_is_a_warning_and_the_rest_is_read(sheet: Any) -> None:
    line = sheet.line("Glucose 95", 0.1, 0.1)
    line["Relationships"][0]["Ids"].append("gone")
    key = sheet.pair(sheet.words("Phone:", 0.1, 0.5), sheet.words("555-0100", 0.3, 0.5))
    next(r for r in key["Relationships"] if r["Type"] == "VALUE")["Ids"][:] = ["gone too"]
    cells = [cell for row in sheet.grid(("A", "B")) for cell in row]
    cells[0]["Relationships"][0]["Ids"].append("also gone")
    sheet.table(cells)["Relationships"][0]["Ids"].append("a whole cell")
    [page] = read_pages(sheet.blocks)
    assert page.lines[0].text == "Glucose 95"
    assert page.tables[0].rows == [["A", "B"]]
    assert [(f.key, f.value, f.confidence) for f in page.fields] == [("Phone:", "", 0.0)]
    assert page.warnings == (
        "1 missing block(s) referred to by CELL CHILD",
        "1 missing block(s) referred to by KEY_VALUE_SET VALUE",
        "1 missing block(s) referred to by LINE CHILD",
        "1 missing block(s) referred to by TABLE CHILD",
    )


def test_a_line_whose_words_are_missing_keeps_its_own_text(sheet: Any) -> None:
    line = sheet.line("Potassium 4.1", 0.1, 0.1)
    sheet.blocks = [line]
    [page] = read_pages(sheet.blocks)
    assert (page.text, page.lines[0].words) == ("Potassium 4.1", ())


def test_words_that_no_line_holds_are_lines_of_their_own(sheet: Any) -> None:
    sheet.line("First line", 0.1, 0.1)
    sheet.words("left over", 0.1, 0.3)
    [page] = read_pages(sheet.blocks)
    assert [line.text for line in page.lines] == ["First line", "left over"]


def test_words_alone_say_which_way_up_a_page_is(sheets: Any) -> None:
    sheet = sheets(quarter=2)
    sheet.words("upside down", 0.1, 0.1)
    [page] = read_pages(sheet.blocks)
    assert (page.rotation, page.text) == (180.0, "upside down")


def test_pages_come_in_page_order_and_a_block_without_a_page_is_on_the_first(sheets: Any) -> None:
    second, first = sheets(number=2), sheets()
    second.line("two", 0.1, 0.1)
    first.line("one", 0.1, 0.1)
    pages = read_pages([*first.blocks, *second.blocks])
    assert [(page.number, page.text, page.origin) for page in pages] == [(1, "one", Origin.OCR), (2, "two", Origin.OCR)]


def test_a_page_of_its_own_result_takes_the_number_that_it_has_in_the_document(sheet: Any) -> None:
    sheet.line("text", 0.1, 0.1)
    assert read_page(7, sheet.blocks).number == 7


def test_no_text_is_lost_and_the_order_of_the_blocks_does_not_matter(sheets: Any) -> None:
    """Random pages: every word once in the lines, whatever the order of blocks and of ids."""
    for seed in range(25):
        chance = random.Random(seed)
        sheet = sheets(quarter=chance.randrange(4), slope=chance.uniform(-0.02, 0.02))
        for number in range(chance.randrange(1, 40)):
            sheet.line(f"w{number} v{number}", chance.uniform(0.05, 0.85), chance.uniform(0.05, 0.9))
        [page] = read_pages(sheet.blocks)
        said = [word.text for line in page.lines for word in line.words]
        assert sorted(said) == sorted(block["Text"] for block in sheet.blocks if block["BlockType"] == "WORD")
        for block in sheet.blocks:
            for relation in block.get("Relationships", ()):
                chance.shuffle(relation["Ids"])
        chance.shuffle(sheet.blocks)
        assert read_pages(sheet.blocks) == [page]
