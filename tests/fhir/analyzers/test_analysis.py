"""Analyzers beside the rules add facts, and do nothing else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.documents.content import DocumentContent
from include.fhir.analyzers import combined
from include.fhir.analyzers.adding import Statement, is_stated, without_stated
from include.fhir.analyzers.analysis import added
from include.fhir.bundle import build_bundle
from include.fhir.extraction import Extraction
from include.fhir.facts import (
    CLINICAL_GROUPS,
    AllergyFact,
    ConditionFact,
    DocumentFacts,
    ImmunizationFact,
    MeasuredValue,
    MedicationFact,
    ObservationFact,
    PatientFact,
    ProcedureFact,
    Source,
    Unmapped,
    UnmappedReason,
)
from tests.fhir.comprehend_medical.recorded import note

_NAMES = st.sampled_from(["metformin", "Metformin HCl", "insulin", "insulin glargine", "penicillin", "rash", "BP"])
_PATIENTS = st.integers(0, 1)
_VALUES = st.sampled_from([MeasuredValue("7", Decimal(7)), MeasuredValue("7.0", Decimal("7.0")),
                           MeasuredValue("120/80", unit="mmHg"), MeasuredValue("positive"), None])
_GROUPS: dict[str, st.SearchStrategy[Statement]] = {
    "observations": st.builds(ObservationFact, _NAMES, _VALUES, patient=_PATIENTS),
    "medications": st.builds(MedicationFact, _NAMES, st.sampled_from(["5 mg", None]), patient=_PATIENTS),
    "conditions": st.builds(ConditionFact, _NAMES, patient=_PATIENTS),
    "allergies": st.builds(AllergyFact, _NAMES, st.sampled_from(["rash", None]), denied=st.booleans(),
                           patient=_PATIENTS),
    "procedures": st.builds(ProcedureFact, _NAMES, patient=_PATIENTS),
}
_FACTS = st.builds(
    DocumentFacts, patients=st.just((PatientFact("Ada Brown"), PatientFact("Carl Dove"))), rows_in=st.integers(0, 3),
    **{name: st.lists(group, max_size=4).map(tuple) for name, group in _GROUPS.items()})


@given(_FACTS, _FACTS)
def test_the_facts_of_the_rules_stand_as_they_are_and_in_front(rules: DocumentFacts, more: DocumentFacts) -> None:
    facts = added(rules, more)
    for group in CLINICAL_GROUPS:
        own = getattr(rules, group)
        assert getattr(facts, group)[:len(own)] == own
        assert set(getattr(facts, group)[len(own):]) <= set(getattr(more, group))
    assert replace(facts, **{group: getattr(rules, group) for group in CLINICAL_GROUPS}) == rules


@given(_FACTS, _FACTS)
def test_nothing_is_said_twice(rules: DocumentFacts, more: DocumentFacts) -> None:
    """An allergy with its reaction stands beside one whose words hold it and more: neither says what both say."""
    facts = added(rules, more)
    for group in CLINICAL_GROUPS:
        own, new = getattr(rules, group), getattr(facts, group)[len(getattr(rules, group)):]
        assert [fact for fact in new if is_stated(fact, own)] == []
        for at, fact in enumerate(new):
            others = [each for each in new[:at] if group != "allergies" or each.substance == fact.substance]
            assert not is_stated(fact, others)
    assert added(facts, more) == facts


@given(_FACTS)
def test_what_the_rules_say_themselves_is_never_added(rules: DocumentFacts) -> None:
    assert added(rules, replace(rules, unmapped=())) == rules


@pytest.mark.parametrize(("fact", "known"), [
    (MedicationFact("Metformin"), MedicationFact("metformin HCl", "500 mg")),
    (MedicationFact("insulin glargine"), MedicationFact("Insulin")),
    (MedicationFact("Penicillin"), AllergyFact("penicillin")),
    (MedicationFact("influenza vaccine"), ImmunizationFact("Influenza vaccine 2024")),
    (ConditionFact("type 2 diabetes"), ConditionFact("Diabetes mellitus type 2, diabetes")),
    (ConditionFact("rash"), AllergyFact("penicillin", "Rash")),
    (ProcedureFact("colonoscopy"), ProcedureFact("Screening colonoscopy")),
    (ObservationFact("Na", MeasuredValue("138.0", Decimal("138.0"))),
     ObservationFact("Sodium", MeasuredValue("138", Decimal(138), unit="mmol/L"))),
    (ObservationFact("xyzzy", MeasuredValue("Positive")), ObservationFact("XYZZY", MeasuredValue("positive"))),
    (AllergyFact("penicillin"), AllergyFact("Penicillin and latex")),
    (AllergyFact("no known allergies", denied=True), AllergyFact("latex")),
])
def test_the_same_in_other_words_is_stated(fact: Statement, known: Statement) -> None:
    assert is_stated(fact, [known])
    assert not is_stated(replace(fact, patient=1), [known])


@pytest.mark.parametrize(("fact", "known"), [
    (MedicationFact("insulin lispro"), MedicationFact("insulin glargine")),
    (MedicationFact("penicillin"), AllergyFact("penicillin", denied=True)),
    (ConditionFact("rash"), AllergyFact("penicillin")),
    (ConditionFact("metformin"), MedicationFact("metformin")),
    (ObservationFact("Sodium", MeasuredValue("139", Decimal(139))),
     ObservationFact("Sodium", MeasuredValue("138", Decimal(138)))),
    (AllergyFact("penicillin and latex"), AllergyFact("penicillin")),
    (AllergyFact("penicillin"), AllergyFact("no known allergies", denied=True)),
])
def test_what_says_something_else_is_not(fact: Statement, known: Statement) -> None:
    assert not is_stated(fact, [known])


def test_a_blood_pressure_is_stated_by_its_two_numbers() -> None:
    sides = [ObservationFact("Systolic", MeasuredValue("120", Decimal(120))),
             ObservationFact("Diastolic", MeasuredValue("80", Decimal(80)))]
    assert is_stated(ObservationFact("Blood pressure", MeasuredValue("120/80")), sides)
    assert not is_stated(ObservationFact("Blood pressure", MeasuredValue("120/81")), sides)


def test_of_two_mentions_the_one_that_says_more_is_kept_in_its_place() -> None:
    bare, full, other = MedicationFact("metformin"), MedicationFact("Metformin", "500 mg"), MedicationFact("insulin")
    assert without_stated([bare, other, full], DocumentFacts()) == (other, full)


def test_an_analyzer_is_given_what_is_known_and_only_facts_and_gaps_are_taken_from_it() -> None:
    gap = Unmapped(Source(1, "x"), UnmappedReason.PATIENT_NOT_TOLD)

    class Another:
        name = "another"

        def analyze(self, document: DocumentContent, known: Extraction) -> DocumentFacts:
            assert [fact.name for fact in known.facts.medications] == ["Lisinopril"]
            return DocumentFacts(patients=(PatientFact("Somebody Else"),), conditions=(ConditionFact("gout"),),
                                 title="x", unmapped=(gap,), rows_in=5, rows_out=5)

    rules, facts = combined(note()), combined(note(), [Another()])
    assert facts == replace(rules, conditions=(*rules.conditions, ConditionFact("gout")),
                            unmapped=(*rules.unmapped, gap))


def test_without_another_analyzer_the_bundle_names_none() -> None:
    assert "comprehend" not in str(build_bundle(combined(note()), "doc-1"))
