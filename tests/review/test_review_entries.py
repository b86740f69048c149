"""An entry is read as the same words on a page would be, or refused by the name of its field."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from include.fhir import facts
from include.fhir.facts import (
    IdentifierKind,
    InferredCode,
    MeasuredValue,
    MedicationFact,
    ObservationFact,
    PatientFact,
    PrintedDate,
    PrintedIdentifier,
    Source,
)
from include.review.amendments import GROUPS
from include.review.entries import FIELDS, EntryError, put

SODIUM = ObservationFact("Sodium", MeasuredValue("1E8", Decimal(18), unit="mmol/L"), source=Source(1, "Sodium 1E8"))


def entered(group: str, fact: Any, **entries: str) -> Any:
    return put(fact, FIELDS[group], entries)


def test_a_result_keeps_the_unit_that_stands_beside_it() -> None:
    assert entered("observations", SODIUM, value="138").value == MeasuredValue("138", Decimal(138), unit="mmol/L")


def test_a_result_that_brings_a_unit_and_a_flag_has_them() -> None:
    fact = entered("observations", SODIUM, value="7.5 mg/dL H")
    assert (fact.value.number, fact.value.unit, fact.flag) == (Decimal("7.5"), "mg/dL", "H")


@pytest.mark.parametrize(("entry", "number"), [("< 5", None), ("Negative", None), ("2+", None), ("1:40", None)])
def test_a_result_may_be_what_laboratories_report_beside_numbers(entry: str, number: None) -> None:
    assert entered("observations", SODIUM, value=entry).value is not None


@pytest.mark.parametrize(("group", "fact", "field", "entry"), [
    ("observations", SODIUM, "value", "1..3x8"),
    ("observations", SODIUM, "value", ""),
    ("observations", SODIUM, "value", "pending"),
    ("observations", SODIUM, "name", " "),
    ("observations", SODIUM, "effective", "03/04/2021"),
    ("observations", SODIUM, "effective", "2021-02-30"),
    ("observations", SODIUM, "effective", "soon"),
    ("observations", SODIUM, "loinc_printed", "sodium"),
    ("observations", SODIUM, "patient", "0"),
    ("observations", SODIUM, "colour", "red"),
    ("observations", SODIUM, "note", "x" * 301),
    ("observations", SODIUM, "note", "a\0b"),
    ("patients", PatientFact("Ann Lee"), "birth_date", "5"),
    ("patients", PatientFact("Ann Lee"), "gender", "blue"),
    ("patients", PatientFact("Ann Lee"), "record_number", "none"),
    ("patients", PatientFact("Ann Lee"), "name", "123"),
    ("medications", MedicationFact("Lisinopril"), "status", "eaten")])
def test_what_cannot_be_read_is_refused_by_the_name_of_its_field(group: str, fact: Any, field: str, entry: str) -> None:
    with pytest.raises(EntryError) as refused:
        entered(group, fact, **{field: entry})
    assert refused.value.field == field
    if entry.strip():
        assert entry not in str(refused.value)


@pytest.mark.parametrize(("entry", "value"), [
    ("2021-04-03", "2021-04-03"), ("3 Apr 2021", "2021-04-03"), ("April 2021", "2021-04"), ("2021", "2021"),
    ("2021-04", "2021-04"), ("04/25/2021", "2021-04-25"), ("25.04.2021", "2021-04-25"),
    ("2021-04-03 08:15", "2021-04-03T08:15")])
def test_a_date_that_can_be_read_in_one_way_is_taken(entry: str, value: str) -> None:
    assert entered("observations", SODIUM, effective=entry).effective == PrintedDate(entry, value)


def test_a_patient_is_completed() -> None:
    fact = entered("patients", PatientFact(None), name="Lee, Ann", birth_date="24 May 1977", record_number="55120987",
                   gender="F")
    assert fact == PatientFact(
        "Lee, Ann", "Lee", ("Ann",), PrintedDate("24 May 1977", "1977-05-24"), "female",
        (PrintedIdentifier("55120987", IdentifierKind.MEDICAL_RECORD),))


def test_a_record_number_that_is_entered_anew_keeps_its_label_and_the_other_numbers() -> None:
    known = (PrintedIdentifier("1", IdentifierKind.VISIT), PrintedIdentifier("x", IdentifierKind.MEDICAL_RECORD, "MRN"))
    fact = entered("patients", PatientFact("Ann Lee", identifiers=known), record_number="5512")
    assert fact.identifiers == (PrintedIdentifier("5512", IdentifierKind.MEDICAL_RECORD, "MRN"), known[0])


def test_an_inferred_code_goes_with_the_name_that_it_was_inferred_from() -> None:
    code = InferredCode("system", "29046", "Lisinopril", "analyzer")
    fact = MedicationFact("Lisinopri1", inferred_codes=(code,), source=Source(1, "x", code_confidence=90.0))
    assert entered("medications", fact, name="Lisinopri1").inferred_codes == (code,)
    changed = entered("medications", fact, name="Losartan")
    assert (changed.inferred_codes, changed.source.code_confidence) == ((), None)


def test_a_pending_result_that_is_entered_is_final() -> None:
    fact = entered("observations", replace(SODIUM, value=None, status="registered"), value="138 mmol/L")
    assert (fact.status, fact.value.unit) == ("final", "mmol/L")


def test_every_group_has_its_fields_and_shows_what_is_not_there_as_nothing() -> None:
    made = {
        "patients": PatientFact(None), "practitioners": facts.PractitionerFact("x"),
        "encounters": facts.EncounterFact(), "observations": ObservationFact("x", None),
        "medications": MedicationFact("x"), "conditions": facts.ConditionFact("x"),
        "allergies": facts.AllergyFact("x"), "immunizations": facts.ImmunizationFact("x"),
        "procedures": facts.ProcedureFact("x")}
    assert sorted(FIELDS) == sorted(GROUPS) == sorted(made)
    for group, fact in made.items():
        shown = {field.name: field.show(fact) for field in FIELDS[group]}
        assert all(isinstance(text, str) for text in shown.values())
        assert entered(group, fact, **{k: v for k, v in shown.items() if v}) == fact
