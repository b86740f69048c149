"""What goes into the record goes to the FHIR server, once, in one transaction, and never over another's change."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from include.documents.content import Origin, PageContent
from include.documents.storage import Bucket, content_key, delivery_key
from include.errors import PipelineError
from include.fhir.server.client import FhirServer
from include.fhir.server.delivery import anew
from include.fhir.server.ledger import Ledger
from include.stages import convert
from include.workspace import Workspace
from tests.fhir.server.fhir_endpoint import Fault, FhirEndpoint, outcome, serve
from tests.stages.test_convert_stage import LAB, names, page, records, workspace_of

Json = dict[str, Any]

CORRECTED = tuple(line.replace("138  ", "139  ") for line in LAB if not line.startswith("Potassium"))
LOST_BEFORE, LOST_AFTER = Fault(0), Fault(0, commits=True)


@pytest.fixture
def endpoint() -> Iterator[FhirEndpoint]:
    with serve() as started:
        yield started


@pytest.fixture
def workspace(bucket: Bucket, endpoint: FhirEndpoint) -> Workspace:
    return connected(bucket, endpoint, page(LAB))


def connected(bucket: Bucket, endpoint: FhirEndpoint, content: PageContent) -> Workspace:
    return replace(workspace_of(bucket, content), fhir_server=FhirServer(endpoint.url, timeout_seconds=5))


def converted_anew(workspace: Workspace, lines: tuple[str, ...]) -> None:
    """A newer converter reads the same document differently."""
    from include.documents.content import DocumentContent, to_json

    workspace.documents.write(
        content_key(workspace.document_id), to_json(DocumentContent(workspace.document_id, (page(lines),))))


def delivery(workspace: Workspace) -> Json:
    stored: Json = json.loads(workspace.documents.read(delivery_key(workspace.document_id)))
    return stored


def types(resources: list[Json]) -> Counter[str]:
    return Counter(resource["resourceType"] for resource in resources)


def sodium(endpoint: FhirEndpoint) -> str:
    return next(address for address, r in endpoint.current.items()
                if r["resourceType"] == "Observation" and r["code"]["text"] == "Sodium")


def methods(transaction: Json) -> Counter[str]:
    return Counter(entry["request"]["method"] for entry in transaction["entry"])


def said(resource: Json) -> str:
    """What a resource says, whatever its address is and whoever keeps it."""
    return json.dumps({key: value for key, value in resource.items() if key in (
        "resourceType", "code", "valueQuantity", "effectiveDateTime", "birthDate", "name")}, sort_keys=True)


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
    record, = records(workspace.documents)
    assert sorted(map(said, endpoint.current.values())) == sorted(said(e["resource"]) for e in record["entry"])
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


def test_a_delivery_anew_overwrites_and_deletes_all_the_same(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    convert.convert(workspace)
    endpoint.edit(sodium(endpoint), note=[{"text": "checked"}])
    converted_anew(workspace, CORRECTED)
    with pytest.raises(PipelineError, match="FHIR_CONFLICT"):
        convert.convert(workspace)
    ledger = Ledger(workspace.documents, workspace.document_id, endpoint.url)
    ledger.write(anew(ledger.known))
    convert.convert(workspace)
    record, = records(workspace.documents)
    assert sorted(map(said, endpoint.current.values())) == sorted(said(e["resource"]) for e in record["entry"])


def test_a_server_that_lost_everything_is_filled_anew(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    convert.convert(workspace)
    there = set(endpoint.current)
    endpoint.store.clear()
    ledger = Ledger(workspace.documents, workspace.document_id, endpoint.url)
    ledger.write(anew(ledger.known))
    convert.convert(workspace)
    assert {a for a in endpoint.current if not a.startswith("Patient/")} == {
        a for a in there if not a.startswith("Patient/")}


def test_two_writers_at_once_are_tried_again(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    endpoint.faults = [Fault(409, outcome("conflict"))]
    with pytest.raises(PipelineError, match="FHIR_BUSY"):
        convert.convert(workspace)
    convert.convert(workspace)
    assert types(list(endpoint.current.values()))["Observation"] == 3


def test_several_patients_of_one_key_are_a_conflict(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    convert.convert(workspace)
    patient = next(r for a, r in endpoint.current.items() if a.startswith("Patient/"))
    with serve() as second:
        second.store = {"Patient/a": [patient], "Patient/b": [patient]}
        with pytest.raises(PipelineError, match="FHIR_CONFLICT"):
            convert.convert(replace(workspace, fhir_server=FhirServer(second.url)))


@pytest.mark.parametrize("lost", [LOST_BEFORE, LOST_AFTER])
def test_a_lost_first_answer_does_no_harm(workspace: Workspace, endpoint: FhirEndpoint, lost: Fault) -> None:
    endpoint.faults = [lost]
    with pytest.raises(PipelineError, match="FHIR_UNREACHABLE"):
        convert.convert(workspace)
    assert records(workspace.documents)
    convert.convert(workspace)
    record, = records(workspace.documents)
    assert sorted(map(said, endpoint.current.values())) == sorted(said(e["resource"]) for e in record["entry"])
    assert all("ifMatch" not in e["request"] for t in endpoint.transactions for e in t["entry"])
    convert.convert(workspace)
    assert len(endpoint.transactions) == 2


@pytest.mark.parametrize("lost", [LOST_BEFORE, LOST_AFTER])
def test_a_lost_later_answer_is_no_conflict(bucket: Bucket, endpoint: FhirEndpoint, lost: Fault) -> None:
    """The server may have a version that we do not know: it is ours if it says what we posted."""
    workspace = connected(bucket, endpoint, page(LAB, confidence=99.0))
    convert.convert(workspace)
    converted_anew(workspace, CORRECTED)
    endpoint.faults = [lost]
    with pytest.raises(PipelineError, match="FHIR_UNREACHABLE"):
        convert.convert(workspace)
    convert.convert(workspace)
    record, = records(workspace.documents)
    assert sorted(map(said, endpoint.current.values())) == sorted(said(e["resource"]) for e in record["entry"])
    assert names(workspace).count("fhir_delivered") >= 2
    posts = len(endpoint.transactions)
    convert.convert(workspace)
    assert len(endpoint.transactions) == posts


@pytest.mark.parametrize("lost", [LOST_BEFORE, LOST_AFTER])
@pytest.mark.parametrize("first", [True, False])
def test_what_a_lost_answer_left_there_is_deleted_when_it_is_no_longer_stated(
        bucket: Bucket, endpoint: FhirEndpoint, lost: Fault, first: bool) -> None:
    workspace = connected(bucket, endpoint, page(CORRECTED))
    if not first:
        convert.convert(workspace)
        converted_anew(workspace, LAB)
    endpoint.faults = [lost]
    with pytest.raises(PipelineError, match="FHIR_UNREACHABLE"):
        convert.convert(workspace)
    converted_anew(workspace, LAB if first else CORRECTED)
    convert.convert(workspace)
    record, = records(bucket)
    assert sorted(map(said, endpoint.current.values())) == sorted(said(e["resource"]) for e in record["entry"])


def test_what_somebody_changed_after_a_lost_answer_is_a_conflict(bucket: Bucket, endpoint: FhirEndpoint) -> None:
    workspace = connected(bucket, endpoint, page(LAB, confidence=99.0))
    convert.convert(workspace)
    converted_anew(workspace, LAB)
    endpoint.faults = [LOST_AFTER]
    with pytest.raises(PipelineError, match="FHIR_UNREACHABLE"):
        convert.convert(workspace)
    endpoint.edit(sodium(endpoint), note=[{"text": "checked"}])
    with pytest.raises(PipelineError, match="FHIR_CONFLICT"):
        convert.convert(workspace)
    assert endpoint.current[sodium(endpoint)]["note"] == [{"text": "checked"}]


def test_a_slow_answer_is_no_answer(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    endpoint.faults = [Fault(None)]
    with pytest.raises(PipelineError, match="FHIR_UNREACHABLE"):
        convert.convert(replace(workspace, fhir_server=FhirServer(endpoint.url, timeout_seconds=0.2)))


def test_a_server_that_is_not_there_is_unreachable(workspace: Workspace) -> None:
    with pytest.raises(PipelineError, match="FHIR_UNREACHABLE"):
        convert.convert(replace(workspace, fhir_server=FhirServer("http://127.0.0.1:9/fhir", timeout_seconds=2)))


OTHER_COUNT = {"resourceType": "Bundle", "type": "transaction-response", "entry": []}


@pytest.mark.parametrize(("fault", "code", "retry_after"), [
    (Fault(400, outcome("invalid")), "FHIR_REJECTED", None),
    (Fault(422, outcome("business-rule")), "FHIR_REJECTED", None),
    (Fault(400, outcome("not-found")), "FHIR_CONFLICT", None),
    (Fault(401, outcome("login")), "FHIR_ACCESS_DENIED", None),
    (Fault(403, "<html>"), "FHIR_ACCESS_DENIED", None),
    (Fault(404, "<html>"), "FHIR_NOT_SUPPORTED", None),
    (Fault(405, outcome("not-supported")), "FHIR_NOT_SUPPORTED", None),
    (Fault(302, "", {"Location": "http://127.0.0.1:9/"}), "FHIR_NOT_SUPPORTED", None),
    (Fault(413, ""), "FHIR_NOT_SUPPORTED", None),
    (Fault(429, outcome("throttled"), {"Retry-After": "7"}), "FHIR_UNREACHABLE", 7.0),
    (Fault(503, "", {"Retry-After": "Wed, 01 Jan 2020 00:00:00 GMT"}), "FHIR_UNREACHABLE", 0.0),
    (Fault(500, outcome("exception")), "FHIR_UNREACHABLE", None),
    (Fault(200, "<html>"), "FHIR_NOT_SUPPORTED", None),
    (Fault(200, outcome("transient")), "FHIR_UNREACHABLE", None),
    (Fault(200, OTHER_COUNT), "FHIR_NOT_SUPPORTED", None),
])
def test_an_error_has_a_code_and_leaves_the_record_merged(
        workspace: Workspace, endpoint: FhirEndpoint, fault: Fault, code: str, retry_after: float | None) -> None:
    endpoint.faults = [fault]
    with pytest.raises(PipelineError) as raised:
        convert.convert(workspace)
    assert (raised.value.code, raised.value.retry_after) == (code, retry_after)
    assert len(records(workspace.documents)) == 1
    assert len(endpoint.requests) == 1
    convert.convert(workspace)
    assert types(list(endpoint.current.values()))["Observation"] == 3


@pytest.mark.parametrize("fault", [
    Fault(422, outcome("invariant", "Tamsin Oakenshaw", expression="Observation.where(name='Oakenshaw')")),
    Fault(500, "Tamsin Oakenshaw"),
    Fault(200, {"resourceType": "Bundle", "type": "transaction-response", "entry": [
        {"response": {"status": "400 Oakenshaw", "outcome": outcome("Oakenshaw", "Oakenshaw", "Oakenshaw")}}]}),
])
def test_what_an_outcome_quotes_reaches_no_log_and_no_exception(
        workspace: Workspace, endpoint: FhirEndpoint, fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    endpoint.faults = [fault]
    with caplog.at_level(logging.DEBUG), pytest.raises(PipelineError) as raised:
        convert.convert(workspace)
    assert f"status {fault.status}" in caplog.text
    assert "Oakenshaw" not in caplog.text + repr(raised.value) + str(raised.value.__cause__)
    assert "Oakenshaw" not in json.dumps(delivery(workspace))
