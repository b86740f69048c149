"""Fields, tick boxes and tables as OCR finds them; the account of rows and fields; the CMS-1500."""

from __future__ import annotations

from include.documents.content import (
    Box,
    Cell,
    CellKind,
    DocumentContent,
    FormField,
    Line,
    Origin,
    PageContent,
    Table,
    Word,
)
from include.fhir.extraction import extract
from include.fhir.facts import UnmappedReason


def line(text: str, left: float, top: float) -> Line:
    words: list[Word] = []
    at = left
    for word in text.split():
        words.append(Word(word, Box(at, top, len(word) * 0.008, 0.012), 97.0))
        at += (len(word) + 1) * 0.008
    return Line(text, Box(left, top, at - left, 0.012), 97.0, tuple(words))


def grid(rows: list[list[str]], top: float, header: bool = True) -> tuple[Table, list[Line]]:
    cells: list[Cell] = []
    lines: list[Line] = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            box = Box(0.1 + c * 0.2, top + r * 0.03, 0.19, 0.025)
            kind = CellKind.HEADER if header and r == 0 else CellKind.BODY
            cells.append(Cell(r + 1, c + 1, text, box, 95.0, kind=kind))
            if text:
                lines.append(line(text, box.left, box.top + 0.005))
    return Table(tuple(cells), box=Box(0.1, top, 0.2 * len(rows[0]), 0.03 * len(rows))), lines


def document(lines: list[Line], tables: list[Table], fields: tuple[FormField, ...] = ()) -> DocumentContent:
    page = PageContent(1, Origin.OCR, tuple(lines), tuple(tables), fields)
    return DocumentContent("doc-test", (page,))


PATIENT = [line("Patient Name: Ada Lane", 0.1, 0.05), line("MRN: 4711", 0.5, 0.05)]


def test_a_cell_that_is_also_a_line_is_one_fact_with_its_evidence() -> None:
    table, lines = grid([["Test", "Result", "Units"], ["Glucose", "95", "mg/dL"]], 0.2)
    [fact] = extract(document(PATIENT + lines, [table])).observations
    assert fact.source is not None
    assert (fact.source.page, fact.source.text, fact.source.confidence) == (1, "Glucose 95 mg/dL", 95.0)
    assert fact.source.box is not None


def test_a_question_answered_yes_is_kept_and_a_no_is_nothing() -> None:
    table, lines = grid(
        [["Do you have a fever?", "[X] Yes [ ] No"], ["Do you have a cough?", "[ ] Yes [X] No"]], 0.2, header=False
    )
    facts = extract(document(PATIENT + lines, [table]))
    assert [(o.name, o.value.printed) for o in facts.observations if o.value] == [("Do you have a fever?", "Yes")]
    assert not facts.conditions


def test_a_field_that_is_also_a_line_names_the_patient_once() -> None:
    field = FormField("MRN:", "4711", Box(0.5, 0.05, 0.04, 0.012), Box(0.55, 0.05, 0.04, 0.012))
    table, lines = grid([["Test", "Result"], ["Glucose", "95"]], 0.2)
    facts = extract(document(PATIENT + lines, [table], (field,)))
    assert [i.value for i in facts.patients[0].identifiers] == ["4711"]


def test_every_row_and_filled_field_is_a_fact_or_listed_with_its_reason() -> None:
    fields = (FormField("Hat size:", "58"), FormField("Empty:", ""))
    results, result_lines = grid([["Test", "Result"], ["Glucose", "95"], ["", ""]], 0.2)
    other, other_lines = grid([["apples", "3"], ["pears", "4"]], 0.5, header=False)
    facts = extract(document(PATIENT + result_lines + other_lines, [results, other], fields))
    assert facts.rows_in == facts.rows_out == 3 + 2 + 1
    assert [row.reason for row in facts.unmapped].count(UnmappedReason.EMPTY) == 1
    assert any(row.source.text == "Hat size: 58" for row in facts.unmapped)


def test_the_name_column_of_a_table_is_not_the_patients_name() -> None:
    table, lines = grid([["Name", "Date"], ["Tetanus", "03/13/2005"]], 0.3)
    heading = [line("VACCINATIONS", 0.1, 0.25)]
    facts = extract(document(PATIENT + heading + lines, [table]))
    assert [p.name for p in facts.patients] == ["Ada Lane"]
    assert [i.vaccine for i in facts.immunizations] == ["Tetanus"]


def test_a_claims_diagnosis_codes_and_birth_date_boxes() -> None:
    """CMS-1500 (02/12), boxes 3 and 21."""
    lines = [
        line("HEALTH INSURANCE CLAIM FORM", 0.03, 0.05),
        line("2. PATIENT'S NAME (Last Name, First Name, Middle Initial)", 0.03, 0.15),
        line("Rosa Diaz", 0.03, 0.165),
        line("3. PATIENT'S BIRTH DATE", 0.6, 0.15),
        line("03 04 1971", 0.6, 0.17),
        line("21. DIAGNOSIS OR NATURE OF ILLNESS OR INJURY", 0.03, 0.5),
        line("A. K2111", 0.05, 0.52),
        line("B. J45.20", 0.2, 0.52),
    ]
    facts = extract(document(lines, []))
    assert facts.patients[0].name == "Rosa Diaz"
    assert facts.patients[0].birth_date and facts.patients[0].birth_date.value == "1971-03-04"
    assert [c.code_printed for c in facts.conditions] == ["K2111", "J45.20"]


def test_a_sticker_over_an_empty_row_is_read_by_the_form_of_its_words() -> None:
    table, lines = grid(
        [
            ["Vaccine", "Product Name/Manufacturer Lot Number", "Date", "Clinic Site"],
            ["2nd Dose Vaccine A", "Moderna 2/18/2021 WALK QX4471", "/ / mm dd yy", ""],
            ["Booster Vaccine A", "", "/ / mm dd yy", ""],
        ],
        0.3,
    )
    [shot] = extract(document(PATIENT + lines, [table])).immunizations
    assert (shot.lot, shot.manufacturer, shot.site, shot.dose_number) == ("QX4471", "Moderna", "WALK", "2")
    assert shot.date and shot.date.value == "2021-02-18"


def test_nothing_gives_nothing() -> None:
    assert extract(DocumentContent("doc-test", ())).rows_in == 0
