"""The conversion of a merged document as the pipeline does it, step by step, without S3."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from include.documents.content import DocumentContent, document_from_json
from include.documents.embedded_text import read_pages
from include.documents.manifest_builder import build_manifest
from include.fhir.bundle import build_bundle
from include.fhir.extraction import extract
from include.fhir.joining import canonical
from include.fhir.merge import merge as merge_into
from include.fhir.merge import resources_by_patient
from include.fhir.validation import validate
from include.ocr.merging import merge
from include.settings import Settings

Json = dict[str, Any]
RECEIVED = "2026-01-05T10:00:00Z"


def merged(data: bytes, document_id: str) -> DocumentContent:
    """A PDF whose pages all have text, as the stages before the conversion leave it (``document.json``).

    :raises PipelineError: a page needs OCR, or cannot be read.
    """
    manifest = build_manifest(document_id, data, Settings())
    pages = {page.number: page for page in read_pages(data, [page.number for page in manifest.pages])}
    return merge(manifest, pages, {})


def stored_documents(folder: Path) -> list[DocumentContent]:
    """The merged documents (``document.json``) below a folder, in the order of their paths."""
    return [document_from_json(path.read_bytes()) for path in sorted(folder.rglob("*.json"))]


def convert(document: DocumentContent) -> Json:
    """The bundle.

    :raises ValueError: it is not valid.
    """
    bundle = build_bundle(extract(document), document.document_id, received=RECEIVED)
    if validate(bundle):
        raise ValueError("the bundle is not valid")
    return bundle


def written(document: DocumentContent) -> bytes:
    """From the merged document to the bytes of ``bundle.json``."""
    return json.dumps(convert(document), sort_keys=True, indent=1).encode()


def built_by_the_library(resources: list[Json], dumped: bool = True) -> None:
    """What fhir.resources alone needs for resources that are finished: build and validate each, and write it."""
    for resource in resources:
        model = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        if dumped:
            model.model_dump_json()


def into_records(bundle: Json, document_id: str, records: dict[str, Json]) -> dict[str, Json]:
    """The patients' records with the document in them, in their stored form."""
    after = {patient: merge_into(records.get(patient), resources, patient, document_id).record
             for patient, resources in resources_by_patient(bundle).items()}
    for record in after.values():
        canonical(record).encode()
    return after


def resources_of(bundle: Json) -> list[Json]:
    return [entry["resource"] for entry in bundle["entry"]]
