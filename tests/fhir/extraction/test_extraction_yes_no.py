"""Columns for Yes and No, as boxes on the page and as marks in a table, and what else a form asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from include.documents.content import Box, Cell, DocumentContent, Table, TickBox
from include.fhir.extraction import extract
from include.fhir.extraction.forms.ticked_cells import with_ticks
from include.fhir.facts import DocumentFacts
from tests.fhir.extraction.conftest import written_page

Read = Callable[..., DocumentFacts]
_HEAD = "Patient: Ada Lane      DOB: 03/14/1975      MRN: 4711\n\n"


def _asked(*ticks: tuple[bool, bool]) -> DocumentFacts:
    """A page with a row for each pair of boxes (Yes, No)."""
    rows = ["Asthma", "Diabetes", "Stroke"][: len(ticks)]
    text = _HEAD + "Have you ever had, or do you now have:\n" + 30 * " " + "YES   NO\n" + "\n".join(rows) + "\n"
    page = written_page(1, text)
    tops = {line.text: line.box.top for line in page.lines}
    boxes = [
        TickBox("", ticked, Box(left, tops[row], 0.012, 0.012))
        for row, pair in zip(rows, ticks, strict=True) for left, ticked in zip((0.31, 0.365), pair, strict=True)
    ]  # fmt: skip
    return extract(DocumentContent("doc-test", (replace(page, tick_boxes=tuple(boxes)),)))


def test_a_row_says_something_where_yes_alone_is_ticked() -> None:
    facts = _asked((True, False), (False, True), (True, True))
    assert [fact.name for fact in facts.conditions] == ["Asthma"]


def test_a_row_whose_boxes_were_not_seen_says_nothing(read: Read) -> None:
    facts = read(_HEAD + "Have you ever had, or do you now have:\n" + 30 * " " + "YES   NO\nAsthma\nDiabetes\n"
                 "If YES, explain: A-fib since 2019.\n")
    assert [fact.name for fact in facts.conditions] == ["A-fib"]


def test_a_box_in_an_empty_cell_is_its_mark() -> None:
    def cell(row: int, column: int, text: str) -> Cell:
        return Cell(row, column, text, Box(0.3 * column, 0.1 * row, 0.2, 0.08))

    table = Table((cell(1, 1, "Condition"), cell(1, 2, "Yes"), cell(2, 1, "Asthma")), box=Box(0.2, 0.05, 0.8, 0.5))
    marked = with_ticks(table, [TickBox("", True, Box(0.65, 0.22, 0.02, 0.02))])
    assert [(cell.row, cell.column, cell.text) for cell in marked.cells] == [
        (1, 1, "Condition"), (1, 2, "Yes"), (2, 1, "Asthma"), (2, 2, "☒")]


@pytest.mark.parametrize(
    "header", ["Condition           Yes       No        Explain", "Illness             Y         N"]
)
def test_a_condition_of_a_table_needs_its_mark_under_yes(read: Read, header: str) -> None:
    facts = read(_HEAD + f"""
Medical history
{header}
Asthma              X
Diabetes                      X
Migraine            X
""")
    assert [fact.name for fact in facts.conditions] == ["Asthma", "Migraine"]


def test_an_answer_is_read_without_its_yes(read: Read) -> None:
    facts = read(_HEAD + "Drug allergies\n[ ] None   [X] Yes: Codeine (nausea), Aspirin (wheezing)\n")
    assert [(fact.substance, fact.reaction) for fact in facts.allergies] == [
        ("Codeine", "nausea"), ("Aspirin", "wheezing")]


def test_operations_with_years_of_their_own_are_several(read: Read) -> None:
    facts = read(_HEAD + "Previous surgery / anesthesia\nHernia repair (1988), Right hip replacement (2017)\n")
    assert [(fact.name, fact.date.value if fact.date else None) for fact in facts.procedures] == [
        ("Hernia repair", "1988"), ("Right hip replacement", "2017")]


def test_a_family_table_below_another_has_not_its_header(read: Read) -> None:
    facts = read(_HEAD + """
Surgical history
Year          Surgery
2012          Tonsillectomy

Family medical history
Condition          Who?
Diabetes           Mother
""")
    assert [fact.name for fact in facts.procedures] == ["Tonsillectomy"]
    assert facts.conditions == ()


def test_an_example_on_a_blank_form_is_nobodys(read: Read) -> None:
    facts = read("Patient Name: __________   Date of Birth: ___/___/____\n\nCurrent medications\n"
                 "Medication               Dose       How often\nExample: Lisinopril      10 mg      daily\n")
    assert (facts.patients, facts.medications) == ((), ())


def test_a_header_line_names_its_patient_without_colons(read: Read) -> None:
    facts = read("PETRONELLA A. VANCE F 51 yrs (DOB 04/29/1973) Chart # 006-551-2\n\nProblem List\nMigraine\n")
    [patient] = facts.patients
    assert (patient.name, patient.gender, patient.family) == ("PETRONELLA A. VANCE", "female", "VANCE")
    assert patient.birth_date is not None and patient.birth_date.value == "1973-04-29"
    assert [identifier.value for identifier in patient.identifiers] == ["006-551-2"]
