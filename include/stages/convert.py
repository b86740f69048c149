"""Fourth stage: facts, a valid bundle, and the certain facts into the patient's record; the others wait."""

from __future__ import annotations

import json
from typing import Any

from include.audit.events import EventName
from include.documents import manifest as manifests
from include.documents.content import DocumentContent, Origin, document_from_json
from include.documents.storage import bundle_key, content_key, manifest_key
from include.errors import PipelineError
from include.fhir.bundle import build_bundle
from include.fhir.facts import DocumentFacts
from include.fhir.review import review
from include.fhir.validation import validate
from include.review.amendments import Amended, Amendment, amended, without
from include.review.decisions import APPROVED, CORRECTED, REJECTED, Decision, find_decision, store_decision
from include.review.entries import EntryError
from include.stages.analysis import find_facts
from include.stages.deliver import deliver
from include.stages.records import is_merged_by_another, merge_into_records
from include.stages.stopwatch import Stopwatch
from include.workspace import Workspace

STALE = "CORRECTIONS_STALE"


def convert(workspace: Workspace) -> tuple[str, ...]:
    """Write ``bundle.json`` and merge what is certain; the codes of what a person has to decide, empty for nothing.

    What a person has put right is put right each time. Where that was done on another reading of the document, nothing
    is merged, and a person is asked again.

    :raises PipelineError: LOW_CONFIDENCE, OCR read nothing reliable at all; INVALID_FHIR; MERGE_CONFLICT; the
        review's own code where a person has rejected the document; the codes of Comprehend Medical and of the FHIR
        server; S3 codes.
    """
    decision = find_decision(workspace)
    read, bundle = _convert(workspace, decision)
    verdict = review(read.facts, workspace.settings.review_confidence_threshold)
    if read.stale:
        return _ask(workspace, (STALE, *verdict.reasons))
    # Where there is nothing to decide, everything may go into the record.
    if not verdict.reasons or (decision and decision.decision != REJECTED):
        confirmed = bool(verdict.reasons) or (decision is not None and decision.decision == CORRECTED)
        _merge(workspace, bundle, confirmed=confirmed, decision=decision if confirmed else None)
        return ()
    if decision:
        _take_back(workspace, verdict.confident, decision)
        raise PipelineError(verdict.reasons[0])
    if has_statements(verdict.confident):
        _merge(workspace, bundle_of(workspace, verdict.confident))
    return _ask(workspace, verdict.reasons)


def decide(workspace: Workspace, *, approved: bool, actor: str) -> None:
    """Store a person's answer to the task's question, then act on it. A decision that was stored while the task waited
    stands, unless it corrects another reading of the document: what still fits of that is approved, too.

    :param actor: the name of the user who decided.
    :raises PipelineError: the review's code after a rejection; INVALID_FHIR; MERGE_CONFLICT; DECISION_CONFLICT; the
        codes of Comprehend Medical and of the FHIR server; S3 codes.
    """
    answer = APPROVED if approved else REJECTED
    if find_decision(workspace) is None:
        # Before anything that can fail: a task that is tried again asks anew.
        store_decision(workspace, answer, actor)
    decision = find_decision(workspace)
    facts = find_facts(workspace, _document(workspace))
    read = _amended(facts, decision)
    if decision and read.stale:
        left = without(decision.amendments, read.stale) if approved else ()
        answer = REJECTED if not approved else CORRECTED if left else APPROVED
        store_decision(workspace, answer, actor, left)
        decision = find_decision(workspace)
        read = _amended(facts, decision)
    verdict = review(read.facts, workspace.settings.review_confidence_threshold)
    if decision and decision.decision == REJECTED:
        _take_back(workspace, verdict.confident, decision)
        raise PipelineError((*verdict.reasons, "LOW_CONFIDENCE")[0])
    bundle = bundle_of(workspace, read.facts)
    if decision and decision.amendments:
        _write(workspace, bundle)
    _merge(workspace, bundle, confirmed=True, decision=decision)


def _convert(workspace: Workspace, decision: Decision | None) -> tuple[Amended, dict[str, Any]]:
    watch = Stopwatch()
    document = _document(workspace)
    if is_illegible(document, workspace.settings.review_confidence_threshold):
        raise PipelineError("LOW_CONFIDENCE")
    read = _amended(find_facts(workspace, document), decision)
    bundle = bundle_of(workspace, read.facts)
    _write(workspace, bundle)
    workspace.trail.write(
        EventName.FHIR_CONVERTED, page_count=len(document.pages), duration_ms=watch.milliseconds)
    return read, bundle


def _amended(facts: DocumentFacts, decision: Decision | None) -> Amended:
    """With what the decision puts right. An entry that was read once and is none any more is stale as well."""
    amendments: tuple[Amendment, ...] = decision.amendments if decision else ()
    try:
        return amended(facts, amendments)
    except EntryError:
        return Amended(facts, amendments)


def _write(workspace: Workspace, bundle: dict[str, Any]) -> None:
    if validate(bundle):
        raise PipelineError("INVALID_FHIR")
    workspace.documents.write(
        bundle_key(workspace.document_id), json.dumps(bundle, sort_keys=True, indent=1).encode(),
        content_type="application/fhir+json")


def _ask(workspace: Workspace, reasons: tuple[str, ...]) -> tuple[str, ...]:
    for code in reasons:
        workspace.trail.write(EventName.REVIEW_REQUESTED, error_code=code)
    return reasons


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


def bundle_of(workspace: Workspace, facts: DocumentFacts) -> dict[str, Any]:
    """The document's bundle if these are its facts; nothing is stored.

    :raises PipelineError: S3 codes.
    """
    manifest = manifests.from_json(workspace.documents.read(manifest_key(workspace.document_id)))
    received = workspace.trail.first().time
    return build_bundle(
        facts, workspace.document_id, received=received, source_media_type=manifest.media_type)


def _merge(
    workspace: Workspace, bundle: dict[str, Any], *, confirmed: bool = False, decision: Decision | None = None
) -> None:
    """The FHIR server comes last: where it fails, the record is merged, and clearing the task posts what is missing."""
    merge_into_records(workspace, bundle, confirmed=confirmed, decision=decision)
    deliver(workspace, bundle)


def _take_back(workspace: Workspace, confident: DocumentFacts, rejection: Decision) -> None:
    """A rejected document keeps in the record what was certain, and loses what an earlier decision had confirmed."""
    if is_merged_by_another(workspace, rejection):
        merge_into_records(workspace, bundle_of(workspace, confident), confirmed=False, decision=rejection)


def _document(workspace: Workspace) -> DocumentContent:
    return document_from_json(workspace.documents.read(content_key(workspace.document_id)))
