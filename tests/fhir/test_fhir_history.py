"""The history of a record in a versioned bucket."""

from __future__ import annotations

from decimal import Decimal

from include.documents.storage import Bucket
from include.fhir.bundle import build_bundle
from include.fhir.facts import DocumentFacts, MeasuredValue, ObservationFact, PatientFact, PrintedDate, Source
from include.fhir.history import history
from include.fhir.identity import patient_id
from include.fhir.record import merge_into_record

ANN = PatientFact("Ann Lee", birth_date=PrintedDate("x", "1977-05-24"))
KEY = patient_id(ANN) or ""
DAY = PrintedDate("x", "2024-03-04")


def merge_sodium(bucket: Bucket, document_id: str, number: int, status: str = "final") -> None:
    fact = ObservationFact("Sodium", MeasuredValue(str(number), Decimal(number)), effective=DAY, status=status,
                           source=Source(1, "Sodium"))
    bundle = build_bundle(DocumentFacts(patients=(ANN,), observations=(fact,)), document_id)
    merge_into_record(bucket, KEY, [entry["resource"] for entry in bundle["entry"]], document_id)


def test_every_version_says_what_it_brought(bucket: Bucket) -> None:
    bucket.client.put_bucket_versioning(  # type: ignore[attr-defined]
        Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    merge_sodium(bucket, "doc-a", 183)
    merge_sodium(bucket, "doc-a", 183)
    merge_sodium(bucket, "doc-b", 138, "corrected")
    first, second = history(bucket, KEY)
    assert [version.number for version in (first, second)] == [1, 2]
    assert [version.documents for version in (first, second)] == [("doc-a",), ("doc-b",)]
    assert first.added == {"Device": 1, "DocumentReference": 1, "Observation": 1, "Patient": 1, "Provenance": 1}
    assert (second.added, second.changed, second.removed) == (
        {"DocumentReference": 1, "Observation": 1, "Provenance": 1}, {"Observation": 1}, {})
    values = [[(r["valueQuantity"]["value"], r["status"]) for e in version.record["entry"]
               if (r := e["resource"])["resourceType"] == "Observation"] for version in (first, second)]
    assert values[0] == [(183, "final")]
    assert sorted(values[1]) == [(138, "corrected"), (183, "entered-in-error")]
    assert first.written <= second.written


def test_a_patient_without_a_record_has_no_history(bucket: Bucket) -> None:
    assert history(bucket, KEY) == []
