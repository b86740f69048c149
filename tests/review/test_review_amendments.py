"""What a person puts right is put right each time; what was put right on another reading is recognised."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from include.documents.content import Box
from include.fhir.bundle import build_bundle
from include.fhir.facts import DocumentFacts, MeasuredValue, MedicationFact, ObservationFact, PatientFact, Source
from include.fhir.validation import validate
from include.review.amendments import (
    Amendment,
    add_patient,
    amended,
    as_values,
    change,
    fingerprint,
    from_values,
    remove,
    without,
)
from include.review.entries import EntryError

PLACE = Source(2, "Sodium 1E8 mmol/L", Box(0.1, 0.2, 0.3, 0.02), confidence=41.0)
SODIUM = ObservationFact("Sodium", MeasuredValue("1E8"), source=PLACE)
GLUCOSE = ObservationFact("Glucose", MeasuredValue("101", Decimal(101)), source=Source(2, "Glucose 101"))
ANN = PatientFact("Ann Lee", source=Source(1, "Ann Lee"))
FACTS = DocumentFacts(patients=(ANN,), observations=(SODIUM, GLUCOSE), medications=(MedicationFact("Aspirin"),))


def test_an_amended_fact_is_certain_keeps_its_place_and_the_printed_words() -> None:
    found = amended(FACTS, [change("observations", 0, fingerprint(SODIUM), {"value": "138 mmol/L"})])
    [sodium, glucose] = found.facts.observations
    assert sodium.value == MeasuredValue("138", Decimal(138), unit="mmol/L")
    assert sodium.source == replace(PLACE, confidence=100.0, verified=True)
    assert (glucose, found.stale) == (GLUCOSE, ())


def test_a_fact_is_found_right_as_it_is_read() -> None:
    [sodium, _] = amended(FACTS, [change("observations", 0, fingerprint(SODIUM), {})]).facts.observations
    assert (sodium, sodium.source.confidence) == (SODIUM, 100.0)  # type: ignore[union-attr]


def test_a_wrong_fact_is_removed() -> None:
    assert amended(FACTS, [remove("observations", 0, fingerprint(SODIUM))]).facts.observations == (GLUCOSE,)


def test_the_facts_of_a_document_without_a_patient_are_those_of_the_one_who_is_added() -> None:
    found = amended(replace(FACTS, patients=()), [add_patient({"name": "Ann Lee", "birth_date": "1977-05-24"})])
    assert [patient.name for patient in found.facts.patients] == ["Ann Lee"]
    bundle = build_bundle(found.facts, "doc-1")
    assert validate(bundle) == []
    assert "valuePositiveInt" not in str(bundle["entry"][0]["resource"]["extension"])


def test_an_amendment_of_another_reading_is_stale_and_nothing_is_changed_by_it() -> None:
    stale = change("observations", 0, fingerprint(replace(SODIUM, value=MeasuredValue("13B"))), {"value": "138"})
    fits = remove("observations", 1, fingerprint(GLUCOSE))
    found = amended(FACTS, [stale, fits])
    assert (found.facts.observations, found.stale) == ((SODIUM,), (stale,))
    assert without([stale, fits], found.stale) == (fits,)


@pytest.mark.parametrize("moved", [replace(SODIUM, source=replace(PLACE, page=3)), replace(SODIUM, name="Na")])
def test_a_fingerprint_holds_the_place_and_what_is_said(moved: ObservationFact) -> None:
    assert fingerprint(moved) != fingerprint(SODIUM)


def test_a_fingerprint_outlives_new_fields_and_the_last_digits_of_a_place() -> None:
    near = replace(PLACE, box=Box(0.10000001, 0.2, 0.3, 0.02), verified=False)
    assert fingerprint(replace(SODIUM, source=near)) == fingerprint(SODIUM)


def test_a_fact_that_stands_elsewhere_in_the_list_is_found_and_equal_ones_are_told_apart_by_their_place() -> None:
    turned = replace(FACTS, observations=(GLUCOSE, SODIUM, SODIUM))
    found = amended(turned, [remove("observations", 1, fingerprint(GLUCOSE))])
    assert found.facts.observations == (SODIUM, SODIUM)
    assert amended(turned, [remove("observations", 0, fingerprint(SODIUM))]).stale


def test_a_patient_is_not_added_beside_one_that_is_read() -> None:
    added = add_patient({"name": "Ann Lee"})
    assert amended(FACTS, [added]).stale == (added,)


def test_a_wrong_patient_is_replaced_and_the_facts_go_with_them() -> None:
    found = amended(FACTS, [add_patient({"name": "Eve Poe"}), remove("patients", 0, fingerprint(ANN))])
    assert ([patient.name for patient in found.facts.patients], found.facts.observations[0].patient) == (["Eve Poe"], 0)


def test_facts_are_given_to_another_patient_and_one_without_any_can_be_removed() -> None:
    eve = PatientFact("Eve Poe")
    two = replace(FACTS, patients=(eve, ANN), observations=(GLUCOSE,), medications=())
    owned = change("observations", 0, fingerprint(GLUCOSE), {"patient": "2"})
    assert amended(two, [owned]).facts.observations[0].patient == 1
    assert amended(two, [owned, remove("patients", 0, fingerprint(eve))]).facts.observations[0].patient == 0
    with pytest.raises(EntryError, match="patient is the number of no patient"):
        amended(two, [change("observations", 0, fingerprint(GLUCOSE), {"patient": "3"})])
    three = replace(two, patients=(eve, ANN, PatientFact("Kim Fay")))
    with pytest.raises(EntryError, match="facts are said of them"):
        amended(three, [remove("patients", 0, fingerprint(eve))])


def test_an_entry_that_cannot_be_read_names_its_fact() -> None:
    with pytest.raises(EntryError) as refused:
        amended(FACTS, [change("observations", 1, fingerprint(GLUCOSE), {"effective": "03/04/2021"})])
    assert (refused.value.group, refused.value.index, refused.value.field) == ("observations", 1, "effective")


def test_a_fact_is_amended_once() -> None:
    with pytest.raises(EntryError, match="twice"):
        amended(FACTS, [remove("observations", 1, fingerprint(GLUCOSE))] * 2)


@pytest.mark.parametrize("amendment", [
    change("observations", 0, "f", {"value": "1"}), remove("patients", 2, "f"), add_patient({"name": "Ann Lee"})])
def test_an_amendment_is_read_back(amendment: Amendment) -> None:
    assert from_values(as_values(amendment)) == amendment
    assert "Ann" not in repr(amendment)


@pytest.mark.parametrize("values", [
    {}, {"action": "burn", "group": "patients"},
    {"action": "remove", "group": "secrets", "index": 0, "fingerprint": ""},
    {"action": "change", "group": "patients"}, {"action": "add", "group": "observations"},
    {"action": "change", "group": "patients", "index": "x", "fingerprint": ""},
    {"action": "remove", "group": "patients", "index": 0, "fingerprint": "", "entries": {"name": "x"}},
    {"action": "change", "group": "patients", "index": 0, "fingerprint": "", "entries": 5}])
def test_what_a_page_sends_that_is_no_amendment_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(EntryError):
        from_values(values)


def test_the_provenance_says_that_a_person_compared_which_of_the_facts() -> None:
    found = amended(FACTS, [change("observations", 0, fingerprint(SODIUM), {"value": "138"})])
    bundle = build_bundle(found.facts, "doc-1", received="2026-11-23T10:00:00+00:00")
    assert validate(bundle) == []
    resources = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    [provenance] = [r for r in resources.values() if r["resourceType"] == "Provenance"]
    assert [agent["type"]["coding"][0]["code"] for agent in provenance["agent"]] == ["assembler", "verifier"]
    marked = [resources[t["reference"]]["code"]["text"] for t in provenance["target"] if "'verified'" in str(t)]
    assert marked == ["Sodium"]
    [sodium] = [r for r in resources.values() if r.get("code", {}).get("text") == "Sodium"]
    assert "Sodium 1E8 mmol/L" in str(sodium["extension"])
