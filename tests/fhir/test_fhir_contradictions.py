"""What documents say against each other is kept and flagged; a correction takes the place of what it corrects."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.fhir.bundle import build_bundle
from include.fhir.contradictions import TAG
from include.fhir.facts import (
    AllergyFact,
    ConditionFact,
    DocumentFacts,
    ImmunizationFact,
    MeasuredValue,
    MedicationFact,
    MedicationStatus,
    ObservationFact,
    PatientFact,
    PrintedDate,
    Source,
)
from include.fhir.identity import patient_id
from include.fhir.merge import merge
from include.fhir.validation import validate

Json = dict[str, Any]
ANN = PatientFact("Ann Lee", birth_date=PrintedDate("x", "1977-05-24"))
KEY = patient_id(ANN) or ""
DAY, NEXT = PrintedDate("x", "2024-03-04"), PrintedDate("x", "2024-03-05")


def sodium(number: int, status: str = "final", confidence: float = 100.0, effective: PrintedDate | None = DAY,
           **more: Any) -> ObservationFact:
    value = MeasuredValue(str(number), Decimal(number), unit="mmol/L")
    return ObservationFact("Sodium", value, status=status, effective=effective,
                           source=Source(1, f"Sodium {number}", None, confidence), **more)


def record_of(*documents: DocumentFacts, confirmed: Sequence[int] = ()) -> Json:
    """The record of documents that come in this order; ``confirmed``: the numbers of those that a person approved."""
    record: Json | None = None
    for number, facts in enumerate(documents):
        bundle = build_bundle(facts, f"doc-{number}", received="2026-01-05T10:00:00Z")
        resources = [entry["resource"] for entry in bundle["entry"]]
        record = merge(record, resources, KEY, f"doc-{number}", confirmed=number in confirmed).record
    assert record is not None
    assert validate(record) == []
    return record


def said(*observations: ObservationFact, **more: Any) -> DocumentFacts:
    return DocumentFacts(patients=(ANN,), observations=observations, **more)


def issues(record: Json) -> list[list[Json]]:
    """The resources of each contradiction."""
    places = {e["fullUrl"]: e["resource"] for e in record["entry"]}
    return [[places[i["reference"]] for i in r["implicated"]] for r in places.values()
            if r["resourceType"] == "DetectedIssue"]


def results(record: Json) -> dict[int, str]:
    """The status of each sodium result."""
    return {e["resource"]["valueQuantity"]["value"]: e["resource"]["status"] for e in record["entry"]
            if e["resource"]["resourceType"] == "Observation"}


def test_two_documents_with_another_value_of_one_test_and_moment_contradict_each_other() -> None:
    record = record_of(said(sodium(138)), said(sodium(150)))
    [both] = issues(record)
    assert sorted(r["valueQuantity"]["value"] for r in both) == [138, 150]
    assert all(r["meta"]["tag"] == [TAG] and r["status"] == "final" for r in both)


@pytest.mark.parametrize("documents", [
    (said(sodium(138, effective=None)), said(sodium(150, effective=None))),
    (said(sodium(138)), said(sodium(150, effective=NEXT))),
    (said(sodium(138), sodium(150)), said(sodium(150))),
    (said(sodium(138), sodium(150)),),
    (said(sodium(138, specimen="Urine")), said(sodium(150))),
    (said(sodium(138)), said(sodium(138))),
], ids=["undated", "another day", "one in common", "one document", "another specimen", "the same"])
def test_what_may_be_another_measurement_is_no_contradiction(documents: tuple[DocumentFacts, ...]) -> None:
    assert issues(record_of(*documents)) == []


@pytest.mark.parametrize(("one", "two", "expected"), [
    ({"allergies": (AllergyFact("Latex", source=Source(1, "x")),)},
     {"allergies": (AllergyFact("Latex", denied=True, source=Source(1, "x")),)}, 2),
    ({"allergies": (AllergyFact("Latex", source=Source(1, "x")),)},
     {"allergies": (AllergyFact("NKDA", denied=True, source=Source(1, "x")),)}, 2),
    ({"immunizations": (ImmunizationFact("Tetanus", DAY, "L1", source=Source(1, "x")),)},
     {"immunizations": (ImmunizationFact("Tetanus", DAY, "L2", source=Source(1, "x")),)}, 2),
    ({"immunizations": (ImmunizationFact("Tetanus", DAY, "L1", source=Source(1, "x")),)},
     {"immunizations": (ImmunizationFact("Tetanus", NEXT, "L2", source=Source(1, "x")),)}, 0),
    ({"medications": (MedicationFact("Warfarin", source=Source(1, "x")),), "date": DAY},
     {"medications": (MedicationFact("Warfarin", status=MedicationStatus.STOPPED, source=Source(1, "x")),),
      "date": DAY}, 2),
    ({"medications": (MedicationFact("Warfarin", source=Source(1, "x")),), "date": DAY},
     {"medications": (MedicationFact("Warfarin", status=MedicationStatus.STOPPED, source=Source(1, "x")),),
      "date": NEXT}, 0),
    ({"conditions": (ConditionFact("Asthma", clinical_status="active", source=Source(1, "x")),), "date": DAY},
     {"conditions": (ConditionFact("Asthma", clinical_status="resolved", source=Source(1, "x")),), "date": DAY}, 2),
])
def test_a_contradiction_of_other_facts_is_flagged_too(one: Json, two: Json, expected: int) -> None:
    found = issues(record_of(said(**one), said(**two)))
    assert [len(urls) for urls in found] == ([expected] if expected else [])


def test_a_contradiction_ends_when_its_document_is_converted_anew() -> None:
    first = record_of(said(sodium(138)), said(sodium(150)))
    resources = [e["resource"] for e in build_bundle(said(sodium(138)), "doc-1")["entry"]]
    record = merge(first, resources, KEY, "doc-1").record
    assert issues(record) == []
    assert TAG["code"] not in json.dumps(record)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["the original first", "the correction first"])
def test_a_correction_takes_the_place_of_the_original_whichever_comes_first(order: tuple[int, int]) -> None:
    documents = (said(sodium(183)), said(sodium(138, "corrected")))
    record = record_of(*(documents[i] for i in order))
    assert results(record) == {183: "entered-in-error", 138: "corrected"}
    assert issues(record) == []


def test_the_earlier_version_of_a_superseded_result_has_another_number() -> None:
    record = record_of(said(sodium(183)), said(sodium(138, "corrected")))
    versions = {e["resource"]["valueQuantity"]["value"]: e["resource"]["meta"]["versionId"] for e in record["entry"]
                if e["resource"]["resourceType"] == "Observation"}
    assert versions == {183: "2", 138: "1"}


@pytest.mark.parametrize(("correction_confirmed", "confidence", "expected"), [
    (False, 70.0, {183: "final", 138: "corrected"}),
    (True, 70.0, {183: "entered-in-error", 138: "corrected"}),
    (False, 95.0, {183: "entered-in-error", 138: "corrected"}),
])
def test_what_is_less_sure_does_not_take_the_place_of_what_a_person_confirmed(
        correction_confirmed: bool, confidence: float, expected: dict[int, str]) -> None:
    record = record_of(said(sodium(183, confidence=90.0)), said(sodium(138, "corrected", confidence)),
                       confirmed=(0, 1) if correction_confirmed else (0,))
    assert results(record) == expected
    assert len(issues(record)) == (1 if expected[183] == "final" else 0)


def test_an_original_stands_again_when_its_correction_is_withdrawn() -> None:
    first = record_of(said(sodium(183)), said(sodium(138, "corrected")))
    resources = [e["resource"] for e in build_bundle(said(), "doc-1")["entry"]]
    assert results(merge(first, resources, KEY, "doc-1").record) == {183: "final"}


_RESULTS = st.lists(st.builds(sodium, st.integers(136, 139), st.sampled_from(["final", "corrected"]),
                              st.sampled_from([70.0, 99.0]), st.sampled_from([DAY, NEXT, None])), max_size=3)


@given(st.lists(_RESULTS, min_size=2, max_size=3))
def test_the_order_of_documents_changes_nothing_that_the_record_says(documents: list[list[ObservationFact]]) -> None:
    def holds(order: Sequence[int]) -> Json:
        record: Json | None = None
        for number in (*order, order[0]):  # the first one a second time
            resources = [e["resource"] for e in build_bundle(said(*documents[number]), f"doc-{number}")["entry"]]
            record = merge(record, resources, KEY, f"doc-{number}").record
        assert record is not None
        for resource in (record, *(e["resource"] for e in record["entry"])):
            del resource["meta"]["versionId"]
        return record

    orders = [holds(order) for order in itertools.permutations(range(len(documents)))]
    assert all(record == orders[0] for record in orders)
