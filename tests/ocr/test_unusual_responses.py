"""What responses contain besides the usual, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from include.documents.content import Box, CellKind, PageContent
from include.ocr.blocks import read_pages


def only_page(sheet: Any) -> PageContent:
    [page] = read_pages(sheet.blocks)
    return page


def fields(sheet: Any) -> list[tuple[str, str]]:
    return [(field.key, field.value) for field in only_page(sheet).fields]


def test_no_blocks_are_no_pages_and_a_page_block_alone_is_a_blank_page(sheet: Any) -> None:
    assert read_pages([]) == []
    sheet.block("PAGE", 0, 0, 1, 1)
    page = only_page(sheet)
    assert (page.number, page.text, page.lines, page.tables, page.fields, page.warnings) == (1, "", (), (), (), ())


def test_a_response_of_text_detection_has_lines_and_nothing_else(sheet: Any) -> None:
    page_block = sheet.block("PAGE", 0, 0, 1, 1)
    sheet.link(page_block, "CHILD", [sheet.line("Sodium 140", 0.1, 0.1)])
    page = only_page(sheet)
    assert (page.text, page.tables, page.fields, page.tick_boxes, page.signatures) == ("Sodium 140", (), (), (), ())


def test_a_query_and_its_answer_are_not_what_the_page_prints(sheet: Any) -> None:
    sheet.line("Lot AA1234", 0.1, 0.1)
    answer = {"BlockType": "QUERY_RESULT", "Id": "answer", "Text": "AA1234", "Confidence": 90.0}
    query = {"BlockType": "QUERY", "Id": "query", "Query": {"Text": "Which lot?"},
             "Relationships": [{"Type": "ANSWER", "Ids": ["answer"]}]}
    sheet.blocks += [query, answer]
    page = only_page(sheet)
    assert (page.text, page.fields, page.warnings) == ("Lot AA1234", (), ())


def test_a_signature_is_kept_with_its_place_confidence_and_label_and_is_in_no_text(sheet: Any) -> None:
    signed = sheet.block("SIGNATURE", 0.3, 0.8, 0.2, 0.03, Confidence=41.0)
    sheet.pair(sheet.words("Signature of patient", 0.1, 0.8), [signed])
    sheet.block("SIGNATURE", 0.3, 0.9, 0.2, 0.03, Confidence=80.0)
    page = only_page(sheet)
    assert [(one.label, one.confidence) for one in page.signatures] == [("Signature of patient", 41.0), ("", 80.0)]
    box = page.signatures[0].box or Box(0, 0, 0, 0)
    assert (round(box.left, 3), round(box.top, 3), round(box.width, 3)) == (0.3, 0.8, 0.2)
    assert [(field.key, field.value) for field in page.fields] == [("Signature of patient", "")]


def test_a_key_without_a_value_is_an_empty_field_as_sure_as_the_key(sheet: Any) -> None:
    key = sheet.pair(sheet.words("Allergies:", 0.1, 0.1), [], confidence=77.0)
    key["Relationships"] = [r for r in key["Relationships"] if r["Type"] != "VALUE"]
    [field] = only_page(sheet).fields
    assert (field.key, field.value, field.value_box, field.confidence) == ("Allergies:", "", None, 77.0)


def test_a_value_without_words_is_an_empty_field(sheet: Any) -> None:
    sheet.pair(sheet.words("Allergies:", 0.1, 0.1), [])
    assert fields(sheet) == [("Allergies:", "")]


def test_several_values_of_a_key_are_one_in_their_reading_order(sheet: Any) -> None:
    key = sheet.pair(sheet.words("Address:", 0.1, 0.1), sheet.words("Springfield", 0.3, 0.13))
    other = sheet.block("KEY_VALUE_SET", 0.3, 0.1, 0.2, 0.01, EntityTypes=["VALUE"])
    sheet.link(other, "CHILD", sheet.words("12 Any Street", 0.3, 0.1))
    sheet.link(key, "VALUE", [other])
    assert fields(sheet) == [("Address:", "12 Any Street Springfield")]


def test_a_value_that_no_key_names_is_no_field_but_its_words_are_read(sheet: Any) -> None:
    value = sheet.block("KEY_VALUE_SET", 0.3, 0.1, 0.1, 0.01, EntityTypes=["VALUE"])
    sheet.link(value, "CHILD", sheet.words("Ada Brown", 0.3, 0.1))
    assert (fields(sheet), only_page(sheet).text) == ([], "Ada Brown")


def test_a_key_without_words_keeps_its_value(sheet: Any) -> None:
    sheet.pair([], sheet.words("Ada Brown", 0.3, 0.1))
    assert fields(sheet) == [("", "Ada Brown")]


def test_a_tick_box_with_words_in_a_value_stands_among_them(sheet: Any) -> None:
    tick, words = sheet.tick(True, 0.3, 0.1), sheet.words("Yes please", 0.32, 0.1)
    sheet.pair(sheet.words("Smoker", 0.1, 0.1), [*words, tick])
    [field] = only_page(sheet).fields
    assert (field.value, field.selected) == ("[X] Yes please", True)


def test_a_field_or_cell_with_a_missing_word_is_not_to_be_relied_on(sheet: Any) -> None:
    sheet.pair(sheet.words("Dose:", 0.1, 0.5), words := sheet.words("140 mg", 0.3, 0.5))
    sheet.table([sheet.cell(1, 1, cell := sheet.words("14 mg", 0.11, 0.11))])
    sheet.blocks.remove(words[1])
    sheet.blocks.remove(cell[1])
    page = only_page(sheet)
    assert (page.fields[0].value, page.fields[0].confidence) == ("140", 0.0)
    assert (page.tables[0].cells[0].text, page.tables[0].cells[0].confidence) == ("14", 0.0)


def test_cells_and_fields_say_whether_they_are_handwritten(sheet: Any) -> None:
    sheet.table([sheet.cell(1, 1, sheet.words("Pulse", 0.11, 0.11)),
                 sheet.cell(1, 2, [sheet.word("72", 0.31, 0.11, TextType="HANDWRITING")])])
    sheet.pair(sheet.words("Name:", 0.1, 0.5), [sheet.word("Ada", 0.3, 0.5, TextType="HANDWRITING")])
    sheet.pair(sheet.words("Ward:", 0.1, 0.6), sheet.words("B", 0.3, 0.6))
    page = only_page(sheet)
    assert [cell.handwritten for cell in page.tables[0].cells] == [False, True]
    assert [field.handwritten for field in page.fields] == [True, False]


def test_of_two_blocks_with_one_id_the_first_is_read_and_a_difference_is_a_warning(sheet: Any) -> None:
    line = sheet.line("Sodium", 0.1, 0.1)
    sheet.blocks.append(dict(line))
    assert only_page(sheet).warnings == ()
    sheet.blocks.append({**line, "Text": "Potassium"})
    assert (only_page(sheet).text, only_page(sheet).warnings) == ("Sodium", ("1 block(s) with another's id",))


def test_a_block_without_an_id_or_a_type_is_a_warning(sheet: Any) -> None:
    sheet.line("Sodium", 0.1, 0.1)
    sheet.blocks += [{"BlockType": "LINE", "Text": "x"}, {"Id": "y"}]
    assert (only_page(sheet).text, only_page(sheet).warnings) == (
        "Sodium", ("2 block(s) without an id or a type",))


def test_what_a_page_block_names_and_the_response_lacks_is_a_warning(sheet: Any) -> None:
    """So it is when the chunk that a NextToken promises is missing."""
    sheet.link(sheet.block("PAGE", 0, 0, 1, 1), "CHILD", [sheet.line("one", 0.1, 0.1), {"Id": "in the next chunk"}])
    assert only_page(sheet).warnings == ("1 missing block(s) referred to by PAGE CHILD",)


@pytest.mark.parametrize("empty", [None, []])
def test_members_that_are_there_but_empty_are_as_if_they_were_not(sheet: Any, empty: Any) -> None:
    sheet.line("Sodium", 0.1, 0.1)
    sheet.blocks += [{"BlockType": "TABLE", "Id": "t", "Relationships": empty, "EntityTypes": empty, "Geometry": None}]
    sheet.blocks += [{"BlockType": "KEY_VALUE_SET", "Id": "k", "EntityTypes": empty, "Relationships": empty},
                     {"BlockType": "LAYOUT_FIGURE", "Id": "f", "Relationships": [{"Type": "CHILD", "Ids": empty}]}]
    page = only_page(sheet)
    assert (page.text, page.tables[0].rows, page.fields, page.warnings) == ("Sodium", [], (), ())


def test_a_block_without_confidence_is_not_to_be_relied_on(sheet: Any) -> None:
    sheet.table([sheet.cell(1, 1, sheet.words("14", 0.11, 0.11))])
    for block in sheet.blocks:
        del block["Confidence"]
    assert [cell.confidence for cell in only_page(sheet).tables[0].cells] == [0.0]


def test_words_without_geometry_stand_in_the_order_of_the_ids(sheet: Any) -> None:
    words = sheet.words("Sodium 140 mmol/L", 0.1, 0.1)
    sheet.link(sheet.block("LINE", 0.1, 0.1, 0.3, 0.01, Text="Sodium 140 mmol/L"), "CHILD", words)
    sheet.table([sheet.cell(1, 1, words)])
    del words[1]["Geometry"]
    page = only_page(sheet)
    assert (page.text, page.tables[0].rows) == ("Sodium 140 mmol/L", [["Sodium 140 mmol/L"]])


def test_a_page_without_any_geometry_is_read_in_the_order_of_the_response(sheet: Any) -> None:
    for text in ("first line", "second line", "third line"):
        sheet.line(text, 0.1, 0.1)
    for block in sheet.blocks:
        del block["Geometry"]
    assert only_page(sheet).text == "first line\nsecond line\nthird line"


def test_a_bounding_box_does_where_there_is_no_polygon_and_a_zero_may_be_left_out(sheet: Any) -> None:
    sheet.line("second", 0.1, 0.3)
    sheet.line("first", 0.0, 0.0)
    for block in sheet.blocks:
        del block["Geometry"]["Polygon"]
        box = block["Geometry"]["BoundingBox"]
        block["Geometry"]["BoundingBox"] = {side: value for side, value in box.items() if value}
    page = only_page(sheet)
    assert (page.text, page.lines[0].box.left, page.lines[0].box.top) == ("first\nsecond", 0.0, 0.0)


def test_words_of_one_line_stay_together_on_a_sheet_that_bends(sheet: Any) -> None:
    """At its right end the first line of the cell stands lower than the second one's left end."""
    texts = ("reports pain in the left knee", "that began two weeks ago today")
    children = []
    for row, text in enumerate(texts):
        words = sheet.words(text, 0.1, 0.2 + 0.015 * row)
        for number, word in enumerate(words):
            for corner in (word["Geometry"]["BoundingBox"], *word["Geometry"]["Polygon"]):
                corner["Top" if "Top" in corner else "Y"] += 0.004 * number
        sheet.link(sheet.block("LINE", 0.1, 0.2 + 0.015 * row, 0.3, 0.03, Text=text), "CHILD", words)
        children += words
    sheet.table([sheet.cell(1, 1, children[::-1])])
    assert only_page(sheet).tables[0].rows == [[" ".join(texts)]]


def test_a_tilted_sticker_is_read_along_its_own_lines(sheets: Any) -> None:
    """What is printed right on a line of the sticker stands lower on the page than the next line's left end."""
    sheet, sticker = sheets(), sheets(number=1, slope=0.1)
    for row in range(5):
        sheet.line("a long line of the page, which lies straight on the scanner", 0.1, 0.6 + 0.03 * row)
    texts = (("Maker Pfizer", "Lot AA1234"), ("Date 2/8/2021", "Site left arm"))
    for row, pair in enumerate(texts):
        for column, text in enumerate(pair):
            sticker.line(text, 0.1 + 0.35 * column, 0.2 + 0.02 * row)
    words = [block for block in sticker.blocks if block["BlockType"] == "WORD"]
    for block in sticker.blocks:
        block["Id"] = f"sticker {block['Id']}"
        for relation in block.get("Relationships", ()):
            relation["Ids"] = [f"sticker {one}" for one in relation["Ids"]]
    sheet.blocks += sticker.blocks
    sheet.table([sheet.cell(1, 1, words[::-1])])
    assert only_page(sheet).tables[0].rows == [["Maker Pfizer Lot AA1234 Date 2/8/2021 Site left arm"]]


def test_an_old_response_without_merged_cells_titles_and_entity_types_is_a_plain_grid(sheet: Any) -> None:
    cells = [cell for row in sheet.grid(("Test", "Result"), ("Sodium", "140")) for cell in row]
    for cell in cells:
        for name in ("RowSpan", "ColumnSpan"):
            del cell[name]
    sheet.table(cells)
    [table] = only_page(sheet).tables
    assert table.rows == [["Test", "Result"], ["Sodium", "140"]]
    assert (table.title, table.footer, {cell.kind for cell in table.cells}) == (None, None, {CellKind.BODY})


def test_two_cells_of_one_place_are_one(sheet: Any) -> None:
    sheet.table([sheet.cell(1, 1, sheet.words("Vitamin", 0.11, 0.11)), sheet.cell(1, 1, sheet.words("B12", 0.2, 0.11))])
    assert only_page(sheet).tables[0].rows == [["Vitamin B12"]]


def test_a_cell_that_spans_others_holds_their_words(sheet: Any) -> None:
    cells = [sheet.cell(1, 1, sheet.words("Lipid", 0.11, 0.11), ColumnSpan=2),
             sheet.cell(1, 2, sheet.words("panel", 0.31, 0.11)), sheet.cell(2, 1, sheet.words("HDL", 0.11, 0.16))]
    sheet.table(cells)
    [table] = only_page(sheet).tables
    assert (table.rows, table.cells[0].column_span) == ([["Lipid panel", ""], ["HDL", ""]], 2)


def test_footer_rows_and_sums_stay_in_the_rows(sheet: Any) -> None:
    cells = sheet.grid(("Sodium", "140"), ("Sum", "140"), ("fasting", ""))
    for row, kind in ((1, "TABLE_SUMMARY"), (2, "TABLE_FOOTER")):
        for cell in cells[row]:
            cell["EntityTypes"] = [kind]
    sheet.table([cell for row in cells for cell in row])
    [table] = only_page(sheet).tables
    assert (table.footer, table.rows[1:]) == ("fasting", [["Sum", "140"], ["fasting", ""]])


def test_of_two_tables_that_hold_a_word_its_line_stands_in_the_rows_of_the_inner_one(sheet: Any) -> None:
    """A table within the cells of another: the lines of the inner one stay together."""
    words = {}
    for text, left, top in (("Dose", 0.1, 0.2), ("Route", 0.3, 0.2), ("Notes", 0.6, 0.2), ("5 mg", 0.1, 0.23),
                            ("oral", 0.3, 0.23), ("none", 0.6, 0.23)):
        ids = sheet.line(text, left, top)["Relationships"][0]["Ids"]
        words[text] = [block for block in sheet.blocks if block["Id"] in ids]
    outer = [sheet.cell(1, 1, words["Dose"] + words["Route"]), sheet.cell(1, 2, words["Notes"]),
             sheet.cell(2, 1, words["5 mg"] + words["oral"]), sheet.cell(2, 2, words["none"])]
    inner = [sheet.cell(1, 1, words["Dose"]), sheet.cell(1, 2, words["Route"]),
             sheet.cell(2, 1, words["5 mg"]), sheet.cell(2, 2, words["oral"])]
    sheet.link(sheet.block("TABLE", 0.05, 0.1, 0.9, 0.4), "CHILD", outer)
    sheet.link(sheet.block("TABLE", 0.1, 0.19, 0.4, 0.06), "CHILD", inner)
    page = only_page(sheet)
    assert [line.text for line in page.lines] == ["Dose", "Route", "5 mg", "oral", "Notes", "none"]
    assert [table.rows for table in page.tables] == [
        [["Dose Route", "Notes"], ["5 mg oral", "none"]], [["Dose", "Route"], ["5 mg", "oral"]]]


def test_a_list_of_the_layout_holds_its_texts_in_order(sheet: Any) -> None:
    lines = {text: sheet.line(text, left, top) for text, left, top in
             (("right", 0.6, 0.1), ("one", 0.1, 0.2), ("two", 0.1, 0.3))}
    listed = sheet.block("LAYOUT_LIST", 0.1, 0.2, 0.3, 0.2)
    items = [sheet.link(sheet.block("LAYOUT_TEXT", 0.1, 0.2, 0.3, 0.1), "CHILD", [lines[text]])
             for text in ("one", "two")]
    sheet.link(listed, "CHILD", items)
    sheet.link(sheet.block("LAYOUT_TEXT", 0.6, 0.1, 0.3, 0.1), "CHILD", [lines["right"]])
    assert only_page(sheet).text == "one\ntwo\nright"
