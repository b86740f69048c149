"""The FHIR server fails: a code, the record merged all the same, and nothing lost or twice when it is tried again."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest

from include.audit.events import EventName
from include.documents.storage import Bucket
from include.errors import PipelineError
from include.fhir.server.client import FhirServer
from include.stages import convert
from include.workspace import Workspace
from tests.fhir.server.fhir_endpoint import Fault, FhirEndpoint, outcome
from tests.stages.delivering import CORRECTED, agree, connected, converted_anew, delivery, sodium, types
from tests.stages.test_convert_stage import LAB, page, records

LOST_BEFORE, LOST_AFTER = Fault(0), Fault(0, commits=True)


def test_two_writers_at_once_are_tried_again(workspace: Workspace, endpoint: FhirEndpoint) -> None:
    endpoint.faults = [Fault(409, outcome("conflict"))]
    with pytest.raises(PipelineError, match="FHIR_BUSY"):
        convert.convert(workspace)
    convert.convert(workspace)
    assert types(list(endpoint.current.values()))["Observation"] == 3


@pytest.mark.parametrize("lost", [LOST_BEFORE, LOST_AFTER])
def test_a_lost_first_answer_does_no_harm(workspace: Workspace, endpoint: FhirEndpoint, lost: Fault) -> None:
    endpoint.faults = [lost]
    with pytest.raises(PipelineError, match="FHIR_UNREACHABLE"):
        convert.convert(workspace)
    assert records(workspace.documents)
    convert.convert(workspace)
    assert agree(workspace, endpoint)
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
    assert agree(workspace, endpoint)
    posts = len(endpoint.transactions)
    convert.convert(workspace)
    assert len(endpoint.transactions) == posts


def test_a_delivery_whose_answer_was_lost_has_its_audit_event_and_is_not_repeated(
        bucket: Bucket, endpoint: FhirEndpoint) -> None:
    workspace = connected(bucket, endpoint, page(LAB, confidence=99.0))
    convert.convert(workspace)
    converted_anew(workspace, LAB)
    endpoint.faults = [LOST_AFTER]
    with pytest.raises(PipelineError, match="FHIR_UNREACHABLE"):
        convert.convert(workspace)
    convert.convert(workspace)
    first, second = endpoint.transactions
    assert [event.resource_count for event in workspace.trail.events() if event.event is EventName.FHIR_DELIVERED] == [
        len(first["entry"]), len(second["entry"])]


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
    assert agree(workspace, endpoint)


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


def test_what_somebody_removed_before_an_answer_was_lost_is_not_put_back(
        bucket: Bucket, endpoint: FhirEndpoint) -> None:
    workspace = connected(bucket, endpoint, page(LAB, confidence=99.0))
    convert.convert(workspace)
    removed = sodium(endpoint)
    endpoint.remove(removed)
    converted_anew(workspace, LAB)
    endpoint.faults = [LOST_BEFORE]
    for code in ("FHIR_UNREACHABLE", "FHIR_CONFLICT", "FHIR_CONFLICT"):
        with pytest.raises(PipelineError, match=code):
            convert.convert(workspace)
    assert removed not in endpoint.current


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
