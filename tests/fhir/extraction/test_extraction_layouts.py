"""Habits of layout: shaded rows, limits among moments, growth charts, cards, decimal commas, what is planned."""

from __future__ import annotations

from decimal import Decimal

import pytest

from include.documents.content import Box, Cell, CellKind, DocumentContent, PageContent, Table
from include.fhir.extraction import extract
from include.fhir.facts import DocumentFacts, MedicationStatus
from tests.fhir.extraction.conftest import Read, written_page

_PERSON = "Patient: Ana Rue    DOB: 08/30/1966   MRN: 4471    Collected: 04/22/2024\n"


def _results(facts: DocumentFacts) -> list[tuple[str, str, str | None]]:
    return [(fact.name, fact.value.printed, fact.reference_range) for fact in facts.observations if fact.value]


def test_the_texts_of_a_shaded_row_belong_to_the_columns_in_which_they_stand() -> None:
    page = written_page(1, _PERSON + """
Test                Result       Units       Reference
Ferritin            41           ng/mL       30-400
Hemoglobin          14.2         g/dL        13.0-17.0
""")
    header, *rows = page.lines[-3:]
    cells = [
        Cell(1, column, word.text, word.box, 100.0, kind=CellKind.HEADER)
        for column, word in enumerate(header.words, start=1)
    ]
    cells += [
        Cell(number, 1, line.text, line.box, 100.0, column_span=4, kind=CellKind.SECTION)
        for number, line in enumerate(rows, start=2)
    ]
    box = Box(header.box.left, header.box.top, 0.6, rows[-1].box.bottom - header.box.top)
    shaded = PageContent(1, page.origin, page.lines, tables=(Table(tuple(cells), box=box),))
    assert _results(extract(DocumentContent("doc-test", (shaded,)))) == [
        ("Ferritin", "41", "30-400"), ("Hemoglobin", "14.2", "13.0-17.0")]  # fmt: skip


@pytest.mark.parametrize("limits", [
    "Goal        36-38      60-100", "Average     36.2       95", "Alarm limits 35.0-38.5 50-130",
    "Max         38.0       120"])  # fmt: skip
def test_rows_of_limits_and_of_averages_are_no_measures(read: Read, limits: str) -> None:
    facts = read(_PERSON + f"""
Time        Temp (C)   HR
03/02/2024
14:05       36.1       98
14:20       36.2       93
{limits}
""")
    assert [(fact.name, fact.value and fact.value.printed) for fact in facts.observations] == [
        ("Temp", "36.1"), ("HR", "98"), ("Temp", "36.2"), ("HR", "93")]  # fmt: skip
    assert {fact.effective and fact.effective.value for fact in facts.observations} == {
        "2024-03-02T14:05", "2024-03-02T14:20"}  # fmt: skip


@pytest.mark.parametrize(("age", "place"), [("Age", "Wt %ile"), ("Age", "Wt Percentile"), ("Alter", "z-score")])
def test_age_and_percentile_stand_beside_the_measures_of_a_growth_chart(read: Read, age: str, place: str) -> None:
    facts = read(f"""
Child: Isla Thorn    DOB: 05/14/2021   Chart: 61-2290
Date          {age:<8}Weight (kg)   {place:<16}Length (cm)   Head circ (cm)
09/14/2021    4 m     6.35          38              62.2          41.1
""")
    assert [(fact.name, fact.value and fact.value.printed, fact.value and fact.value.unit)
            for fact in facts.observations] == [
        ("Weight", "6.35", "kg"), ("Length", "62.2", "cm"), ("Head circ", "41.1", "cm")]  # fmt: skip


@pytest.mark.parametrize("card", [
    "Glucose, Fasting\nReference range: 70 - 99 mg/dL\nResult: 104 mg/dL                 High",
    "Glucose, Fasting\nValue 104 mg/dL           High\nNormal range: 70 - 99 mg/dL",
    "Glucose, Fasting\nYour result                    Normal range\n104 mg/dL                      70 - 99 mg/dL",
])  # fmt: skip
def test_a_card_states_one_result_by_its_labels(read: Read, card: str) -> None:
    assert _results(read(_PERSON + "\n" + card)) == [("Glucose, Fasting", "104", "70 - 99 mg/dL")]


@pytest.mark.parametrize("line", [
    "Your target value 6.5 %", "Previous result: 6.1 %", "Goal: below 7 %", "Your value: pending"])  # fmt: skip
def test_a_goal_or_a_former_value_on_a_card_is_no_result(read: Read, line: str) -> None:
    assert _results(read(_PERSON + f"\nHemoglobin A1c\nNormal range: 4.0 - 5.6 %\n{line}\n")) == []


def test_where_numbers_have_a_decimal_comma_points_stand_before_thousands_and_days_before_months(read: Read) -> None:
    facts = read("""
Nombre: Juan Soto    F. Nac.: 05/12/1960   Sexo: Hombre   NHC: 88123
Prueba           Resultado     Unidad     Valores de referencia
Hemoglobina      13,4          g/dL       13,0 - 17,0
Plaquetas        150.000       /mm3       150.000 - 400.000
Potasio          4,3           mmol/L     3,5 - 5,1
TSH              2,345         mUI/L      0,270 - 4,200
""")
    assert [fact.value and (fact.value.printed, fact.value.number) for fact in facts.observations] == [
        ("13,4", Decimal("13.4")), ("150.000", Decimal("150000")), ("4,3", Decimal("4.3")),
        ("2,345", Decimal("2.345"))]  # fmt: skip
    patient = facts.patients[0]
    assert (patient.birth_date and patient.birth_date.value, patient.gender) == ("1960-12-05", "male")


@pytest.mark.parametrize("sentence", [
    "Prolactin >200 ng/mL usually indicates a macroadenoma.", "Glucose of 154 mg/dL corresponds to 7.0 %.",
    "TSH above 10 mIU/L is treated.", "Objetivo de colesterol LDL < 116 mg/dL."])  # fmt: skip
def test_what_a_value_means_for_anybody_is_no_result(read: Read, sentence: str) -> None:
    assert _results(read(_PERSON + f"\nComments\n{sentence}\n")) == []


def test_an_operation_long_after_the_documents_day_is_not_done_and_an_ended_medicine_has_ended(read: Read) -> None:
    facts = read(_PERSON + """
PROCEDURES
Procedure                    Date
Appendectomy                 08/17/2021
Screening colonoscopy        08/2026

MEDICATIONS
Medication       Dose      Frequency      Start        End
Omeprazole       20 mg     once daily     05/2014
Ferrous sulfate  325 mg    twice daily    10/2020      01/2022
""")
    assert [fact.name for fact in facts.procedures] == ["Appendectomy"]
    assert [(fact.name, fact.status) for fact in facts.medications] == [
        ("Omeprazole", MedicationStatus.ACTIVE), ("Ferrous sulfate", MedicationStatus.COMPLETED)]  # fmt: skip


@pytest.mark.parametrize(("heading", "line", "result"), [
    ("URINE CULTURE             SPECIMEN: Clean catch", "CULTURE: Escherichia coli", "Escherichia coli"),
    ("INFLUENZA A/B PCR         SOURCE: Swab", "RESULT: NEGATIVE", "NEGATIVE"),
    ("H. PYLORI ANTIGEN         SOURCE: Stool", "Finding: Positive", "Positive"),
])  # fmt: skip
def test_a_test_for_a_germ_may_have_its_specimen_beside_its_heading(
    read: Read, heading: str, line: str, result: str
) -> None:
    facts = read(_PERSON + f"\n{heading}\n  GRAM STAIN: Few WBC\n  {line}\n")
    name = heading.split("  ")[0]
    assert (name, result, None) in _results(facts)


def test_what_is_pending_of_a_culture_is_no_result(read: Read) -> None:
    assert _results(read(_PERSON + "\nAFB CULTURE       SOURCE: Sputum\n  CULTURE: PRELIMINARY - Pending\n")) == []


def test_columns_of_one_line_state_a_result_each(read: Read) -> None:
    facts = read(_PERSON + "\nLABS\nHemoglobin 11.9 g/dL (11.0-14.0)            Lead, capillary <3.3 ug/dL\n")
    assert [(fact.name, fact.value and fact.value.printed) for fact in facts.observations] == [
        ("Hemoglobin", "11.9"), ("Lead, capillary", "<3.3")]  # fmt: skip


def test_names_of_tests_beside_times_need_no_header_and_a_column_of_goals_is_no_time(read: Read) -> None:
    facts = read(_PERSON + """
                 08:00     12:00     Goal
HR               88        92        60-100
SpO2             95%       96%       >92
""")
    assert _results(facts) == [("HR", "88", None), ("HR", "92", None), ("SpO2", "95", None), ("SpO2", "96", None)]


def test_a_decimal_comma_in_a_line_of_results_is_read_whole(read: Read) -> None:
    facts = read(_PERSON + "\nLABS\nPotasio 4,3 mmol/L 3,5-5,1\n")
    assert [fact.value and (fact.value.printed, fact.value.number) for fact in facts.observations] == [
        ("4,3", Decimal("4.3"))]  # fmt: skip


@pytest.mark.parametrize("said", ["TNP", "QNS", "Not Performed", "Specimen hemolyzed"])
def test_a_test_that_was_not_made_has_no_result(read: Read, said: str) -> None:
    assert _results(read(_PERSON + f"""
TEST                       RESULT                FLAG     UNITS       REFERENCE
Vitamin D                  {said:<22}
Sodium                     140                            mmol/L      135-145
""")) == [("Sodium", "140", "135-145")]  # fmt: skip
