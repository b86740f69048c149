"""Rows of a long table are counted, the right and the wrong ones."""

from __future__ import annotations

import json

import pytest

from benchmarks import long_tables
from benchmarks.lab_blocks import report_blocks
from benchmarks.lab_rows import results
from benchmarks.long_tables import OCR, TEXT, LongTable, read_table, targets
from include.ocr.blocks import read_page


def test_figures_can_be_stored_and_name_both_ways() -> None:
    figures = long_tables.measure((20,))
    assert json.loads(json.dumps(figures)) == figures
    assert [(row["way"], row["rows"]) for row in figures["tables"]] == [(TEXT, 20), (OCR, 20)]


@pytest.mark.parametrize("way", [TEXT, OCR])
def test_a_table_goes_on_over_pages_and_all_its_rows_are_found(way: str) -> None:
    found = read_table(way, 100)
    assert (found.pages, found.recall, found.precision) == (3, 1.0, 1.0)
    assert found.parts > 1


def test_ocr_sees_what_is_printed_in_the_report() -> None:
    rows = results(50)
    first, second = (read_page(number, blocks) for number, blocks in enumerate(report_blocks(rows), 1))
    assert "Patient Name: Clementine Quillfeather" in first.text
    assert [row[:3] for row in second.tables[0].rows[1:]] == [[row.test, row.value, row.unit] for row in rows[45:]]


@pytest.mark.parametrize(("found", "observations"), [(9, 9), (10, 11)], ids=["a row is missing", "a row is invented"])
def test_a_promise_is_broken_by_either(found: int, observations: int) -> None:
    table = LongTable(TEXT, rows=10, pages=1, parts=1, found=found, observations=observations, read=1, converted=1)
    assert list(targets([table]).values()) == [False]
