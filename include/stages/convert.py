"""Fourth stage: facts, a valid bundle, and the certain facts into the patient's record; the others wait."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from include.audit.events import EventName
from include.audit.trail import AuditTrail
from include.documents import manifest as manifests
from include.documents.content import DocumentContent, Origin, document_from_json
from include.documents.intake import read_source
from include.documents.storage import ConditionFailedError, bundle_key, content_key, manifest_key, review_key
from include.errors import PipelineError
from include.fhir.bundle import build_bundle
from include.fhir.facts import DocumentFacts
from include.fhir.review import review
from include.fhir.validation import validate
from include.stages.analysis import find_facts
from include.stages.deliver import deliver
from include.stages.records import merge_into_records
from include.stages.stopwatch import Stopwatch
from include.workspace import Workspace

APPROVED, REJECTED = "approved", "rejected"


def convert(workspace: Workspace) -> tuple[str, ...]:
    """Write ``bundle.json`` and merge what is certain; the codes of what a person has to decide, empty for nothing.

    :raises PipelineError: LOW_CONFIDENCE, OCR read nothing reliable at all; INVALID_FHIR; MERGE_CONFLICT; the
        review's own code where a person has rejected the document; the codes of Comprehend Medical and of the FHIR
        server; S3 codes.
    """
    facts, bundle = _convert(workspace)
    verdict = review(facts, workspace.settings.review_confidence_threshold)
    # Where there is nothing to decide, everything may go into the record.
    decision = _decision(workspace) if verdict.reasons else APPROVED
    if decision == APPROVED:
        _merge(workspace, bundle, confirmed=bool(verdict.reasons))
        return ()
    if decision == REJECTED:
        raise PipelineError(verdict.reasons[0])
    if has_statements(verdict.confident):
        _merge(workspace, _bundle(workspace, verdict.confident))
    for code in verdict.reasons:
        workspace.trail.write(EventName.REVIEW_REQUESTED, error_code=code)
    return verdict.reasons


def decide(workspace: Workspace, *, approved: bool, actor: str) -> None:
    """Store a person's decision, then act on it: the first decision stands.

    :param actor: the name of the user who decided.
    :raises PipelineError: the review's code after a rejection; MERGE_CONFLICT; the codes of Comprehend Medical and of
        the FHIR server; S3 codes.
    """
    decision = APPROVED if approved else REJECTED
    try:
        workspace.documents.create(review_key(workspace.document_id), json.dumps({"decision": decision}).encode())
    except ConditionFailedError:
        decision = str(_decision(workspace))
    else:
        trail = AuditTrail(
            workspace.documents, read_source(workspace.documents, workspace.document_id).day,
            workspace.document_id, replace(workspace.trail.writer, actor=actor))
        trail.write(EventName.REVIEW_DECIDED)
    facts = find_facts(workspace, _document(workspace))
    if decision == REJECTED:
        verdict = review(facts, workspace.settings.review_confidence_threshold)
        raise PipelineError((*verdict.reasons, "LOW_CONFIDENCE")[0])
    _merge(workspace, _bundle(workspace, facts), confirmed=True)


def _convert(workspace: Workspace) -> tuple[DocumentFacts, dict[str, Any]]:
    watch = Stopwatch()
    document = _document(workspace)
    if is_illegible(document, workspace.settings.review_confidence_threshold):
        raise PipelineError("LOW_CONFIDENCE")
    facts = find_facts(workspace, document)
    bundle = _bundle(workspace, facts)
    if validate(bundle):
        raise PipelineError("INVALID_FHIR")
    workspace.documents.write(
        bundle_key(workspace.document_id), json.dumps(bundle, sort_keys=True, indent=1).encode(),
        content_type="application/fhir+json")
    workspace.trail.write(
        EventName.FHIR_CONVERTED, page_count=len(document.pages), duration_ms=watch.milliseconds)
    return facts, bundle


def has_statements(facts: DocumentFacts) -> bool:
    """Anything that is said of a patient; a patient of whom nothing is certain gets no record yet."""
    return any((facts.encounters, facts.observations, facts.medications, facts.conditions, facts.allergies,
                facts.immunizations, facts.procedures))


def is_illegible(document: DocumentContent, threshold: float) -> bool:
    """No page has embedded text, and OCR of its pages that are not blank read no words, or on average (percent)
    only uncertain ones: there is nothing that a person could approve."""
    origins = {page.origin for page in document.pages}
    if Origin.OCR not in origins or Origin.EMBEDDED in origins:
        return False
    words = [word.confidence for page in document.pages for line in page.lines for word in line.words]
    return not words or sum(words) / len(words) < threshold


def _bundle(workspace: Workspace, facts: DocumentFacts) -> dict[str, Any]:
    manifest = manifests.from_json(workspace.documents.read(manifest_key(workspace.document_id)))
    received = workspace.trail.events()[0].time
    return build_bundle(
        facts, workspace.document_id, received=received, source_media_type=manifest.media_type)


def _merge(workspace: Workspace, bundle: dict[str, Any], *, confirmed: bool = False) -> None:
    """The FHIR server comes last: where it fails, the record is merged, and clearing the task posts what is missing."""
    merge_into_records(workspace, bundle, confirmed=confirmed)
    deliver(workspace, bundle)


def _document(workspace: Workspace) -> DocumentContent:
    return document_from_json(workspace.documents.read(content_key(workspace.document_id)))


def _decision(workspace: Workspace) -> str | None:
    stored = workspace.documents.find(review_key(workspace.document_id))
    return str(json.loads(stored.body)["decision"]) if stored else None
