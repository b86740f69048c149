"""A table that goes on over pages is read as one; each fact keeps the page on which it stands."""

from __future__ import annotations

from dataclasses import replace

from include.documents.content import Box, Cell, DocumentContent, Line, Origin, PageContent, Table, Word
from include.fhir.extraction import extract
from include.fhir.facts import DocumentFacts, ObservationFact, UnmappedReason
from include.ocr.continued_tables import continued_tables

HEADER = ("Test", "Result", "Units")
LETTER = 0.008


def line(text: str, left: float, top: float) -> Line:
    words = tuple(Word(part, Box(left + LETTER * text.index(part), top, LETTER * len(part), 0.015))
                  for part in text.split())
    return Line(text, Box(left, top, LETTER * len(text), 0.015), words=words)


def page(number: int, *rows: tuple[str, ...], above: tuple[str, ...] = ()) -> PageContent:
    """Lines one below the other, then a table."""
    lines = [line(text, 0.1, 0.05 + 0.03 * place) for place, text in enumerate(above)]
    cells = []
    for row, texts in enumerate(rows, 1):
        for column, text in enumerate(texts, 1):
            box = Box(0.3 * column - 0.2, 0.4 + 0.03 * row, 0.3, 0.03)
            cells.append(Cell(row, column, text, box))
            lines += [line(text, box.left + 0.01, box.top + 0.005)] if text else []
    table = Table(tuple(cells), box=Box(0.1, 0.43, 0.9, 0.03 * len(rows)))
    return PageContent(number, Origin.OCR, tuple(lines), (table,))


def read(*pages: PageContent) -> DocumentFacts:
    return extract(DocumentContent("doc-test", pages, tables=continued_tables(pages)))


def observed(facts: DocumentFacts) -> dict[str, ObservationFact]:
    return {fact.name: fact for fact in facts.observations}


HEAD = ("Laboratory report", "Patient: Tamsin Oakenshaw", "Date of birth: 03/27/1971", "MRN: 55120987")
FIRST = page(1, HEADER, ("Chemistry", "", ""), ("Sodium", "138", "mmol/L"), above=HEAD)


def test_rows_below_a_page_break_are_read_by_the_header_above_it_and_keep_their_page() -> None:
    facts = read(FIRST, page(2, ("Potassium", "4.1", "mmol/L")))
    potassium = observed(facts)["Potassium"]
    assert (potassium.value and str(potassium.value.number)) == "4.1"
    assert potassium.source and potassium.source.box
    assert (potassium.source.page, round(potassium.source.box.top, 2)) == (2, 0.43)
    assert facts.rows_in == facts.rows_out


def test_rows_below_a_page_break_belong_to_the_panel_above_it() -> None:
    facts = read(FIRST, page(2, ("Potassium", "4.1", "mmol/L")))
    assert [observed(facts)[name].panel for name in ("Sodium", "Potassium")] == ["Chemistry", "Chemistry"]


def test_a_repeated_header_is_no_row_of_results_and_the_panel_goes_on() -> None:
    facts = read(FIRST, page(2, HEADER, ("Potassium", "4.1", "mmol/L")))
    assert {name: fact.panel for name, fact in observed(facts).items()} == {
        "Sodium": "Chemistry", "Potassium": "Chemistry"}


def test_a_title_row_that_is_repeated_with_the_header_is_no_result_either() -> None:
    title = ("Laboratory results", "", "")
    first = page(1, title, HEADER, ("Sodium", "138", "mmol/L"), above=HEAD)
    facts = read(first, page(2, title, HEADER, ("Potassium", "4.1", "mmol/L")))
    assert sorted(observed(facts)) == ["Potassium", "Sodium"]
    assert [row.source.page for row in facts.unmapped if row.reason is UnmappedReason.HEADER and row.source] == [
        1, 1, 2, 2]


def test_a_header_that_ocr_read_otherwise_on_the_next_page_is_no_result() -> None:
    facts = read(FIRST, page(2, ("Test", "Result", "Unlts"), ("Potassium", "4.1", "mmol/L")))
    assert sorted(observed(facts)) == ["Potassium", "Sodium"]


def test_a_running_head_that_was_read_as_a_tables_title_is_no_panel() -> None:
    pages = page(1, HEADER, ("Sodium", "138", "mmol/L"), above=HEAD), page(2, HEADER, ("Potassium", "4.1", "mmol/L"))
    titled = [
        replace(one, lines=(line("Oakridge Associates", 0.1, 0.02), *one.lines),
                tables=(replace(one.tables[0], title="Oakridge Associates"),)) for one in pages]
    panels = {fact.panel for fact in read(*titled).observations}
    assert len(panels) == 1
    assert "Oakridge Associates" not in panels
