"""Tables whose headers stand in one cell, and ranges that stand in two columns."""

from __future__ import annotations

import pytest

from include.documents.content import Box, Cell, CellKind, DocumentContent, Line, Origin, PageContent, Table, Word
from include.fhir.extraction import extract
from include.fhir.facts import DocumentFacts

_WIDTH, _HEIGHT = 0.15, 0.03
_HEAD = ("Laboratory report", "Patient: Tamsin Oakenshaw", "Date of birth: 03/27/1971")


def cell_box(row: int, column: int, span: int = 1) -> Box:
    return Box(0.05 + _WIDTH * (column - 1), 0.3 + _HEIGHT * row, _WIDTH * span, _HEIGHT)


def line(text: str, box: Box) -> Line:
    place = Box(box.left + 0.01, box.top + 0.005, 0.008 * len(text), 0.015)
    return Line(text, place, words=(Word(text, place),))


def read(header: tuple[str, ...], *rows: tuple[str, ...]) -> DocumentFacts:
    """A ruled table with nothing between its headers."""
    lines = [line(text, Box(0.05, 0.05 + 0.03 * at, 0.5, 0.03)) for at, text in enumerate(_HEAD)]
    cells = [Cell(1, 1, " ".join(header), cell_box(1, 1, len(header)), column_span=len(header), kind=CellKind.SECTION)]
    lines += [line(text, cell_box(1, column)) for column, text in enumerate(header, start=1)]
    for row, texts in enumerate(rows, start=2):
        for column, text in enumerate(texts, start=1):
            cells.append(Cell(row, column, text, cell_box(row, column)))
            lines += [line(text, cell_box(row, column))] if text else []
    box = Box(0.05, 0.3 + _HEIGHT, _WIDTH * len(header), _HEIGHT * (len(rows) + 1))
    page = PageContent(1, Origin.EMBEDDED, tuple(lines), (Table(tuple(cells), box=box),))
    return extract(DocumentContent("doc-test", (page,)))


HEADER = ("Analyte", "Units", "Low", "High", "Value")


def test_headers_in_one_cell_go_to_the_columns_below_them() -> None:
    facts = read(HEADER, ("Sodium", "mmol/L", "136", "145", "140"), ("Zorbinase", "U/L", "10", "40", "27"))
    assert [(f.name, f.value and f.value.printed, f.reference_range) for f in facts.observations] == [
        ("Sodium", "140", "136-145"), ("Zorbinase", "27", "10-40")]
    assert facts.rows_in == facts.rows_out


@pytest.mark.parametrize(("low", "high", "span"), [
    ("60", "", "Low 60"), ("", "200", "High 200"), ("", "", None), ("3.5", "5.1", "3.5-5.1")])
def test_one_limit_alone_keeps_the_word_that_heads_it(low: str, high: str, span: str | None) -> None:
    facts = read(HEADER, ("Sodium", "mmol/L", "136", "145", "140"), ("eGFR", "mL/min", low, high, "92"))
    assert [f.reference_range for f in facts.observations] == ["136-145", span]


def test_of_three_numbers_in_a_row_without_a_known_header_none_is_the_result() -> None:
    facts = read(("Analyte", "one", "two", "three", "four"), ("Sodium", "mmol/L", "136", "145", "140"))
    assert facts.observations == ()
