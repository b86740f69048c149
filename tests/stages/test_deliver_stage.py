"""What goes into the record goes to the FHIR server, once, in one transaction, and never over another's change."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from include.documents.content import Origin, PageContent
from include.documents.storage import Bucket, delivery_key
from include.errors import PipelineError
from include.fhir.server.client import FhirServer
from include.fhir.server.delivery import anew
from include.fhir.server.ledger import Ledger
from include.stages import convert
from include.workspace import Workspace
from tests.fhir.server.fhir_endpoint import FhirEndpoint, serve
from tests.stages.delivering import CORRECTED, agree, connected, converted_anew, delivery, methods, said, sodium, types
from tests.stages.test_convert_stage import LAB, names, page, records, workspace_of


def test_the_server_gets_exactly_what_the_record_gets(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    convert.convert(workspace)
    record, = records(workspace.documents)
    assert sorted(map(said, endpoint.current.values())) == sorted(said(e["resource"]) for e in record["entry"])
    assert types(list(endpoint.current.values()))["Observation"] == 3
    assert names(workspace) == ["document_received", "fhir_converted", "record_merged", "fhir_delivered"]
    assert workspace.trail.events()[-1].resource_count == len(record["entry"])


def test_what_was_delivered_is_noted_with_its_versions(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    convert.convert(workspace)
    noted = delivery(workspace)
    assert noted["server"] == endpoint.url
    assert {r["address"] for r in noted["resources"].values()} == set(endpoint.current)
    assert {(r["version"], r["in_doubt"]) for r in noted["resources"].values() if r["own"]} == {("1", None)}
    assert [r["address"].partition("/")[0] for r in noted["resources"].values() if not r["own"]] == ["Patient"]


def test_a_request_is_fhir_json_with_the_login(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    server = FhirServer(f"{endpoint.url}/", headers={"Authorization": "Bearer secret"})
    convert.convert(replace(workspace, fhir_server=server))
    request, = endpoint.requests
    assert (request.method, request.path) == ("POST", "/fhir")
    assert {name: request.headers[name] for name in ("Content-Type", "Accept", "Prefer", "Authorization")} == {
        "Content-Type": "application/fhir+json", "Accept": "application/fhir+json", "Prefer": "return=minimal",
        "Authorization": "Bearer secret"}


def test_without_a_server_there_is_no_call_and_no_note(bucket: Bucket, endpoint: FhirEndpoint) -> None:
    workspace = workspace_of(bucket, page(LAB))
    convert.convert(workspace)
    assert endpoint.requests == []
    assert not bucket.exists(delivery_key(workspace.document_id))


def test_the_second_time_nothing_is_posted(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    convert.convert(workspace)
    convert.convert(workspace)
    assert len(endpoint.requests) == 1
    assert names(workspace).count("fhir_delivered") == 1


def test_a_document_without_a_patient_is_delivered_to_nobody(bucket: Bucket, endpoint: FhirEndpoint) -> None:
    convert.convert(connected(bucket, endpoint, PageContent(number=1, origin=Origin.BLANK)))
    assert endpoint.requests == []


def test_a_newer_conversion_deletes_what_is_no_longer_stated_in_the_version_that_was_delivered(
        workspace: Workspace, endpoint: FhirEndpoint) -> None:
    convert.convert(workspace)
    before = set(endpoint.current)
    converted_anew(workspace, CORRECTED)
    convert.convert(workspace)
    assert agree(workspace, endpoint)
    posted = endpoint.transactions[1]
    deleted = {e["request"]["url"]: e["request"]["ifMatch"] for e in posted["entry"]
               if e["request"]["method"] == "DELETE"}
    assert deleted == dict.fromkeys(before - set(endpoint.current), 'W/"1"')
    assert sum(address.startswith("Observation/") for address in deleted) == 2
    assert methods(posted)["POST"] == 0


def test_a_resource_that_keeps_its_id_is_put_onto_the_version_that_was_delivered(
        bucket: Bucket, endpoint: FhirEndpoint) -> None:
    """Other evidence, the same statement: the id stays."""
    workspace = connected(bucket, endpoint, page(LAB, confidence=99.0))
    convert.convert(workspace)
    converted_anew(workspace, LAB)
    convert.convert(workspace)
    puts = [e["request"] for e in endpoint.transactions[1]["entry"] if e["resource"]["resourceType"] == "Observation"]
    assert [(r["method"], r["ifMatch"]) for r in puts] == [("PUT", 'W/"1"')] * 3
    convert.convert(workspace)
    assert len(endpoint.transactions) == 2


def test_what_is_not_posted_again_is_referred_to_by_its_address(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    convert.convert(workspace)
    converted_anew(workspace, CORRECTED)
    convert.convert(workspace)
    patient = next(address for address in endpoint.current if address.startswith("Patient/"))
    subjects = {e["resource"]["subject"]["reference"] for e in endpoint.transactions[1]["entry"]
                if e.get("resource", {}).get("resourceType") == "Observation"}
    assert subjects == {patient}


def test_another_document_of_a_patient_finds_the_patient_on_the_server(
        workspace: Workspace, bucket: Bucket, endpoint: FhirEndpoint) -> None:
    convert.convert(workspace)
    other = connected(bucket, endpoint, page(CORRECTED))
    other = replace(other, document_id="doc-other")
    for name in ("source.json", "manifest.json", "document.json"):
        bucket.write(f"documents/doc-other/{name}", bucket.read(f"documents/{workspace.document_id}/{name}"))
    convert.convert(other)
    assert types(list(endpoint.current.values()))["Patient"] == 1
    assert types(list(endpoint.current.values()))["Observation"] == 5


def test_another_server_gets_everything(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    convert.convert(workspace)
    with serve() as second:
        convert.convert(replace(workspace, fhir_server=FhirServer(second.url)))
        assert set(map(said, second.current.values())) == set(map(said, endpoint.current.values()))
        assert delivery(workspace)["server"] == second.url


def test_after_an_approval_the_rest_is_posted(bucket: Bucket, endpoint: FhirEndpoint) -> None:
    unsure = (*LAB, "Chloride        1O4      mmol/L   98-107")
    content = page(unsure)
    doubtful = replace(content, origin=Origin.OCR, lines=tuple(
        replace(line, words=tuple(replace(w, confidence=40.0) for w in line.words), confidence=40.0)
        if line.text.startswith("Glucose") else line for line in content.lines))
    workspace = connected(bucket, endpoint, doubtful)
    assert convert.convert(workspace) == ("LOW_CONFIDENCE",)
    certain = types(list(endpoint.current.values()))["Observation"]
    convert.decide(workspace, approved=True, actor="operator")
    record, = records(bucket)
    assert types(list(endpoint.current.values()))["Observation"] == certain + 1
    assert sorted(map(said, endpoint.current.values())) == sorted(said(e["resource"]) for e in record["entry"])
    posted = [e["resource"]["code"]["text"] for e in endpoint.transactions[1]["entry"]
              if e.get("resource", {}).get("resourceType") == "Observation"]
    assert posted == ["Glucose"]


def test_what_waits_for_a_person_is_not_posted(bucket: Bucket, endpoint: FhirEndpoint) -> None:
    convert.convert(connected(bucket, endpoint, page(LAB, confidence=60.0)))
    assert endpoint.requests == []


@pytest.mark.parametrize("status", [409, 412])
def test_what_somebody_changed_there_is_not_overwritten(
        workspace: Workspace, endpoint: FhirEndpoint, status: int) -> None:
    """Servers answer a version that differs with 412, some with 409 (http://hl7.org/fhir/R4/http.html#concurrency)."""
    endpoint.mismatch_status = status
    convert.convert(workspace)
    edited = sodium(endpoint)
    endpoint.edit(edited, note=[{"text": "checked"}])
    there = endpoint.current
    converted_anew(workspace, CORRECTED)
    for _ in range(2):
        with pytest.raises(PipelineError, match="FHIR_CONFLICT"):
            convert.convert(workspace)
    assert endpoint.current == there
    assert "139" in json.dumps(records(workspace.documents))


def test_what_somebody_removed_there_is_not_put_back(bucket: Bucket, endpoint: FhirEndpoint) -> None:
    workspace = connected(bucket, endpoint, page(LAB, confidence=99.0))
    convert.convert(workspace)
    removed = sodium(endpoint)
    endpoint.remove(removed)
    converted_anew(workspace, LAB)
    with pytest.raises(PipelineError, match="FHIR_CONFLICT"):
        convert.convert(workspace)
    assert removed not in endpoint.current


def test_a_delivery_anew_overwrites_and_deletes_all_the_same(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    convert.convert(workspace)
    endpoint.edit(sodium(endpoint), note=[{"text": "checked"}])
    converted_anew(workspace, CORRECTED)
    with pytest.raises(PipelineError, match="FHIR_CONFLICT"):
        convert.convert(workspace)
    ledger = Ledger(workspace.documents, workspace.document_id, endpoint.url)
    ledger.write(anew(ledger.known))
    convert.convert(workspace)
    assert agree(workspace, endpoint)


def test_a_server_that_lost_everything_is_filled_anew(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    convert.convert(workspace)
    there = set(endpoint.current)
    endpoint.store.clear()
    ledger = Ledger(workspace.documents, workspace.document_id, endpoint.url)
    ledger.write(anew(ledger.known))
    convert.convert(workspace)
    assert {a for a in endpoint.current if not a.startswith("Patient/")} == {
        a for a in there if not a.startswith("Patient/")}


def test_several_patients_of_one_key_are_a_conflict(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    convert.convert(workspace)
    patient = next(r for a, r in endpoint.current.items() if a.startswith("Patient/"))
    with serve() as second:
        second.store = {"Patient/a": [patient], "Patient/b": [patient]}
        with pytest.raises(PipelineError, match="FHIR_CONFLICT"):
            convert.convert(replace(workspace, fhir_server=FhirServer(second.url)))
