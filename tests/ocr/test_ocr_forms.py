"""Key-value sets (https://docs.aws.amazon.com/textract/latest/dg/how-it-works-kvp.html) and tick boxes."""

from __future__ import annotations

from typing import Any

import pytest

from include.documents.content import PageContent
from include.ocr.blocks import read_pages


def only_page(sheet: Any) -> PageContent:
    [page] = read_pages(sheet.blocks)
    return page


def test_fields_stand_in_the_reading_order_of_their_keys(sheet: Any) -> None:
    for text, left, top in (("City:", 0.5, 0.3), ("Name:", 0.1, 0.1), ("Street:", 0.1, 0.3)):
        sheet.pair(sheet.words(text, left, top), sheet.words("x", left + 0.1, top))
    assert [field.key for field in only_page(sheet).fields] == ["Name:", "Street:", "City:"]


@pytest.mark.parametrize(("selected", "text"), [(True, "[X]"), (False, "[ ]")])
def test_a_tick_box_as_value_says_whether_it_is_selected(sheet: Any, selected: bool, text: str) -> None:
    sheet.pair(sheet.words("Smoker", 0.1, 0.1), [sheet.tick(selected, 0.3, 0.1)])
    [field] = only_page(sheet).fields
    assert (field.value, field.selected) == (text, selected)


def test_a_value_in_words_is_neither_selected_nor_not(sheet: Any) -> None:
    sheet.pair(sheet.words("Name:", 0.1, 0.1), sheet.words("Ada Brown", 0.3, 0.1))
    assert only_page(sheet).fields[0].selected is None


def test_a_fields_confidence_is_the_lowest_of_pairing_and_words(sheet: Any) -> None:
    sheet.pair(sheet.words("MRN:", 0.1, 0.1), sheet.words("123", 0.3, 0.1), confidence=40.0)
    sheet.pair(sheet.words("Age:", 0.1, 0.2), [sheet.word("40", 0.3, 0.2, confidence=50.0)], confidence=90.0)
    assert [field.confidence for field in only_page(sheet).fields] == [40.0, 50.0]


def test_keys_and_values_as_block_types_of_their_own_are_read_too(sheet: Any) -> None:
    """Some responses have KEY and VALUE in place of KEY_VALUE_SET."""
    sheet.pair(sheet.words("Sex:", 0.1, 0.1), sheet.words("F", 0.3, 0.1))
    for block in sheet.blocks:
        if block["BlockType"] == "KEY_VALUE_SET":
            block["BlockType"] = block["EntityTypes"][0]
    assert [(field.key, field.value) for field in only_page(sheet).fields] == [("Sex:", "F")]


def test_ticks_in_a_cell_stand_before_their_labels_whatever_the_order_of_the_ids(sheet: Any) -> None:
    no, yes = sheet.tick(False, 0.2, 0.11), sheet.tick(True, 0.11, 0.11)
    words = [sheet.word("No", 0.22, 0.11), sheet.word("Yes", 0.13, 0.11)]
    sheet.table([sheet.cell(1, 1, sheet.words("Fever?", 0.05, 0.11)), sheet.cell(1, 2, [no, yes, *words])])
    page = only_page(sheet)
    assert page.tables[0].rows == [["Fever?", "[X] Yes [ ] No"]]
    assert [(box.label, box.selected) for box in page.tick_boxes] == [("Yes", True), ("No", False)]


def test_a_tick_box_drawn_over_its_label_still_belongs_to_it(sheet: Any) -> None:
    children = [sheet.word("No", 0.2, 0.11), sheet.tick(False, 0.199, 0.11), sheet.tick(True, 0.109, 0.11),
                sheet.word("Yes", 0.11, 0.11)]
    sheet.table([sheet.cell(1, 1, children)])
    page = only_page(sheet)
    assert page.tables[0].rows == [["[X] Yes [ ] No"]]
    assert [(box.label, box.selected) for box in page.tick_boxes] == [("Yes", True), ("No", False)]


def test_a_row_that_begins_with_words_and_ends_with_a_box_has_its_labels_before_the_boxes(sheet: Any) -> None:
    children = [sheet.word("Yes", 0.11, 0.11), sheet.tick(True, 0.15, 0.11),
                sheet.word("No", 0.18, 0.11), sheet.tick(False, 0.22, 0.11)]
    sheet.table([sheet.cell(1, 1, children)])
    assert [(box.label, box.selected) for box in only_page(sheet).tick_boxes] == [("Yes", True), ("No", False)]


def test_a_box_alone_in_its_cell_is_labelled_by_its_row_and_by_its_column_if_the_row_has_several(sheet: Any) -> None:
    cells = [
        sheet.cell(1, 1, []), sheet.cell(1, 2, sheet.words("Self", 0.31, 0.11)),
        sheet.cell(1, 3, sheet.words("Family", 0.51, 0.11)),
        sheet.cell(2, 1, sheet.words("Asthma", 0.11, 0.16)), sheet.cell(2, 2, [sheet.tick(True, 0.31, 0.16)]),
        sheet.cell(2, 3, [sheet.tick(False, 0.51, 0.16)]),
        sheet.cell(3, 1, sheet.words("Gout", 0.11, 0.21)), sheet.cell(3, 2, [sheet.tick(True, 0.31, 0.21)]),
    ]
    sheet.table(cells)
    assert [(box.label, box.selected) for box in only_page(sheet).tick_boxes] == [
        ("Asthma Self", True), ("Asthma Family", False), ("Gout", True)]


def test_a_box_outside_of_tables_and_forms_takes_the_near_words_of_its_row(sheet: Any) -> None:
    sheet.tick(True, 0.1, 0.5)
    sheet.line("Diabetes", 0.12, 0.5)
    sheet.tick(False, 0.6, 0.5)
    sheet.line("Below", 0.6, 0.6)
    assert [(box.label, box.selected) for box in only_page(sheet).tick_boxes] == [("Diabetes", True), ("", False)]


def test_the_key_that_the_response_pairs_a_box_with_is_its_label(sheet: Any) -> None:
    tick = sheet.tick(True, 0.11, 0.11)
    sheet.pair(sheet.words("High blood pressure", 0.3, 0.11), [tick])
    sheet.table([sheet.cell(1, 1, [tick, *sheet.words("Other words", 0.13, 0.11)])])
    assert [box.label for box in only_page(sheet).tick_boxes] == ["High blood pressure"]


def words_of(sheet: Any, *lines: tuple[str, float, float]) -> list[Any]:
    """The words of LINEs put on the page, in this order."""
    ids = [block_id for line in lines for block_id in sheet.line(*line)["Relationships"][0]["Ids"]]
    by_id = {block["Id"]: block for block in sheet.blocks}
    return [by_id[block_id] for block_id in ids]


def test_columns_within_a_value_come_in_the_order_that_textract_has_read_them(sheet: Any) -> None:
    value = words_of(
        sheet, ("12 Mill Lane", 0.3, 0.1), ("Oxford", 0.3, 0.12), ("Tel. 555", 0.6, 0.1), ("Fax 556", 0.6, 0.12))
    sheet.pair(sheet.words("Address:", 0.1, 0.1), value)
    assert only_page(sheet).fields[0].value == "12 Mill Lane Oxford Tel. 555 Fax 556"


def test_a_line_that_is_told_after_one_below_it_is_put_where_it_stands(sheet: Any) -> None:
    value = words_of(sheet, ("Oxford", 0.3, 0.12), ("12 Mill Lane", 0.3, 0.1))
    sheet.pair(sheet.words("Address:", 0.1, 0.1), value)
    assert only_page(sheet).fields[0].value == "12 Mill Lane Oxford"


def test_the_words_of_one_line_of_a_value_stand_in_the_order_of_their_places(sheet: Any) -> None:
    value = words_of(sheet, ("1 May 1960", 0.3, 0.1), ("Oxford", 0.3, 0.12))
    sheet.pair(sheet.words("Born:", 0.1, 0.1), [value[2], value[0], value[1], value[3]])
    assert only_page(sheet).fields[0].value == "1 May 1960 Oxford"
