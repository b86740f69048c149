"""TABLE blocks (https://docs.aws.amazon.com/textract/latest/dg/how-it-works-tables.html)."""

from __future__ import annotations

from typing import Any

import pytest

from include.documents.content import CellKind, Table
from include.ocr.blocks import read_pages


def only_table(sheet: Any) -> Table:
    [page] = read_pages(sheet.blocks)
    [table] = page.tables
    return table


def flat(cells: list[list[Any]]) -> list[Any]:
    return [cell for row in cells for cell in row]


def test_cells_come_in_row_and_column_order_with_their_words_by_place(sheet: Any) -> None:
    cells = flat(sheet.grid(("Test", "Result"), ("Free T4", "1.1 ng/dL")))
    for cell in cells:
        cell["Relationships"][0]["Ids"].reverse()
    sheet.table(cells[::-1])
    assert only_table(sheet).rows == [["Test", "Result"], ["Free T4", "1.1 ng/dL"]]


def test_a_merged_cell_is_one_cell_with_the_whole_text_and_its_spans(sheet: Any) -> None:
    cells = sheet.grid(("Lipid", "panel"), ("HDL", "60"))
    merged = sheet.cell(1, 1, cells[0][::-1], kind="MERGED_CELL", ColumnSpan=2)
    sheet.table(flat(cells), [merged])
    table = only_table(sheet)
    assert [(c.row, c.column, c.text, c.row_span, c.column_span) for c in table.cells] == [
        (1, 1, "Lipid panel", 1, 2), (2, 1, "HDL", 1, 1), (2, 2, "60", 1, 1)]


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_merged_cells_that_overlap_the_upper_left_keeps_the_place_and_no_text_is_lost(
    sheet: Any, order: int
) -> None:
    cells = sheet.grid(("a", "b"), ("c", "d"))
    first = sheet.cell(1, 1, [cells[0][0], cells[0][1]], kind="MERGED_CELL", ColumnSpan=2)
    second = sheet.cell(1, 2, [cells[0][1], cells[1][1]], kind="MERGED_CELL", RowSpan=2)
    sheet.table(flat(cells), [first, second][::order])
    assert only_table(sheet).rows == [["a b", ""], ["c", "d"]]


def test_a_merged_cell_whose_parts_are_missing_does_not_hide_other_cells(sheet: Any) -> None:
    cells = sheet.grid(("a", "b"),)
    merged = sheet.cell(1, 1, cells[0], kind="MERGED_CELL", ColumnSpan=2)
    sheet.table(flat(cells), [merged])
    sheet.blocks.remove(cells[0][1])
    assert only_table(sheet).rows == [["a", ""]]


def test_a_cell_that_only_the_merged_cell_names_is_part_of_it(sheet: Any) -> None:
    cells = sheet.grid(("Lipid", "panel"),)
    merged = sheet.cell(1, 1, cells[0], kind="MERGED_CELL", ColumnSpan=2)
    sheet.table(cells[0][:1], [merged])
    assert [cell.text for cell in only_table(sheet).cells] == ["Lipid panel"]


def test_header_section_and_title_rows_are_told_apart_from_the_body(sheet: Any) -> None:
    cells = sheet.grid(("Results", ""), ("Test", "Value"), ("Chemistry", ""), ("Sodium", "140"), ("Sum", "140"))
    for row, kind in enumerate(("TABLE_TITLE", "COLUMN_HEADER", "TABLE_SECTION_TITLE", None, "TABLE_SUMMARY")):
        for cell in cells[row]:
            cell["EntityTypes"] = [kind] if kind else []
    sheet.table(flat(cells))
    kinds = {cell.row: cell.kind for cell in only_table(sheet).cells}
    assert kinds == {1: CellKind.SECTION, 2: CellKind.HEADER, 3: CellKind.SECTION, 4: CellKind.BODY, 5: CellKind.BODY}


def test_a_merged_cell_is_a_header_when_its_parts_are(sheet: Any) -> None:
    cells = sheet.grid(("Vital", "signs"), ("Pulse", "60"))
    for cell in cells[0]:
        cell["EntityTypes"] = ["COLUMN_HEADER"]
    sheet.table(flat(cells), [sheet.cell(1, 1, cells[0], kind="MERGED_CELL", ColumnSpan=2)])
    assert only_table(sheet).cells[0].kind is CellKind.HEADER


def test_title_and_footers_are_those_that_the_table_names(sheet: Any) -> None:
    table = sheet.table(flat(sheet.grid(("a", "b"))))
    title = sheet.link(sheet.block("TABLE_TITLE", 0.1, 0.05, 0.3, 0.01), "CHILD", sheet.words("CBC panel", 0.1, 0.05))
    notes = [sheet.link(sheet.block("TABLE_FOOTER", 0.1, top, 0.3, 0.01), "CHILD", sheet.words(text, 0.1, top))
             for text, top in (("* fasting", 0.8), ("** repeated", 0.82))]
    sheet.link(sheet.link(table, "TABLE_TITLE", [title]), "TABLE_FOOTER", notes)
    read = only_table(sheet)
    assert (read.title, read.footer) == ("CBC panel", "* fasting\n** repeated")


def test_a_title_that_stands_only_in_marked_cells_is_the_title_and_stays_in_the_rows(sheet: Any) -> None:
    cells = sheet.grid(("Lipid", "panel"), ("HDL", "60"))
    for cell in cells[0]:
        cell["EntityTypes"] = ["TABLE_TITLE"]
    sheet.table(flat(cells))
    read = only_table(sheet)
    assert (read.title, read.rows[0]) == ("Lipid panel", ["Lipid", "panel"])


def test_a_cells_confidence_is_that_of_the_word_read_worst(sheet: Any) -> None:
    words = [sheet.word("14", 0.11, 0.11, confidence=97.0), sheet.word("mg", 0.15, 0.11, confidence=55.0)]
    sheet.table([sheet.cell(1, 1, words, Confidence=30.0), sheet.cell(1, 2, [], Confidence=30.0)])
    assert [cell.confidence for cell in only_table(sheet).cells] == [55.0, 30.0]


def test_tables_come_from_top_to_bottom_whatever_the_responses_order(sheet: Any) -> None:
    lower = sheet.table(flat(sheet.grid(("lower", "b"))))
    lower["Geometry"] = sheet.block("TABLE", 0.1, 0.6, 0.8, 0.05)["Geometry"]
    sheet.blocks.pop()
    sheet.table(flat(sheet.grid(("upper", "b"))))
    [page] = read_pages(sheet.blocks)
    assert [table.rows[0][0] for table in page.tables] == ["upper", "lower"]


def test_a_label_printed_upwards_inside_an_upright_table_reads_upwards(sheet: Any, sheets: Any) -> None:
    turned = sheets(number=None, quarter=3)
    words = turned.words("read upwards here", 0.5, 0.12)
    for number, word in enumerate(words):
        word["Id"] = f"turned-{number}"
    sheet.blocks += words
    sheet.line("a long upright line of text above the table", 0.1, 0.02)
    sheet.table([sheet.cell(1, 1, words[::-1]), sheet.cell(1, 2, sheet.words("upright", 0.4, 0.11))])
    assert only_table(sheet).rows == [["read upwards here", "upright"]]
