"""A FHIR server that shares nothing with this project takes what is posted: Medplum's, in memory."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from include.documents.content import DocumentContent, document_from_json, to_json
from include.documents.embedded_text import read_pages
from include.documents.manifest_builder import build_manifest
from include.documents.storage import Bucket, content_key
from include.errors import PipelineError
from include.fhir.server.client import FhirServer
from include.fhir.server.outcome import Answer
from include.samples import samples
from include.settings import Settings
from include.stages import convert
from include.workspace import Workspace
from tests.stages.test_convert_stage import page, workspace_of

Json = dict[str, Any]


@pytest.fixture(scope="module")
def medplum(node_project: Path) -> Iterator[FhirServer]:
    process = subprocess.Popen(["node", "serve.mjs"], cwd=node_project, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield FhirServer(f"http://127.0.0.1:{int(process.stdout.readline())}/fhir")
    finally:
        process.terminate()
        process.wait(timeout=20)


TEXTS = [path for path in samples.committed() if path.name.endswith("_text.pdf") or path.stem == "discharge_letter"]


@pytest.fixture(params=TEXTS, ids=lambda path: path.stem)
def workspace(request: pytest.FixtureRequest, bucket: Bucket, medplum: FhirServer) -> Workspace:
    """A sample as it is after its pages are merged."""
    data = request.param.read_bytes()
    workspace = replace(workspace_of(bucket, page(())), fhir_server=medplum)
    manifest = build_manifest(workspace.document_id, data, Settings())
    content = DocumentContent(workspace.document_id, tuple(read_pages(data, [p.number for p in manifest.pages])))
    write(workspace, content)
    return workspace


def write(workspace: Workspace, content: DocumentContent) -> None:
    workspace.documents.write(content_key(workspace.document_id), to_json(content))


def noted(workspace: Workspace) -> dict[str, Json]:
    stored = json.loads(workspace.documents.read(f"documents/{workspace.document_id}/delivery.json"))
    return {resource["address"]: resource for resource in stored["resources"].values()}


def there(medplum: FhirServer, address: str) -> requests.Response:
    return requests.get(f"{medplum.base}/{address}", timeout=5)


def test_it_takes_the_samples_with_versions_and_nothing_the_second_time(
        workspace: Workspace, medplum: FhirServer) -> None:
    convert.convert(workspace)
    first = noted(workspace)
    assert {resource["version"] for resource in first.values() if resource["own"]} == {
        there(medplum, address).json()["meta"]["versionId"] for address, r in first.items() if r["own"]}
    convert.convert(workspace)
    assert noted(workspace) == first


def test_it_takes_changes_onto_the_versions_that_it_told(workspace: Workspace, medplum: FhirServer) -> None:
    convert.convert(workspace)
    first = noted(workspace)
    write(workspace, reread(workspace))
    convert.convert(workspace)
    second = noted(workspace)
    changed = {address for address in first.keys() & second.keys() if first[address] != second[address]}
    assert changed
    assert {address for address in changed if first[address]["version"] == second[address]["version"]} == set()
    assert {there(medplum, address).status_code for address in second} == {200}


def test_it_deletes_what_is_no_longer_stated(workspace: Workspace, medplum: FhirServer) -> None:
    convert.convert(workspace)
    first = noted(workspace)
    write(workspace, reread(workspace, of_the_first_page=0.5))
    convert.convert(workspace)
    gone = first.keys() - noted(workspace).keys()
    assert gone
    assert {there(medplum, address).status_code for address in gone} <= {404, 410}


def test_it_refuses_to_overwrite_what_somebody_changed(workspace: Workspace, medplum: FhirServer) -> None:
    convert.convert(workspace)
    write(workspace, reread(workspace))
    for address in (a for a, r in noted(workspace).items() if r["own"]):
        resource = there(medplum, address).json()
        edited = {**resource, "language": "en"}
        assert requests.put(f"{medplum.base}/{address}", json=edited, timeout=5).status_code == 200
    with pytest.raises(PipelineError, match="FHIR_CONFLICT"):
        convert.convert(workspace)


class ForgetfulServer(FhirServer):
    """Takes what is posted, and the answer is lost."""

    def post(self, transaction: Json) -> Answer:
        FhirServer.post(self, transaction)
        raise PipelineError("FHIR_UNREACHABLE")


def test_what_it_took_before_the_answer_was_lost_is_known_for_ours(workspace: Workspace, medplum: FhirServer) -> None:
    convert.convert(workspace)
    first = noted(workspace)
    write(workspace, reread(workspace))
    with pytest.raises(PipelineError, match="FHIR_UNREACHABLE"):
        convert.convert(replace(workspace, fhir_server=ForgetfulServer(medplum.url)))
    assert [r["in_doubt"] for r in noted(workspace).values() if r["in_doubt"]]
    convert.convert(workspace)
    second = noted(workspace)
    assert second != first
    assert {resource["version"] for resource in second.values() if resource["own"]} == {
        there(medplum, address).json()["meta"]["versionId"] for address, r in second.items() if r["own"]}


def reread(workspace: Workspace, of_the_first_page: float = 1.0) -> DocumentContent:
    """A part of the first page, read a little less surely: the same statements have other evidence, some are gone."""
    first = document_from_json(workspace.documents.read(content_key(workspace.document_id))).pages[0]
    lines = tuple(replace(line, confidence=99.0, words=tuple(replace(word, confidence=99.0) for word in line.words))
                  for line in first.lines[:int(len(first.lines) * of_the_first_page)])
    return DocumentContent(workspace.document_id, (replace(first, lines=lines, tables=()),))
