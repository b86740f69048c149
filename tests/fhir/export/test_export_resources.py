"""A record's resources as lines: references by type and id, shared resources once, nothing cut."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from include.fhir.bundle import build_bundle
from include.fhir.export.resources import Line, RecordLines, SharedResources, lines_of_record
from include.fhir.facts import (
    ConditionFact,
    DocumentFacts,
    MeasuredValue,
    ObservationFact,
    PatientFact,
    PractitionerFact,
    PrintedDate,
    PrintedIdentifier,
    Source,
)
from include.fhir.joining import canonical
from include.fhir.merge import merge, resources_by_patient

Json = dict[str, Any]

ANN = PatientFact("Ann Lee", birth_date=PrintedDate("x", "1977-05-24"), gender="female")
BOB = PatientFact("Bob Ray", birth_date=PrintedDate("x", "1950-01-02"))
DAY = PrintedDate("x", "2024-03-04")
NPI = PrintedIdentifier("1234567893", label="NPI")
ENOUGH = 5_000_000


def doctor(name: str, *identifiers: PrintedIdentifier) -> PractitionerFact:
    return PractitionerFact(name, role="Attending", identifiers=identifiers, source=Source(1, f"{name}, seen by"))


def sodium(value: str, **more: Any) -> ObservationFact:
    return ObservationFact("Sodium", MeasuredValue(value, Decimal(value)), effective=DAY, panel="BMP",
                           source=Source(1, value), **more)


def record_of(**documents: DocumentFacts) -> Json:
    record: Json | None = None
    for name, facts in documents.items():
        for patient, resources in resources_by_patient(build_bundle(facts, name)).items():
            record = merge(record, resources, patient, name).record
    assert record is not None
    return record


def facts(patient: PatientFact, *doctors: PractitionerFact, **more: Any) -> DocumentFacts:
    return DocumentFacts(patients=(patient,), observations=(sodium("138"), sodium("141")),
                         conditions=(ConditionFact("Asthma", source=Source(1, "Asthma")),),
                         practitioners=doctors, **more)


def export(*records: Json, limit: int = ENOUGH) -> tuple[list[Json], list[str]]:
    """The resources of an export of these records, and what was left out."""
    shared = SharedResources(limit)
    lines: list[Line] = []
    left_out: list[str] = []
    for record in records:
        found = lines_of_record(record, limit)
        lines += found.own
        left_out += [*found.too_large, *shared.add(found.shared)]
    return [json.loads(line.text) for line in (*lines, *shared.lines())], left_out


def references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for part in node:
            yield from references(part)
    elif isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        for part in node.values():
            yield from references(part)


def names(resources: list[Json]) -> list[str]:
    return [f"{resource['resourceType']}/{resource['id']}" for resource in resources]


def of(resources: list[Json], kind: str) -> list[Json]:
    return [resource for resource in resources if resource["resourceType"] == kind]


def test_every_reference_names_type_and_id_of_a_resource_in_the_export() -> None:
    resources, left_out = export(record_of(a=facts(ANN, doctor("Dr. Kim", NPI))),
                                 record_of(b=facts(BOB, doctor("Dr. Kim", NPI), doctor("Dr. May"))))
    found = list(references(resources))
    assert len(found) > 20
    assert set(found) <= set(names(resources))
    assert "urn:uuid:" not in json.dumps(resources)
    assert left_out == []


def test_ids_are_fhir_ids_and_no_two_resources_share_one() -> None:
    resources, _ = export(record_of(a=facts(ANN, doctor("Dr. Kim"))), record_of(b=facts(BOB, doctor("Dr. Kim"))))
    assert all(re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", resource["id"]) for resource in resources)
    assert len(set(names(resources))) == len(resources)


def test_a_resource_that_nothing_points_out_of_is_as_the_record_has_it() -> None:
    record = record_of(a=facts(ANN))
    patient = next(entry["resource"] for entry in record["entry"] if entry["resource"]["resourceType"] == "Patient")
    line = next(line for line in lines_of_record(record, ENOUGH).own if line.kind == "Patient")
    assert line == Line("Patient", patient["id"], canonical(patient).encode())


def test_the_software_and_a_practitioner_with_an_npi_are_there_once_for_all_records() -> None:
    resources, _ = export(record_of(a=facts(ANN, doctor("Dr. Kim", NPI), doctor("Dr. May"))),
                          record_of(b=facts(BOB, doctor("Kim, Jo MD", NPI), doctor("Dr. May"))))
    kim, *may = sorted(of(resources, "Practitioner"), key=lambda resource: "identifier" not in resource)
    assert len(of(resources, "Device")) == 1
    assert kim["name"] == [{"text": "Dr. Kim"}, {"text": "Kim, Jo MD"}]
    assert [resource["name"] for resource in may] == [[{"text": "Dr. May"}]] * 2
    assert len({role["practitioner"]["reference"] for role in of(resources, "PractitionerRole")}) == 3


def test_a_shared_practitioner_repeats_no_words_of_a_patients_document() -> None:
    record = record_of(a=facts(ANN, doctor("Dr. Kim", NPI)))
    assert "seen by" in json.dumps(record)
    resources, _ = export(record)
    assert "seen by" not in json.dumps(of(resources, "Practitioner"))


def test_a_shared_practitioner_does_not_depend_on_which_record_comes_first() -> None:
    one, two = record_of(a=facts(ANN, doctor("Dr. Kim", NPI))), record_of(b=facts(BOB, doctor("Kim, Jo MD", NPI)))
    forth, back = export(one, two)[0], export(two, one)[0]
    assert of(forth, "Practitioner") == of(back, "Practitioner")


def test_superseded_results_and_flagged_contradictions_are_in() -> None:
    corrected = DocumentFacts(patients=(ANN,), observations=(sodium("150", status="corrected"),))
    record = record_of(a=DocumentFacts(patients=(ANN,), observations=(sodium("138"),)), b=corrected,
                       c=DocumentFacts(patients=(PatientFact("Ann Lee", birth_date=ANN.birth_date, gender="male"),)))
    resources, _ = export(record)
    assert sorted(observation["status"] for observation in of(resources, "Observation")) == [
        "corrected", "entered-in-error"]
    assert len(of(resources, "DetectedIssue")) == 1
    assert len(resources) == len(record["entry"])


def test_a_resource_over_the_limit_is_left_out_whole_and_what_points_to_it_keeps_a_logical_reference() -> None:
    long = ConditionFact("Asthma " * 400, source=Source(1, "Asthma"))
    record = record_of(a=DocumentFacts(patients=(ANN,), conditions=(long, ConditionFact("Gout"))))
    url, condition = next((entry["fullUrl"], entry["resource"]) for entry in record["entry"]
                          if "Asthma" in entry["resource"].get("code", {}).get("text", ""))
    resources, left_out = export(record, limit=2_500)
    assert left_out == [f"Condition/{condition['id']}"]
    assert [resource["code"]["text"] for resource in of(resources, "Condition")] == ["Gout"]
    targets = of(resources, "Provenance")[0]["target"]
    logical = [target["identifier"] for target in targets if "reference" not in target]
    assert logical == [{"system": "urn:ietf:rfc:3986", "value": url}]
    assert len(targets) == 3
    assert set(references(resources)) <= set(names(resources))


def test_a_record_whose_patient_is_over_the_limit_is_left_out_whole() -> None:
    long = PatientFact("Ann Lee", birth_date=ANN.birth_date, address="Way " * 1_000)
    assert lines_of_record(record_of(a=facts(long)), 3_000) == RecordLines((), (), ())


def test_a_shared_resource_takes_no_statement_that_makes_it_too_large() -> None:
    first, second = (record_of(a=facts(patient, doctor(name, NPI)))
                     for patient, name in ((ANN, "Kim " * 300), (BOB, "Jo Kim " * 300)))
    resources, left_out = export(first, second, limit=3_000)
    practitioner = of(resources, "Practitioner")[0]
    assert practitioner["name"] == [{"text": "Kim " * 300}]
    assert left_out == [f"Practitioner/{practitioner['id']}"]
