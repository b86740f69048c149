"""Tables as pages print and readers leave them: merged columns, dates as columns, two tables in one, two patients."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.documents.content import Box, Cell, DocumentContent, Line, Origin, PageContent, Table, Word
from include.fhir.extraction import extract
from include.fhir.facts import DocumentFacts

Read = Callable[..., DocumentFacts]
_HEAD = "Patient Name: Ada Lane    DOB: 03/14/1975    MRN: 4711\n"
_PLACES = (0.1, 0.2, 0.4, 0.5, 0.6)


def _joined(rows: list[list[str]]) -> DocumentFacts:
    """A table of five columns whose reader took the first two for one."""
    cells: list[Cell] = []
    lines = [Line("MRN: 4711", Box(0.1, 0.05, 0.1, 0.01)), Line("Patient: Ada Lane", Box(0.1, 0.07, 0.2, 0.01))]
    for number, row in enumerate(rows, start=1):
        top = 0.1 + 0.02 * number
        words = [
            Word(word, Box(_PLACES[column] + 0.04 * n, top, 0.03, 0.01))
            for column, text in enumerate(row)
            for n, word in enumerate(text.split())
        ]
        left, right = words[0].box.left, words[-1].box.right
        lines.append(Line(" ".join(w.text for w in words), Box(left, top, right - left, 0.01), words=tuple(words)))
        cells.append(Cell(number, 1, " ".join(row[:2]).strip(), Box(0.1, top, 0.28, 0.015)))
        cells += [
            Cell(number, column, row[column], Box(_PLACES[column], top, 0.09, 0.015)) for column in range(2, len(row))
        ]
    table = Table(tuple(cells), box=Box(0.1, 0.11, 0.6, 0.02 * len(rows) + 0.02))
    return extract(DocumentContent("doc", (PageContent(1, Origin.OCR, tuple(lines), (table,)),)))


def test_two_headers_in_one_cell_are_two_columns() -> None:
    facts = _joined(
        [
            ["Flag", "Test", "Result", "Units", "Normal"],
            ["H", "Glucose", "241", "mg/dL", "70-99"],
            ["", "Sodium", "139", "mmol/L", "135-145"],
        ]
    )
    assert [(o.name, o.flag, o.reference_range) for o in facts.observations] == [
        ("Glucose", "H", "70-99"),
        ("Sodium", None, "135-145"),
    ]


def test_a_flow_sheet_has_a_column_for_each_date(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Date             04/13/2024    04/14/2024
Time             08:00         08:00
Temp (°C)        38.4          37.9
Pulse (bpm)      108           99
BP (mmHg)        98/56         106/60
Initials         KL            KL
"""
    )
    found = [
        (o.name, o.value.printed if o.value else None, o.effective.value if o.effective else None)
        for o in facts.observations
    ]
    assert found == [
        ("Temp", "38.4", "2024-04-13T08:00"),
        ("Temp", "37.9", "2024-04-14T08:00"),
        ("Pulse", "108", "2024-04-13T08:00"),
        ("Pulse", "99", "2024-04-14T08:00"),
        ("Systolic blood pressure", "98", "2024-04-13T08:00"),
        ("Diastolic blood pressure", "56", "2024-04-13T08:00"),
        ("Systolic blood pressure", "106", "2024-04-14T08:00"),
        ("Diastolic blood pressure", "60", "2024-04-14T08:00"),
    ]


def test_the_next_patients_line_ends_a_table(read: Read) -> None:
    block = (
        "Patient: {}    DOB: {}    MRN: {}\n\nTest       Result    Units    Range\nGlucose    {}       mg/dL    70-99\n"
    )
    facts = read(
        block.format("Jane Roe", "05/20/1980", "11", 105) + "\n" + block.format("Mark Roe", "07/21/1978", "12", 88)
    )
    assert [patient.name for patient in facts.patients] == ["Jane Roe", "Mark Roe"]
    assert [(o.patient, o.value.printed if o.value else None) for o in facts.observations] == [(0, "105"), (1, "88")]


def test_members_of_a_family_with_a_double_name_are_two_patients(read: Read) -> None:
    table = "Test       Result    Units\nGlucose    {}       mg/dL\nSodium     139      mmol/L\n"
    page = "Patient Name: {} Lind-Bey    MRN: {}\n" + table
    facts = read(page.format("Amadou", "11", 88), page.format("Beatrix", "12", 241))
    assert [patient.name for patient in facts.patients] == ["Amadou Lind-Bey", "Beatrix Lind-Bey"]
    assert [o.patient for o in facts.observations] == [0, 0, 1, 1]


@pytest.mark.parametrize(
    "printed",
    ["Base excess -12 mmol/L", "Base excess: -12 mmol/L", "Base excess    -12    mmol/L", "Base excess −12 mmol/L"],
)
def test_a_minus_sign_is_never_lost_in_a_line(read: Read, printed: str) -> None:
    facts = read(_HEAD + "Laboratory Results\n" + printed + "\n")
    assert [str(o.value.number) for o in facts.observations if o.value] == ["-12"]


def test_a_minus_sign_is_never_lost_in_a_sentence(read: Read) -> None:
    facts = read(_HEAD + "Hospital Course: The blood gas showed a base excess of -12 and later a base excess of -11.\n")
    assert [str(o.value.number) for o in facts.observations if o.value] == ["-12", "-11"]


def test_a_dash_between_two_numbers_is_a_range_and_no_sign(read: Read) -> None:
    facts = read(_HEAD + "Laboratory Results\nUrine WBC   0-2   /HPF\n")
    assert [(o.value.printed, o.value.number) for o in facts.observations if o.value] == [("0-2", None)]


def test_a_decimal_comma_is_a_number_printed_with_a_comma(read: Read) -> None:
    facts = read(
        _HEAD
        + "Untersuchung    Ergebnis    Einheit    Referenzbereich\nKalium          3,4         mmol/l     3,5 - 5,1\n"
    )
    assert [(o.value.printed, str(o.value.number)) for o in facts.observations if o.value] == [("3,4", "3.4")]


def test_a_vaccine_has_a_column_for_each_dose_of_its_series(read: Read) -> None:
    facts = read(
        _HEAD
        + """
Vaccine      Dose 1       Dose 2
DTaP         08/14/2020   10/16/2020
MMR          06/21/2021
HepA         refused
"""
    )
    assert [(i.vaccine, i.date.value if i.date else None) for i in facts.immunizations] == [
        ("DTaP", "2020-08-14"),
        ("DTaP", "2020-10-16"),
        ("MMR", "2021-06-21"),
    ]
