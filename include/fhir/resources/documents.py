"""What speaks about the document itself: DocumentReference, DiagnosticReport, Device, Provenance."""

from __future__ import annotations

import re

from include.fhir.facts import DocumentFacts, PrintedDate
from include.fhir.resources.elements import (
    DOCUMENT_KEYS,
    TERMINOLOGY,
    Json,
    absent,
    coding,
    concept,
    dated,
    without_empty,
)
from include.fhir.terminology.tests import LOINC, find_panel

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})")


def document_reference(facts: DocumentFacts, document_id: str, subject: Json | None, media_type: str | None,
                       received: str | None) -> Json:
    """:param received: an instant (with zone) at which the document came in."""
    attachment = without_empty({"contentType": media_type, "title": facts.title, **dated("creation", facts.date)})
    return without_empty({
        "resourceType": "DocumentReference",
        "identifier": [{"system": DOCUMENT_KEYS, "value": document_id}],
        "status": "current",
        "type": concept(facts.document_type) if facts.document_type else None,
        "subject": subject,
        "date": instant(received),
        "content": [{"attachment": attachment or absent()}],
    })


def diagnostic_report(panel: str, effective: PrintedDate | None, subject: Json, results: list[Json]) -> Json:
    """The results that stand under one heading of a laboratory report."""
    term = find_panel(panel)
    return without_empty({
        "resourceType": "DiagnosticReport",
        "status": "final",
        "category": [{"coding": [coding(f"{TERMINOLOGY}/v2-0074", "LAB", "Laboratory")]}],
        "code": concept(panel, coding(LOINC, term.loinc, term.display) if term else None),
        "subject": subject,
        **dated("effectiveDateTime", effective),
        "result": results,
    })


def device() -> Json:
    """This software, as the assembler of what it read."""
    return {"resourceType": "Device", "deviceName": [{"name": "documents-to-fhir", "type": "model-name"}],
            "type": {"text": "Document conversion software"}}


def provenance(targets: list[Json], document: Json, software: Json, received: str | None) -> Json:
    """All facts of a document come from it. ``recorded`` is when it came in: the same input gives the same bytes."""
    recorded = instant(received)
    return without_empty({
        "resourceType": "Provenance",
        "target": targets,
        "recorded": recorded,
        "_recorded": None if recorded else absent(),
        "agent": [{"type": {"coding": [coding(f"{TERMINOLOGY}/provenance-participant-type", "assembler", "Assembler")]},
                   "who": software}],
        "entity": [{"role": "source", "what": document}],
    })


def instant(text: str | None) -> str | None:
    return text if text and _INSTANT.fullmatch(text) else None
