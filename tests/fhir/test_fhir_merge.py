"""Merging into a patient's record: nothing lost, nothing doubled, contradictions kept."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from typing import Any

from include.fhir.bundle import address, build_bundle
from include.fhir.evidence import is_confirmed, named
from include.fhir.facts import (
    ConditionFact,
    DocumentFacts,
    MeasuredValue,
    ObservationFact,
    PatientFact,
    PrintedDate,
    Source,
)
from include.fhir.identity import patient_id
from include.fhir.joining import ALSO_STATED
from include.fhir.merge import merge, resources_by_patient
from include.fhir.validation import validate

ANN = PatientFact("Ann Lee", birth_date=PrintedDate("x", "1977-05-24"), gender="female")
KEY = patient_id(ANN) or ""
DAY = PrintedDate("x", "2024-03-04")


def document(name: str, *numbers: str, patient: PatientFact = ANN, conditions: tuple[str, ...] = ()) -> list[Any]:
    facts = DocumentFacts(
        patients=(patient,), conditions=tuple(ConditionFact(c, source=Source(1, c)) for c in conditions),
        observations=tuple(ObservationFact("Sodium", MeasuredValue(n, Decimal(n)), effective=DAY, panel="BMP",
                                           source=Source(1, n)) for n in numbers))
    return [entry["resource"] for entry in build_bundle(facts, name)["entry"]]


def record_of(*documents: tuple[str, list[Any]]) -> dict[str, Any]:
    record: dict[str, Any] | None = None
    for name, resources in documents:
        record = merge(record, resources, KEY, name).record
    assert record is not None
    return record


def of(record: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [e["resource"] for e in record["entry"] if e["resource"]["resourceType"] == kind]


def unversioned(record: dict[str, Any]) -> dict[str, Any]:
    """What the record holds, whenever each part of it came."""
    bare = json.loads(json.dumps(record))
    for resource in (bare, *(entry["resource"] for entry in bare["entry"])):
        del resource["meta"]["versionId"]
    return dict(bare)


def test_every_resource_of_a_record_has_the_id_that_its_address_is_made_of() -> None:
    first, second = (record_of(*(("doc-a", document("doc-a", "138", conditions=("Asthma",))),) * times)
                     for times in (1, 2))
    for record in (first, second):
        assert [entry["fullUrl"] for entry in record["entry"]] == [address(e["resource"]) for e in record["entry"]]
    assert [patient["id"] for patient in of(first, "Patient")] == [KEY]


def test_merging_twice_equals_once() -> None:
    resources = document("doc-a", "138", "140", conditions=("Asthma",))
    once = merge(None, resources, KEY, "doc-a")
    twice = merge(once.record, resources, KEY, "doc-a")
    assert twice.record == once.record
    assert (once.added, once.already_there) == (4, 0)
    assert (twice.added, twice.already_there) == (0, 4)


def test_the_same_fact_of_two_documents_is_one_fact_with_two_provenances() -> None:
    record = record_of(("doc-a", document("doc-a", "138")), ("doc-b", document("doc-b", "138")))
    (observation,) = of(record, "Observation")
    assert len(observation["extension"]) == 2
    assert len(of(record, "DocumentReference")) == 2
    url = next(e["fullUrl"] for e in record["entry"] if e["resource"] is observation)
    assert [url in {t["reference"] for t in p["target"]} for p in of(record, "Provenance")] == [True, True]


def test_evidence_names_its_document() -> None:
    record = record_of(("doc-a", document("doc-a", "138")), ("doc-b", document("doc-b", "138")))
    text = json.dumps(of(record, "Observation")[0]["extension"])
    assert "doc-a" in text
    assert "doc-b" in text


def test_contradicting_results_stay_side_by_side() -> None:
    record = record_of(("doc-a", document("doc-a", "138")), ("doc-b", document("doc-b", "150")))
    assert sorted(o["valueQuantity"]["value"] for o in of(record, "Observation")) == [138, 150]


def test_a_contradicting_gender_stands_beside_the_first() -> None:
    other = PatientFact("Ann Lee", birth_date=ANN.birth_date, gender="male", phone="555")
    record = record_of(("doc-a", document("doc-a")), ("doc-b", document("doc-b", patient=other)))
    (patient,) = of(record, "Patient")
    assert patient["gender"] == "female"
    assert {"url": ALSO_STATED, "valueString": "gender=male"} in patient["extension"]
    assert patient["telecom"] == [{"system": "phone", "value": "555"}]


def test_two_equal_undated_results_of_one_document_stay_two() -> None:
    undated = ObservationFact("Sodium", MeasuredValue("1", Decimal(1)))
    facts = DocumentFacts(patients=(ANN,), observations=(undated, undated))
    resources = [e["resource"] for e in build_bundle(facts, "doc-a")["entry"]]
    record = record_of(("doc-a", resources), ("doc-a", resources))
    assert len(of(record, "Observation")) == 2


def test_an_approval_brings_the_uncertain_facts_of_a_document_after_the_certain_ones() -> None:
    certain, all_of_it = document("doc-a", "138"), document("doc-a", "138", "140")
    first = merge(None, certain, KEY, "doc-a").record
    record = merge(first, all_of_it, KEY, "doc-a", confirmed=True).record
    assert len(of(record, "DocumentReference")) == 1
    (provenance,) = of(record, "Provenance")
    observations = {e["fullUrl"] for e in record["entry"] if e["resource"]["resourceType"] == "Observation"}
    assert len(observations) == 2
    assert observations <= {target["reference"] for target in provenance["target"]}
    assert all(is_confirmed(o) and len(o["extension"]) == 1 for o in of(record, "Observation"))


def test_a_document_that_is_converted_anew_replaces_what_it_said() -> None:
    record = record_of(("doc-a", document("doc-a", "138", conditions=("Asthma",))), ("doc-b", document("doc-b", "138")),
                       ("doc-a", document("doc-a", "150")))
    said = {o["valueQuantity"]["value"]: [named(o)] for o in of(record, "Observation")}
    assert said == {138: [{"doc-b"}], 150: [{"doc-a"}]}
    assert of(record, "Condition") == []
    assert validate(record) == []


def test_what_a_person_has_confirmed_stays_when_its_document_is_converted_anew() -> None:
    first = merge(None, document("doc-a", "138"), KEY, "doc-a", confirmed=True).record
    record = merge(first, document("doc-a", "150"), KEY, "doc-a").record
    assert sorted(o["valueQuantity"]["value"] for o in of(record, "Observation")) == [138, 150]
    assert validate(record) == []


def test_a_resource_has_a_version_that_grows_when_it_changes() -> None:
    first = merge(None, document("doc-a", "138", "150"), KEY, "doc-a").record
    second = merge(first, document("doc-b", "138"), KEY, "doc-b").record
    again = merge(second, document("doc-b", "138"), KEY, "doc-b").record
    versions = [{o["valueQuantity"]["value"]: o["meta"]["versionId"] for o in of(r, "Observation")}
                for r in (first, second, again)]
    assert versions == [{138: "1", 150: "1"}, {138: "2", 150: "1"}, {138: "2", 150: "1"}]
    assert [r["meta"]["versionId"] for r in (first, second, again)] == ["1", "2", "2"]


def test_the_order_of_documents_does_not_matter_for_the_facts() -> None:
    documents = [(name, document(name, *numbers, conditions=("Asthma",)))
                 for name, numbers in (("doc-a", ("1", "2")), ("doc-b", ("2", "3")), ("doc-c", ("3",)))]
    records = [unversioned(record_of(*order)) for order in itertools.permutations(documents)]
    assert all(record == records[0] for record in records)


def test_the_record_is_a_valid_bundle_whose_references_resolve() -> None:
    record = record_of(("doc-a", document("doc-a", "138", conditions=("Asthma",))), ("doc-b", document("doc-b", "139")))
    assert validate(record) == []


def test_each_patient_of_a_document_gets_their_own_resources() -> None:
    bob = PatientFact("Bob Ray", birth_date=PrintedDate("x", "1980-01-01"))
    bundle = build_bundle(DocumentFacts(patients=(ANN, bob), conditions=(
        ConditionFact("Asthma"), ConditionFact("Gout", patient=1))), "doc-a")
    parts = resources_by_patient(bundle)
    assert set(parts) == {KEY, patient_id(bob)}
    assert [r["code"]["text"] for r in parts[KEY] if r["resourceType"] == "Condition"] == ["Asthma"]
    assert "Bob Ray" not in json.dumps(parts[KEY])
