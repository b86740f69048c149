"""Labels over their values, again and again in one table, of the patient and of a relative."""

from __future__ import annotations

from include.documents.content import Box, Cell
from include.fhir.extraction.tables.label_rows_within import labels_within
from include.fhir.extraction.tables.layouts import Subject


def _row(*texts: str) -> list[Cell]:
    boxes = [Box(0.1 * number, 0.1, 0.1, 0.02) for number in range(1, len(texts) + 1)]
    return [Cell(3, n, text, box, 99.0) for n, (text, box) in enumerate(zip(texts, boxes, strict=True), start=1)]


def test_a_row_of_known_labels_ends_the_header_above_it() -> None:
    layout = labels_within(_row("Name", "Age", "Weight", "Phone"), 3)
    assert layout is not None
    assert (layout.subject, layout.roles) == (Subject.MATRIX, {})


def test_a_row_of_measurements_is_the_next_header() -> None:
    layout = labels_within(_row("Height", "Weight", "Examined by"), 3)
    assert layout is not None
    assert layout.roles == {1: "result", 2: "result"}


def test_a_row_of_capitalised_words_without_a_result_is_one_of_labels() -> None:
    assert labels_within(_row("Chest girth", "Thigh girth", "Delivered by", "Attended by"), 3) is not None


def test_rows_with_numbers_or_words_of_results_are_values() -> None:
    assert labels_within(_row("12 May", "120/80", "72", "refused"), 3) is None
    assert labels_within(_row("Negative", "Negative", "Positive", "Negative"), 3) is None
    assert labels_within(_row("Refused", "Not done", "Declined", "see note"), 3) is None


def test_what_stands_below_a_relative_is_no_measurement_of_the_patient() -> None:
    layout = labels_within(_row("Mother", "", "", ""), 3)
    assert layout is not None
    assert layout.subject is Subject.OTHER
