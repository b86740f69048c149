"""What is drawn on a page comes back in Textract's blocks."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from tests.sandbox import drawn_pages as drawn

Blocks = list[dict[str, Any]]


def analysed(sandbox: Any, page: Image.Image, *features: str) -> Blocks:
    answer = sandbox.textract.analyze_document(
        Document={"Bytes": drawn.png(page)}, FeatureTypes=list(features or ("TABLES", "FORMS")))
    return list(answer["Blocks"])


def related(block: dict[str, Any], kind: str) -> list[str]:
    return [i for relation in block.get("Relationships", ()) if relation["Type"] == kind for i in relation["Ids"]]


def text_of(block: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> str:
    children = [by_id[i] for i in related(block, "CHILD")]
    return " ".join(child.get("Text") or child.get("SelectionStatus", "") for child in children)


def tables(blocks: Blocks) -> list[list[list[str]]]:
    by_id = {block["Id"]: block for block in blocks}
    found = []
    for table in (block for block in blocks if block["BlockType"] == "TABLE"):
        cells = [by_id[i] for i in related(table, "CHILD")]
        grid = [[""] * max(c["ColumnIndex"] for c in cells) for _ in range(max(c["RowIndex"] for c in cells))]
        for cell in cells:
            grid[cell["RowIndex"] - 1][cell["ColumnIndex"] - 1] = text_of(cell, by_id)
        found.append(grid)
    return found


def pairs(blocks: Blocks) -> list[tuple[str, str]]:
    by_id = {block["Id"]: block for block in blocks}
    return [
        (text_of(block, by_id), " ".join(text_of(by_id[i], by_id) for i in related(block, "VALUE")))
        for block in blocks if block["BlockType"] == "KEY_VALUE_SET" and block["EntityTypes"] == ["KEY"]]


@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "without lines"])
def test_a_lab_table_comes_back_cell_by_cell(sandbox: Any, ruled: bool) -> None:
    assert tables(analysed(sandbox, drawn.table_page(ruled=ruled))) == [[list(row) for row in drawn.LAB_ROWS]]


def test_the_first_row_of_words_is_the_column_header(sandbox: Any) -> None:
    blocks = analysed(sandbox, drawn.table_page())
    headers = {
        b["RowIndex"] for b in blocks if b["BlockType"] == "CELL" and "COLUMN_HEADER" in b.get("EntityTypes", ())}
    assert headers == {1}


def test_a_section_row_stays_one_row_of_the_table(sandbox: Any) -> None:
    rows = [*drawn.LAB_ROWS[:3], ("Kidney function",), *drawn.LAB_ROWS[3:]]
    found = tables(analysed(sandbox, drawn.table_page(rows, ruled=False)))
    assert found == [[[*row, *[""] * (4 - len(row))] for row in rows]]


def test_a_cell_over_two_columns_is_a_merged_cell(sandbox: Any) -> None:
    page, draw = drawn.canvas()
    for row in range(4):
        for column in range(3):
            x, y = 80 + column * 300, 160 + row * 80
            draw.rectangle((x, y, x + 300, y + 80), outline="black", width=3)
            draw.text((x + 15, y + 22), f"Cell {row} {column}", fill="black", font=drawn.font())
    draw.rectangle((382, 162, 978, 238), fill="white")
    draw.text((400, 182), "Both columns", fill="black", font=drawn.font())
    blocks = analysed(sandbox, page)
    merged = [b for b in blocks if b["BlockType"] == "MERGED_CELL"]
    assert [(b["RowIndex"], b["ColumnIndex"], b["RowSpan"], b["ColumnSpan"]) for b in merged] == [(1, 2, 1, 2)]
    by_id = {block["Id"]: block for block in blocks}
    assert " ".join(text_of(by_id[i], by_id) for i in related(merged[0], "CHILD")).strip() == "Both columns"


def test_labels_are_paired_with_the_value_beside_or_inside_their_box(sandbox: Any) -> None:
    assert set(pairs(analysed(sandbox, drawn.form_page()))) == {
        ("Patient name:", "Mara Lindqvist"), ("Date of birth:", "1971-03-09"), ("Record number:", "88-4471"),
        ("Ward:", "North"), ("INSURER", "Harbour Mutual"), ("POLICY NUMBER", "PX-20977")}


def test_a_tick_box_is_a_selection_element_with_the_label_beside_it(sandbox: Any) -> None:
    blocks = analysed(sandbox, drawn.tick_page())
    status = [value for _, value in pairs(blocks)]
    assert sorted(pairs(blocks)) == [
        ("No", "NOT_SELECTED"), ("No", "SELECTED"), ("No", "SELECTED"),
        ("Yes", "NOT_SELECTED"), ("Yes", "NOT_SELECTED"), ("Yes", "SELECTED")]
    assert len(status) == sum(1 for b in blocks if b["BlockType"] == "SELECTION_ELEMENT")


def test_a_mark_over_the_edge_ticks_its_box_and_spoils_no_label(sandbox: Any) -> None:
    blocks = analysed(sandbox, drawn.crossed_page())
    assert sorted(pairs(blocks)) == [
        ("No", "NOT_SELECTED"), ("No", "SELECTED"), ("No", "SELECTED"),
        ("Yes", "NOT_SELECTED"), ("Yes", "NOT_SELECTED"), ("Yes", "SELECTED")]
    keys = [b for b in blocks if b["BlockType"] == "KEY_VALUE_SET" and b["EntityTypes"] == ["KEY"]]
    assert min(key["Confidence"] for key in keys) > 95


def test_a_question_stays_a_line_of_its_own_beside_its_options(sandbox: Any) -> None:
    lines = [b["Text"] for b in analysed(sandbox, drawn.crossed_page()) if b["BlockType"] == "LINE"]
    assert sorted(lines) == sorted(["Do you smoke?", "Do you cough?", "Any known allergy?", *["Yes", "No"] * 3])


def test_a_photo_is_read_as_its_exif_note_shows_it(sandbox: Any) -> None:
    """Width and height are those of the displayed page, not of the stored pixels."""
    answer = sandbox.textract.analyze_document(
        Document={"Bytes": drawn.jpeg_lying_on_its_side(drawn.table_page())}, FeatureTypes=["TABLES"])
    assert tables(answer["Blocks"]) == [[list(row) for row in drawn.LAB_ROWS]]
    title = next(b for b in answer["Blocks"] if b["BlockType"] == "LINE")["Geometry"]["BoundingBox"]
    assert title["Width"] > 3 * title["Height"]
    assert title["Left"] + title["Top"] < 0.2


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_reads_like_the_upright_one(sandbox: Any, degrees: int) -> None:
    turned = drawn.table_page().rotate(degrees, expand=True)
    assert tables(analysed(sandbox, turned)) == [[list(row) for row in drawn.LAB_ROWS]]


def test_geometry_is_that_of_the_given_page(sandbox: Any) -> None:
    """Turned by 90 degrees clockwise, the page's upper left corner is its upper right one."""
    blocks = analysed(sandbox, drawn.table_page().rotate(-90, expand=True))
    first = next(b for b in blocks if b["BlockType"] == "LINE")["Geometry"]
    assert first["BoundingBox"]["Left"] > 0.85
    assert first["BoundingBox"]["Height"] > 3 * first["BoundingBox"]["Width"]
    assert first["Polygon"][0]["X"] > first["Polygon"][2]["X"]


def test_a_blank_page_is_its_page_block_alone(sandbox: Any) -> None:
    assert [b["BlockType"] for b in analysed(sandbox, Image.new("RGB", drawn.PAPER, "white"))] == ["PAGE"]


@pytest.mark.parametrize(("feature", "there", "absent"), [
    ("TABLES", "TABLE", "KEY_VALUE_SET"), ("FORMS", "KEY_VALUE_SET", "TABLE")])
def test_feature_types_decide_which_structures_are_given(
        sandbox: Any, feature: str, there: str, absent: str) -> None:
    page = drawn.table_page()
    page.paste(drawn.form_page().crop((0, 60, 1200, 280)), (0, 600))
    kinds = {block["BlockType"] for block in analysed(sandbox, page, feature)}
    assert there in kinds
    assert absent not in kinds


def test_every_relationship_names_a_block_of_the_answer_and_every_block_lies_on_the_page(sandbox: Any) -> None:
    blocks = analysed(sandbox, drawn.form_page())
    ids = [block["Id"] for block in blocks]
    assert len(set(ids)) == len(ids)
    assert {i for b in blocks for r in b.get("Relationships", ()) for i in r["Ids"]} <= set(ids)
    assert all(0 <= point[axis] <= 1 for b in blocks for point in b["Geometry"]["Polygon"] for axis in "XY")


def test_the_same_page_has_the_same_answer(sandbox: Any) -> None:
    assert analysed(sandbox, drawn.form_page()) == analysed(sandbox, drawn.form_page())
