"""A server says what it takes; where it does not take what is posted, a sentence says so."""

from __future__ import annotations

from typing import Any

import pytest

from include.documents.content import DocumentContent
from include.documents.embedded_text import read_pages
from include.documents.manifest_builder import build_manifest
from include.errors import PipelineError
from include.fhir.bundle import build_bundle
from include.fhir.extraction import extract
from include.fhir.server.__main__ import main, verify
from include.fhir.server.capability import RESOURCE_TYPES, shortcomings
from include.fhir.server.client import FhirServer
from include.samples import samples
from include.settings import Settings
from tests.fhir.server.fhir_endpoint import Fault, serve

Json = dict[str, Any]


def statement() -> Json:
    every = [{"code": code} for code in ("read", "create", "update", "delete")]
    return {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [{
        "mode": "server", "interaction": [{"code": "transaction"}], "resource": [
            {"type": kind, "interaction": every, "updateCreate": True, "conditionalCreate": True,
             "versioning": "versioned"} for kind in RESOURCE_TYPES]}]}


def changed(**changes: Any) -> Json:
    """The statement with other properties of Patient."""
    other = statement()
    other["rest"][0]["resource"][0].update(changes)
    return other


def test_a_server_that_takes_everything_lacks_nothing() -> None:
    assert shortcomings(statement()) == []


@pytest.mark.parametrize(("stated", "sentence"), [
    ({"resourceType": "OperationOutcome"}, "The answer is no CapabilityStatement: this is no FHIR server, or not its "
                                           "base URL."),
    ({**statement(), "fhirVersion": "5.0.0"}, "The server speaks FHIR 5.0.0, not R4 (4.0)."),
    ({**statement(), "fhirVersion": None}, "The server speaks FHIR None, not R4 (4.0)."),
    ({**statement(), "rest": [{**statement()["rest"][0], "interaction": [{"code": "batch"}]}]},
     "The server takes no transactions."),
    (changed(type="Basic"), "Patient: the server does not have this type."),
    (changed(updateCreate=False), "Patient: no update as create."),
    (changed(conditionalCreate=False), "Patient: no conditional create."),
    (changed(versioning="no-version"),
     "Patient: no versions, so that what somebody changes there is overwritten."),
    (changed(interaction=[{"code": "read"}, {"code": "update"}]), "Patient: no delete; no create."),
])
def test_what_is_missing_is_said(stated: Json, sentence: str) -> None:
    assert shortcomings(stated) == [sentence]


def test_every_type_that_the_samples_hold_is_asked_for() -> None:
    found = set()
    for path in samples.committed():
        try:
            data = path.read_bytes()
            manifest = build_manifest("doc-1", data, Settings())
            pages = tuple(read_pages(data, [page.number for page in manifest.pages]))
        except PipelineError:
            continue
        bundle = build_bundle(extract(DocumentContent("doc-1", pages)), "doc-1", received="2026-01-05T10:00:00Z")
        found |= {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert len(found) > 8
    assert found <= set(RESOURCE_TYPES)


def test_the_command_says_yes_or_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with serve() as endpoint:
        server = FhirServer(endpoint.url)
        endpoint.metadata = statement()
        assert verify(server) == 0
        assert capsys.readouterr().out == f"{endpoint.url} is FHIR R4 and takes everything that is posted.\n"
        endpoint.metadata = changed(updateCreate=False)
        assert verify(server) == 1
        assert capsys.readouterr().out == "Patient: no update as create.\n"
        endpoint.faults = [Fault(401, "")]
        assert verify(server) == 1
        assert capsys.readouterr().out == f"{endpoint.url}/metadata answers with status 401.\n"
        endpoint.faults = [Fault(0)]
        assert verify(server) == 1
        assert capsys.readouterr().out == f"{endpoint.url} cannot be reached.\n"


def test_the_command_needs_the_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 1
    assert "FHIR_SERVER_URL is not set" in capsys.readouterr().out
    assert main(["other"]) == 1
    assert "anew" in capsys.readouterr().out
