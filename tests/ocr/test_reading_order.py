"""The order in which a page is read."""

from __future__ import annotations

import random
from typing import Any

from include.ocr.blocks import read_pages


def order(sheet: Any) -> list[str]:
    [page] = read_pages(sheet.blocks)
    return [line.text for line in page.lines]


def prose(side: str, row: int) -> str:
    return f"{side}{row} and some words that fill the column"


def test_two_columns_of_running_text_do_not_interleave(sheet: Any) -> None:
    for row in range(6):
        sheet.line(prose("L", row), 0.05, 0.3 + 0.02 * row)
        sheet.line(prose("R", row), 0.53, 0.3 + 0.02 * row)
    assert order(sheet) == [prose("L", row) for row in range(6)] + [prose("R", row) for row in range(6)]


def test_a_title_and_a_closing_line_across_both_columns_frame_them(sheet: Any) -> None:
    sheet.line("A title that runs across both columns of the page, as wide as they are together", 0.05, 0.1)
    for row in range(5):
        sheet.line(prose("L", row), 0.05, 0.3 + 0.02 * row)
        sheet.line(prose("R", row), 0.53, 0.3 + 0.02 * row)
    sheet.line("A closing line that runs across both columns of the page as wide as they are", 0.05, 0.8)
    found = order(sheet)
    assert found[0].startswith("A title")
    assert found[1:] == [*[prose("L", r) for r in range(5)], *[prose("R", r) for r in range(5)], found[-1]]


def test_three_columns_of_running_text_are_read_one_after_the_other(sheet: Any) -> None:
    def text(column: str, row: int) -> str:
        return f"{column}{row} has four of words"

    for row in range(6):
        for place, column in enumerate("LMR"):
            sheet.line(text(column, row), 0.05 + 0.31 * place, 0.2 + 0.02 * row)
    assert order(sheet) == [text(column, row) for column in "LMR" for row in range(6)]


def test_the_rows_of_an_unruled_table_are_read_across(sheet: Any) -> None:
    rows = [("Sodium", "140", "mmol/L"), ("Potassium", "4.1", "mmol/L"), ("Glucose", "95", "mg/dL")]
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            sheet.line(text, 0.1 + 0.3 * column, 0.2 + 0.03 * row)
    assert order(sheet) == [text for row in rows for text in row]


def test_labels_and_values_side_by_side_stay_together(sheet: Any) -> None:
    rows = [("Patient:", "Ada Brown"), ("Born:", "1960-05-01"), ("Ward:", "B 12"), ("Physician:", "Dr. Fox")]
    for row, (label, value) in enumerate(rows):
        sheet.line(label, 0.1, 0.2 + 0.03 * row)
        sheet.line(value, 0.5, 0.2 + 0.03 * row)
    assert order(sheet) == [text for row in rows for text in row]


def test_address_blocks_whose_lines_are_not_level_are_read_one_after_the_other(sheet: Any) -> None:
    for row in range(5):
        sheet.line(f"left {row}", 0.1, 0.20 + 0.016 * row)
        sheet.line(f"right {row}", 0.6, 0.208 + 0.016 * row)
    assert order(sheet) == [f"left {row}" for row in range(5)] + [f"right {row}" for row in range(5)]


def test_values_that_stand_beside_the_middle_of_names_of_two_lines_stay_with_them(sheet: Any) -> None:
    for row in range(4):
        sheet.line(f"name {row}", 0.1, 0.2 + 0.03 * row)
        sheet.line(f"of two lines {row}", 0.1, 0.212 + 0.03 * row)
        sheet.line(f"{row} mg", 0.6, 0.206 + 0.03 * row)
    found = order(sheet)
    for row in range(4):
        assert set(found[3 * row:3 * row + 3]) == {f"name {row}", f"of two lines {row}", f"{row} mg"}


def test_a_tables_lines_stay_together_row_by_row_beside_running_text(sheet: Any) -> None:
    cells = []
    for row, texts in enumerate((("Sodium", "140"), ("Urea", "5"), ("Iron", "12")), 1):
        for column, text in enumerate(texts, 1):
            left, top = 0.05 + 0.15 * (column - 1), 0.2 + 0.03 * row
            sheet.line(text, left, top)
            word = next(block for block in sheet.blocks if block.get("Text") == text)
            cells.append(sheet.cell(row, column, [word]))
    for row in range(6):
        sheet.line(prose("R", row), 0.53, 0.21 + 0.02 * row)
    sheet.table(cells)
    assert order(sheet) == ["Sodium", "140", "Urea", "5", "Iron", "12", *[prose("R", row) for row in range(6)]]


def test_two_lines_in_one_cell_do_not_part_its_row(sheet: Any) -> None:
    places = (("Iron", 2, 1, 0.24), ("serum", 1, 1, 0.215), ("300", 1, 2, 0.2), ("Vitamin B12", 1, 1, 0.2))
    cells: dict[tuple[int, int], list[Any]] = {}
    for text, row, column, top in places:
        before = len(sheet.blocks)
        sheet.line(text, 0.1 + 0.4 * (column - 1), top)
        cells.setdefault((row, column), []).extend(b for b in sheet.blocks[before:] if b["BlockType"] == "WORD")
    sheet.table([sheet.cell(row, column, words) for (row, column), words in cells.items()])
    assert order(sheet) == ["Vitamin B12", "serum", "300", "Iron"]


def test_a_label_beside_two_lines_of_text_does_not_make_them_one_row(sheet: Any) -> None:
    sheet.line("History:", 0.1, 0.2035)
    sheet.line("reports pain that is", 0.42, 0.2)
    sheet.line("described as burning", 0.4, 0.207)
    assert order(sheet) == ["History:", "reports pain that is", "described as burning"]


def test_layout_blocks_decide_the_order_where_the_response_has_them(sheet: Any) -> None:
    lines = {text: sheet.line(text, left, top) for text, left, top in
             (("Heading", 0.1, 0.1), ("right", 0.6, 0.2), ("left", 0.1, 0.2), ("left out below", 0.1, 0.15))}
    for texts in (["Heading"], ["right"], ["left"]):
        block = sheet.block("LAYOUT_TEXT", 0.1, 0.1, 0.1, 0.1)
        sheet.link(block, "CHILD", [lines[text] for text in texts])
    assert order(sheet) == ["Heading", "right", "left out below", "left"]


def test_every_line_comes_out_once(sheets: Any) -> None:
    for seed in range(40):
        chance = random.Random(seed)
        sheet = sheets()
        for number in range(chance.randrange(1, 60)):
            text = " ".join([f"n{number}", *["word"] * chance.randrange(8)])
            sheet.line(text, chance.choice((0.05, 0.3, 0.55)), round(chance.uniform(0.05, 0.95), 2))
        written = [block["Text"] for block in sheet.blocks if block["BlockType"] == "LINE"]
        assert sorted(order(sheet)) == sorted(written)
