"""Rows carried over a page break by the places of their columns alone: labels with their values are none of them."""

from __future__ import annotations

import re

import pytest

from include.documents.content import Box, DocumentContent, Line, Origin, PageContent, Word
from include.fhir.extraction import extract
from include.fhir.facts import DocumentFacts

LETTER, PITCH = 0.008, 0.026
COLUMNS = (0.1, 0.42, 0.56, 0.7)
HEADER = ("Test", "Result", "Units", "Reference Range")
PATIENT = (("Patient: Tamsin Oakenshaw",), ("Date of birth: 27 March 1971",), ("MRN: 55120987",))
SODIUM = ("Sodium", "138", "mmol/L", "135-145")
POTASSIUM = ("Potassium", "4.1", "mmol/L", "3.5-5.1")
UREA = ("Urea", "5.2", "mmol/L", "2.5-7.8")
REMARK = ("Specimens are kept for seven days, then they are discarded by the laboratory.",)


def line(text: str, left: float, top: float) -> Line:
    words = [Word(found[0], Box(left + LETTER * found.start(), top, LETTER * len(found[0]), 0.015))
             for found in re.finditer(r"\S+", text)]
    return Line(text, Box(left, top, LETTER * len(text), 0.015), words=tuple(words))


def page(number: int, *rows: tuple[str, ...]) -> PageContent:
    """Aligned texts, evenly spaced; no reader of pages saw a table."""
    lines = [line(text, left, 0.2 + PITCH * place)
             for place, row in enumerate(rows) for text, left in zip(row, COLUMNS, strict=False)]
    return PageContent(number, Origin.OCR, tuple(lines), ())


def read(*second: tuple[str, ...]) -> DocumentFacts:
    """A page that ends with a table's row, and the one behind it."""
    return extract(DocumentContent("doc-test", (page(1, *PATIENT, HEADER, SODIUM), page(2, *second))))


def names(facts: DocumentFacts) -> list[str]:
    return [fact.name for fact in facts.observations]


def test_rows_at_the_top_of_a_page_go_on_with_the_table_above_the_break() -> None:
    assert names(read(POTASSIUM, UREA)) == ["Sodium", "Potassium", "Urea"]


def test_tests_with_a_colon_behind_them_go_on_with_it() -> None:
    assert names(read(("Potassium:", *POTASSIUM[1:]), ("Urea:", *UREA[1:]))) == ["Sodium", "Potassium", "Urea"]


@pytest.mark.parametrize("label", [
    ("Patient:", "Tamsin"), ("MRN:", "55120987"), ("Date of birth:", "27 March"), ("Sex:", "Female"),
    ("Patient Name", "Tamsin"), ("DOB", "3/27/1971"), ("Oakenshaw", "MRN 551"), ("Collected:", "12 November"),
    ("Report date", "12 November"), ("Ordered by", "Dr. Roe"), ("Accession number", "4711"), ("Ward bed:", "12"),
], ids=" ".join)
def test_a_label_with_its_value_above_a_pages_own_header_is_no_result(label: tuple[str, ...]) -> None:
    assert names(read(label, REMARK, HEADER, POTASSIUM)) == ["Sodium", "Potassium"]


def test_what_stands_above_a_persons_details_is_no_result_either() -> None:
    facts = read(("Oakridge", "Report 47"), ("Patient:", "Tamsin"), REMARK, HEADER, POTASSIUM)
    assert names(facts) == ["Sodium", "Potassium"]


def test_rows_that_go_on_end_at_the_labels_below_them() -> None:
    assert names(read(POTASSIUM, ("Verified by:", "Dr. Roe"), ("Phone:", "555 1234"))) == ["Sodium", "Potassium"]


def test_a_header_that_a_label_spells_too_is_nobodys_name() -> None:
    """``Name`` heads the next panel's tests; the rows above it go on with the table above the break."""
    more = [(name, "4.1", "mmol/L", "3.5-5.1") for name in ("Potassium", "Urea", "Chloride", "Calcium", "Magnesium",
                                                           "Phosphate", "Glucose", "Lactate", "Bicarbonate")]
    facts = read(*more, ("Name", *HEADER[1:]), ("Ferritin", "80", "ng/mL", "30-400"))
    assert names(facts) == ["Sodium", *(row[0] for row in more), "Ferritin"]


def test_labels_of_two_pages_are_one_patients() -> None:
    patient, = read(("MRN:", "55120987"), ("Date of birth:", "27 March 1971"), HEADER, POTASSIUM).patients
    assert patient.birth_date is not None
    assert patient.birth_date.value == "1971-03-27"
