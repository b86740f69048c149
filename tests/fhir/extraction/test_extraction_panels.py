"""Results in tables without headers, side by side, in part left out by their reader, and in cells that wrap."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.documents.content import Box, Cell, DocumentContent, Table
from include.fhir.extraction import extract
from include.fhir.extraction.page.reading import Segment, lines_of
from include.fhir.extraction.tables.wrapped_rows import interleaved
from include.fhir.facts import DocumentFacts, ObservationFact
from include.fhir.terminology.tests import find_test, read_right
from tests.fhir.extraction.conftest import written_page

Read = Callable[..., DocumentFacts]
_HEAD = "Patient Name: Ada Lane    DOB: 03/14/1975    MRN: 4711\n"


def rows(facts: DocumentFacts) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(o.name, o.value.printed if o.value else None, o.reference_range, o.flag) for o in facts.observations]


def named(facts: DocumentFacts, name: str) -> list[ObservationFact]:
    return [o for o in facts.observations if o.name == name]


def test_what_has_a_result_and_a_range_is_a_test_whatever_heads_its_name(read: Read) -> None:
    facts = read(
        _HEAD
        + """
PROCEDURE             RESULT       ABN    EXPECTED      UNITS
Urine Appearance      CLOUDY       A      CLEAR
Protein, Urine        30           A      NEGATIVE      mg/dL
"""
    )
    assert rows(facts) == [
        ("Urine Appearance", "CLOUDY", "CLEAR", "A"), ("Protein, Urine", "30", "NEGATIVE", "A"),
    ]  # fmt: skip
    assert not facts.procedures


def test_lists_side_by_side_have_their_own_columns_and_titles(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Urinalysis                                  Rapid Tests
Test           Result      Normal           Test               Result
Color          Yellow                       Strep A Antigen    Negative
Protein        Trace       Neg              Influenza B        Positive
"""
    )
    assert {(*row, o.panel) for row, o in zip(rows(facts), facts.observations, strict=True)} == {
        ("Color", "Yellow", None, None, "Urinalysis"), ("Strep A Antigen", "Negative", None, None, "Rapid Tests"),
        ("Protein", "Trace", "Neg", None, "Urinalysis"), ("Influenza B", "Positive", None, None, "Rapid Tests"),
    }  # fmt: skip


def test_a_table_goes_on_behind_a_remark_between_its_rows(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Test               Result      Reference
Glucose            108 H       65-99 mg/dL
  For someone without known diabetes a value between 100 and 125 means prediabetes, see there.
Sodium             139         135-146 mmol/L
"""
    )
    assert [row[:2] for row in rows(facts)] == [("Glucose", "108"), ("Sodium", "139")]


def test_a_line_under_a_cell_belongs_to_it(read: Read) -> None:
    """The unit under its range, closer than two rows stand."""
    page = written_page(1, _HEAD + """
Test                     Result       Range

Platelets                247          140-400

Hemoglobin               15.1         13-17

Hematocrit               44.6         38-50
""")  # fmt: skip
    line = next(line for line in page.lines if line.text.startswith("Platelets"))
    under = Box(0.38, line.box.bottom + 0.001, 0.11, 0.014)
    word = line.words[-1].__class__("Thousand/uL", under)
    lines = (*page.lines, line.__class__("Thousand/uL", under, words=(word,)))
    content = page.__class__(1, page.origin, tuple(sorted(lines, key=lambda line: line.box.top)))
    [platelets] = named(extract(DocumentContent("doc-test", (content,))), "Platelets")
    assert platelets.value and platelets.value.unit == "Thousand/uL"
    assert platelets.reference_range == "140-400 Thousand/uL"


def test_centred_cells_of_one_and_two_lines_are_one_row() -> None:
    [printed] = lines_of([written_page(1, "x")])
    parts = [("Ratio,", 0.1, 0.10), ("64", 0.5, 0.10), ("H", 0.05, 0.107), ("Urine", 0.1, 0.114), ("Sodium", 0.1, 0.14)]
    lines = [[Segment(text, Box(left, top, 0.03, 0.012), printed)] for text, left, top in parts]
    assert [[s.text for s in row] for row in interleaved([[lines[0][0], lines[1][0]], *lines[2:]])] == [
        ["H", "Ratio, Urine", "64"], ["Sodium"],
    ]  # fmt: skip


def test_a_table_without_a_header_is_known_by_what_stands_in_its_columns() -> None:
    """Two columns of values where no row fills both are what is in range and out of range."""
    page = written_page(1, _HEAD)
    texts = [("Sodium", "139", "", "135-146 mmol/L"), ("Potassium", "", "5.5 H", "3.5-5.3 mmol/L"),
             ("Calcium", "9.4", "", "8.6-10.3 mg/dL")]  # fmt: skip
    cells = [Cell(r, c, text) for r, row in enumerate(texts, 1) for c, text in enumerate(row, 1)]
    content = page.__class__(1, page.origin, page.lines, tables=(Table(tuple(cells)),))
    facts = extract(DocumentContent("doc-test", (content,)))
    assert [(o.name, o.value.printed if o.value else "", o.value.unit if o.value else "", o.flag)
            for o in facts.observations] == [
        ("Sodium", "139", "mmol/L", None), ("Potassium", "5.5", "mmol/L", "H"), ("Calcium", "9.4", "mg/dL", None),
    ]  # fmt: skip


def test_names_and_values_beside_each_other_are_results_also_in_a_side_panel() -> None:
    page = written_page(1, _HEAD)
    texts = [("LABS", "", "PRESCRIPTIONS"), ("WBC", "11.9 (H)", "tamsulosin 0.4 mg daily"), ("Hgb", "15.2", "rest"),
             ("LDL", "below 100", "is wanted")]  # fmt: skip
    cells = [Cell(r, c, text) for r, row in enumerate(texts, 1) for c, text in enumerate(row, 1)]
    content = page.__class__(1, page.origin, page.lines, tables=(Table(tuple(cells)),))
    facts = extract(DocumentContent("doc-test", (content,)))
    assert rows(facts) == [("WBC", "11.9", None, "H"), ("Hgb", "15.2", None, None)]


def test_a_sign_is_a_flag_where_the_range_says_the_same(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Untersuchung     Ergebnis     Einheit     Referenzbereich
Leukozyten       11,8 +       /nl         3,9 - 10,2
Hämoglobin       13,2 -       g/dl        13,5 - 17,2
Kalium           4,3 -        mmol/l      3,5 - 5,1
"""
    )
    assert [o.flag for o in facts.observations] == ["+", "-", None]


def test_a_row_that_refers_to_a_note_says_so_and_nothing_more(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Test           Result      Range
BUN Ratio      SEE NOTE:   6-22
Sodium         139         135-146
"""
    )
    assert [(o.name, o.value and o.value.printed) for o in facts.observations] == [
        ("BUN Ratio", "SEE NOTE:"), ("Sodium", "139")]


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("TSH W/REFLEX TO FT4", "TSH"), ("TSH with reflex", "TSH"), ("PSA, Total w/ Reflex to Free", "PSA, Total"),
        ("Tot. Bilirubin", "Total Bilirubin"), ("E.S.R.", "ESR"), ("Spec. Gravity", "Specific gravity"),
    ],
)  # fmt: skip
def test_what_was_ordered_beside_it_and_short_forms_do_not_change_a_test(name: str, same: str) -> None:
    assert find_test(name) is not None
    assert find_test(name) == find_test(same)


@pytest.mark.parametrize(
    ("read", "meant"),
    [("lonized Calcium", "Ionized Calcium"), ("HC03", "HCO3"), ("Iymphocytes", "lymphocytes"), ("Later", "Later")],
)
def test_letters_that_look_alike_are_read_as_the_name_that_they_make(read: str, meant: str) -> None:
    assert read_right(read) == meant


def test_leukocytes_are_an_esterase_where_a_strip_of_urine_says_them_in_words() -> None:
    strip = find_test("Leukocytes", None, "URINALYSIS", "2+")
    counted = find_test("Leukocytes", "/HPF", "URINALYSIS", "10-20")
    assert (strip.loinc if strip else None, counted.loinc if counted else None) == ("5799-2", "5821-4")
    assert find_test("Leukocytes", None, "URINALYSIS", "12") is None


def test_a_letter_behind_a_temperature_is_its_scale_and_no_flag(read: Read) -> None:
    facts = read(_HEAD + "\nVITAL SIGNS\nTemp: 36.9 C (axillary)\n")
    [temp] = facts.observations
    assert temp.value and (temp.value.printed, temp.value.unit, temp.flag) == ("36.9", "C", None)


def test_antibiotics_under_the_name_of_an_organism_are_its_results() -> None:
    page = written_page(1, _HEAD)
    texts = [("Antibiotic", "Klebsiella pneumoniae"), ("Ampicillin", "Resistant"), ("Cefazolin", "Susceptible")]
    cells = [Cell(r, c, text) for r, row in enumerate(texts, 1) for c, text in enumerate(row, 1)]
    facts = extract(DocumentContent("d", (page.__class__(1, page.origin, page.lines, tables=(Table(tuple(cells)),)),)))
    assert [(o.name, o.value.printed if o.value else None, o.panel) for o in facts.observations] == [
        ("Ampicillin", "Resistant", "Klebsiella pneumoniae"), ("Cefazolin", "Susceptible", "Klebsiella pneumoniae"),
    ]  # fmt: skip
