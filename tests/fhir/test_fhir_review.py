"""Which facts wait for a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from include.errors import REGISTRY
from include.fhir.facts import ConditionFact, DocumentFacts, EncounterFact, PatientFact, PrintedDate, Source
from include.fhir.review import _ORDER, review

ANN = PatientFact("Ann Lee", birth_date=PrintedDate("x", "1977-05-24"))
BOB = PatientFact("Bob Ray", birth_date=PrintedDate("x", "1980-01-01"))
AMBIGUOUS = PrintedDate("03/04/2024", None, ambiguous=True)


def asthma(confidence: float = 99.0, **more: Any) -> ConditionFact:
    return ConditionFact("Asthma", source=Source(1, "Asthma", None, confidence), **more)


def test_confident_facts_of_a_known_patient_do_not_wait() -> None:
    facts = DocumentFacts(patients=(ANN,), conditions=(asthma(80.0),), rows_in=3, rows_out=3)
    verdict = review(facts, 80)
    assert (verdict.reasons, verdict.waits) == ((), False)
    assert verdict.confident == facts
    assert verdict.uncertain.conditions == ()


def test_only_the_uncertain_fact_waits() -> None:
    good, bad, dated = asthma(), asthma(79.9), asthma(onset=AMBIGUOUS)
    verdict = review(DocumentFacts(patients=(ANN,), conditions=(good, bad, dated)), 80)
    assert verdict.confident.conditions == (good,)
    assert verdict.uncertain.conditions == (bad, dated)
    assert verdict.reasons == ("AMBIGUOUS_DATE", "LOW_CONFIDENCE")


def test_equal_facts_wait_each_for_itself() -> None:
    """Two facts are equal when they say the same; their confidence is not part of it."""
    verdict = review(DocumentFacts(patients=(ANN,), conditions=(asthma(99), asthma(10))), 80)
    assert [f.source.confidence for f in verdict.confident.conditions if f.source] == [99]


@pytest.mark.parametrize(("patients", "reason"), [
    ((), "NO_PATIENT"),
    ((PatientFact("Ann Lee"),), "NO_PATIENT"),
    ((replace(ANN, source=Source(1, "x", None, 10.0)),), "LOW_CONFIDENCE"),
    ((replace(ANN, birth_date=AMBIGUOUS),), "AMBIGUOUS_DATE"),
    ((ANN, BOB), "AMBIGUOUS_PATIENT"),
])
def test_every_fact_waits_while_it_is_unsure_whose_it_is(patients: tuple[PatientFact, ...], reason: str) -> None:
    verdict = review(DocumentFacts(patients=patients, conditions=(asthma(),), encounters=(EncounterFact(),)), 80)
    assert reason in verdict.reasons
    assert verdict.confident.conditions == ()
    assert verdict.confident.encounters == ()
    assert verdict.uncertain.conditions == (asthma(),)


def test_two_patients_with_facts_of_their_own_are_clear() -> None:
    facts = DocumentFacts(patients=(ANN, BOB), conditions=(asthma(), asthma(patient=1)))
    assert review(facts, 80).reasons == ()


def test_a_fact_of_nobody_is_not_given_to_anybody() -> None:
    facts = DocumentFacts(patients=(ANN,), conditions=(asthma(patient=1),))
    assert review(facts, 80).reasons == ("AMBIGUOUS_PATIENT",)


def test_a_document_without_facts_needs_no_patient() -> None:
    assert review(DocumentFacts(), 80).reasons == ()


def test_lost_rows_are_reported_and_hold_nothing_back() -> None:
    verdict = review(DocumentFacts(patients=(ANN,), conditions=(asthma(),), rows_in=3, rows_out=2), 80)
    assert verdict.reasons == ("ROWS_UNACCOUNTED",)
    assert verdict.confident.conditions == (asthma(),)


def test_every_reason_is_a_code_of_the_registry() -> None:
    assert set(_ORDER) <= set(REGISTRY)
