"""Labels with their values below an unruled table's rows, or between them: none of its rows, and no row is lost."""

from __future__ import annotations

import re

import pytest

from include.documents.content import Box, DocumentContent, Line, Origin, PageContent, Word
from include.fhir.extraction import extract
from include.fhir.facts import DocumentFacts

LETTER, PITCH = 0.008, 0.026
COLUMNS = (0.1, 0.42, 0.56, 0.7)
PATIENT = (("Patient: Tamsin Oakenshaw",), ("Date of birth: 27 March 1971",), ("MRN: 55120987",))
HEADER = ("Test", "Result", "Units", "Reference Range")
SODIUM = ("Sodium", "138", "mmol/L", "135-145")
POTASSIUM = ("Potassium", "4.1", "mmol/L", "3.5-5.1")
UREA = ("Urea", "5.2", "mmol/L", "2.5-7.8")
MEDICINES = ("Medication", "Dose", "Route", "Frequency")
METFORMIN = ("Metformin", "500 mg", "oral", "twice daily")
LISINOPRIL = ("Lisinopril", "10 mg", "oral", "daily")

Row = tuple[str, ...]


def line(text: str, left: float, top: float) -> Line:
    words = [Word(found[0], Box(left + LETTER * found.start(), top, LETTER * len(found[0]), 0.015))
             for found in re.finditer(r"\S+", text)]
    return Line(text, Box(left, top, LETTER * len(text), 0.015), words=tuple(words))


def read(*rows: Row) -> DocumentFacts:
    """A page of aligned texts, evenly spaced; no reader of pages saw a table."""
    lines = [line(text, left, 0.2 + PITCH * place)
             for place, row in enumerate((*PATIENT, *rows)) for text, left in zip(row, COLUMNS, strict=False) if text]
    return extract(DocumentContent("doc-test", (PageContent(1, Origin.OCR, tuple(lines), ()),)))


def names(*rows: Row) -> list[str]:
    return [fact.name for fact in read(HEADER, *rows).observations]


def with_colon(row: Row) -> Row:
    return (f"{row[0]}:", *row[1:])


LABELS = [
    ("Verified by:", "Dr. Roe"), ("Received:", "12 Nov"), ("Accession:", "12"), ("Ordered by", "Dr. Roe"),
    ("Report date", "12 November"), ("Accession number", "4711"), ("MRN", "55120987"), ("Ward bed:", "12"),
    ("Copy to:", "Dr. Roe"), ("Ward: 12", "Bed: 3"),
]


@pytest.mark.parametrize("label", LABELS, ids=" ".join)
def test_a_label_with_its_value_below_the_rows_is_no_result(label: Row) -> None:
    assert names(SODIUM, label) == ["Sodium"]
    assert names(SODIUM, UREA, label) == ["Sodium", "Urea"]


@pytest.mark.parametrize("label", LABELS, ids=" ".join)
def test_a_label_between_rows_is_no_result_and_loses_none(label: Row) -> None:
    assert names(SODIUM, label, POTASSIUM, UREA) == ["Sodium", "Potassium", "Urea"]


def test_several_labels_below_each_other_are_no_results() -> None:
    assert names(SODIUM, *LABELS) == ["Sodium"]
    assert names(SODIUM, *LABELS, POTASSIUM) == ["Sodium", "Potassium"]


def test_a_signature_below_the_labels_is_no_part_of_the_last_rows_name() -> None:
    assert names(SODIUM, UREA, ("Verified by:", "Dr. Roe"), ("chief of the laboratory",)) == ["Sodium", "Urea"]


def test_tests_with_a_colon_behind_them_are_results() -> None:
    assert names(*map(with_colon, (SODIUM, POTASSIUM, UREA))) == ["Sodium", "Potassium", "Urea"]
    assert names(SODIUM, with_colon(POTASSIUM), UREA) == ["Sodium", "Potassium", "Urea"]
    assert names(SODIUM, ("Potassium:", "4")) == ["Sodium", "Potassium"]


def test_a_label_ends_no_table_that_prints_colons_itself() -> None:
    rows = (with_colon(SODIUM), ("Collected:", "12 November"), with_colon(POTASSIUM))
    assert names(*rows) == ["Sodium", "Potassium"]


@pytest.mark.parametrize("value", [
    ("4.2", "mg/L", "1-5"), ("4", "mg/L"), ("4 mg/L",), ("4.2",), ("6 H",), ("Negative",), ("4", "", "1-5"),
], ids=" ".join)
def test_a_test_that_nobody_knows_is_a_result_by_its_value(value: Row) -> None:
    assert names(SODIUM, ("Zorbulin:", *value), POTASSIUM) == ["Sodium", "Zorbulin", "Potassium"]


def test_a_test_that_nobody_knows_is_a_result_where_the_others_have_a_colon_too() -> None:
    assert names(with_colon(SODIUM), ("Zorbulin:", "4"), with_colon(UREA)) == ["Sodium", "Zorbulin", "Urea"]
    assert names(("Zorbulin:", "4"), ("Quorbulin:", "5"), with_colon(UREA)) == ["Zorbulin", "Quorbulin", "Urea"]


@pytest.mark.parametrize("heading", [
    ("Renal function:",), ("Renal function",), ("Chemistry:", "(cont.)")], ids=" ".join)
def test_rows_below_a_heading_between_them_are_results(heading: Row) -> None:
    assert sorted(names(SODIUM, heading, UREA, POTASSIUM)) == ["Potassium", "Sodium", "Urea"]


def test_a_heading_behind_a_label_loses_no_row() -> None:
    rows = (SODIUM, ("Comment:", "hemolyzed"), ("Renal function",), UREA, POTASSIUM)
    assert names(*rows) == ["Sodium", "Urea", "Potassium"]


def test_rows_below_a_persons_details_are_not_given_to_the_table_above() -> None:
    assert names(SODIUM, ("Patient:", "Jane Roe"), ("Oakridge", "47")) == ["Sodium"]


def test_labels_in_a_list_of_medicines_are_no_medicines() -> None:
    rows = (MEDICINES, METFORMIN, ("Indication:", "diabetes"), LISINOPRIL, ("Prescribed by:", "Dr. Roe"))
    assert [fact.name for fact in read(*rows).medications] == ["Metformin", "Lisinopril"]


def test_medicines_with_a_colon_behind_them_stay_medicines() -> None:
    rows = (MEDICINES, METFORMIN, ("Zorbax:", "5 mg"), with_colon(LISINOPRIL))
    assert [fact.name for fact in read(*rows).medications] == ["Metformin", "Zorbax", "Lisinopril"]


def test_labels_below_diagnoses_are_no_diagnoses() -> None:
    facts = read(("Diagnosis", "Onset", "Status"), ("Asthma", "2010", "active"), ("Recorded by:", "Dr. Roe"),
                 ("Date:", "12 Nov 2024"))
    assert [str(fact.name) for fact in facts.conditions] == ["Asthma"]


def test_labels_below_headers_of_times_keep_what_they_say_of_a_column() -> None:
    facts = read(("Test", "01/02/2024", "03/04/2024"), ("Collected:", "08:00", "09:00"), ("Sodium", "138", "140"))
    assert [fact.name for fact in facts.observations] == ["Sodium", "Sodium"]
