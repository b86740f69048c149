"""A document on its way to the FHIR server of the tests, and what is seen of it there."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

from include.documents.content import DocumentContent, PageContent, to_json
from include.documents.storage import Bucket, content_key, delivery_key
from include.fhir.server.client import FhirServer
from include.workspace import Workspace
from tests.fhir.server.fhir_endpoint import FhirEndpoint
from tests.stages.test_convert_stage import LAB, page, records, workspace_of

Json = dict[str, Any]

CORRECTED = tuple(line.replace("138  ", "139  ") for line in LAB if not line.startswith("Potassium"))


def connected(bucket: Bucket, endpoint: FhirEndpoint, content: PageContent) -> Workspace:
    return replace(workspace_of(bucket, content), fhir_server=FhirServer(endpoint.url, timeout_seconds=5))


def converted_anew(workspace: Workspace, lines: tuple[str, ...]) -> None:
    """A newer converter reads the same document differently."""
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


def agree(workspace: Workspace, endpoint: FhirEndpoint) -> bool:
    """Whether the server says exactly what the patient's record says."""
    record, = records(workspace.documents)
    return sorted(map(said, endpoint.current.values())) == sorted(said(e["resource"]) for e in record["entry"])
