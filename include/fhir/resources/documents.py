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

_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
_TYPES = {
    "discharge summary": ("18842-5", "Discharge summary"),
    "progress note": ("11506-3", "Progress note"),
    "consultation note": ("11488-4", "Consult note"),
    "history and physical": ("34117-2", "History and physical note"),
    "procedure note": ("28570-0", "Procedure note"),
    "operative note": ("11504-8", "Surgical operation note"),
    "nursing note": ("34746-8", "Nurse Note"),
    "emergency department note": ("34111-5", "Emergency department Note"),
    "pathology report": ("11526-1", "Pathology study"),
    "radiology report": ("18748-4", "Diagnostic imaging study"),
    "laboratory report": ("11502-2", "Laboratory report"),
    "lab report": ("11502-2", "Laboratory report"),
    "referral": ("57133-1", "Referral note"),
    "referral letter": ("57133-1", "Referral note"),
}
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})")


def document_reference(facts: DocumentFacts, document_id: str, subject: Json | None, media_type: str | None,
                       received: str | None) -> Json:
    """The document; its url is its opaque id: a file's name is the patient's own.

    :param received: an instant (with zone) at which the document came in.
    """
    attachment = without_empty({
        "contentType": media_type, "url": f"{DOCUMENT_KEYS}/{document_id}", "title": facts.title,
        **dated("creation", facts.date)})
    return without_empty({
        "resourceType": "DocumentReference",
        "identifier": [{"system": DOCUMENT_KEYS, "value": document_id}],
        "status": "current",
        "type": document_type(facts.document_type),
        "category": [{"coding": [coding(_CATEGORY, "clinical-note", "Clinical Note")]}],
        "subject": subject,
        "date": instant(received),
        "content": [{"attachment": attachment}],
    })


def document_type(printed: str | None) -> Json:
    """What the document calls itself, with LOINC's document code where that name has one; UNK is US Core's code for a
    required type that is not known (http://hl7.org/fhir/us/core/STU5.0.1/general-guidance.html#missing-data)."""
    if not printed:
        return {"coding": [coding(f"{TERMINOLOGY}/v3-NullFlavor", "UNK", "unknown")]}
    known = _TYPES.get(" ".join(printed.casefold().split()))
    return concept(printed, coding(LOINC, *known) if known else None)


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


def analyzer(name: str) -> Json:
    """A service that found facts beside this software's own rules."""
    return {"resourceType": "Device", "deviceName": [{"name": name, "type": "model-name"}],
            "type": {"text": "Text analysis"}}


def provenance(targets: list[Json], document: Json, software: Json, received: str | None,
               performers: list[Json], *, verified: bool = False) -> Json:
    """All facts of a document come from it; each target says on which page and where on it (:func:`regions`).

    :param performers: the analyzers that found some of the facts beside the software's own rules.
    :param verified: a person has compared some of the facts with the page. Who it was stands in the audit trail alone.

    ``recorded`` is when it came in: the same input gives the same bytes.
    """
    recorded = instant(received)
    return without_empty({
        "resourceType": "Provenance",
        "target": targets,
        "recorded": recorded,
        "_recorded": None if recorded else absent(),
        "agent": [_agent("assembler", software), *(_agent("performer", performer) for performer in performers),
                  *([_agent("verifier", absent("masked"))] if verified else [])],
        "entity": [{"role": "source", "what": document}],
    })


def _agent(kind: str, who: Json) -> Json:
    return {"type": {"coding": [coding(f"{TERMINOLOGY}/provenance-participant-type", kind, kind.capitalize())]},
            "who": who}


def instant(text: str | None) -> str | None:
    return text if text and _INSTANT.fullmatch(text) else None
