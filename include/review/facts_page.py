"""What a person is shown of a document: its facts with their places, its pages, why it waits, what was decided.

Reads S3, writes nothing, and asks no service: of Comprehend Medical it knows the stored answers.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from include.documents import manifest as manifests
from include.documents.content import Box, DocumentContent, document_from_json
from include.documents.manifest import Manifest
from include.documents.storage import content_key, manifest_key
from include.errors import PipelineError
from include.fhir.facts import CLINICAL_GROUPS, RULES, DocumentFacts
from include.fhir.identity import patient_id
from include.fhir.review import doubts_of, review
from include.fhir.validation import validate
from include.review.amendments import GROUPS, Amended, Amendment, amended, fingerprint, without
from include.review.decisions import APPROVED, CORRECTED, Decision, find_decision, store_decision
from include.review.entries import FIELDS, EntryError
from include.review.resolutions import Resolution, find_resolution
from include.stages.analysis import known_facts
from include.stages.convert import bundle_of, is_illegible
from include.workspace import Workspace

log = logging.getLogger(__name__)


class NothingToApproveError(Exception):
    """OCR read nothing of the document that a person could approve."""

    def __init__(self) -> None:
        super().__init__("OCR read nothing of it that could be approved: ask for a better copy, or resolve it by hand.")


@dataclass(frozen=True, slots=True)
class FieldView:
    """``text`` as read from the page; ``choices`` where only these can be entered."""

    name: str
    text: str
    editable: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact as the software read it. ``group``, ``index`` and ``fingerprint`` address it in an amendment.

    ``confidence`` in percent; ``page`` from 1, None where the fact stands on none; ``box`` in ratios of the page as
    :func:`include.review.page_image.page_image` shows it; ``printed`` the words there; ``doubts`` are codes of the
    error registry; ``waits``: it does not go into a record without a person; ``patient`` an index into the patients,
    None of what is said of nobody; ``identified``: of a patient, whether that is enough for a record.
    """

    group: str
    index: int
    fingerprint: str
    label: str
    fields: tuple[FieldView, ...]
    confidence: float
    page: int | None
    box: Box | None
    printed: str
    doubts: tuple[str, ...]
    waits: bool
    analyzer: str = RULES
    patient: int | None = None
    identified: bool = False


@dataclass(frozen=True, slots=True)
class PageView:
    """``origin``: embedded, ocr or blank, None before the pages are merged; ``kind``: text, image, mixed or blank, None
    where the document was never classified."""

    number: int
    kind: str | None
    origin: str | None


@dataclass(frozen=True, slots=True)
class FactsPage:
    """``facts`` lowest confidence first, those that wait before the others; ``reasons`` are those of the review as the
    document is read now and corrected so far, ``stale`` the amendments that were made on another reading.

    ``analyzers`` says whose facts are shown: stored answers of Comprehend Medical are used only where all are there.
    ``empty`` is what a patient can be added with where ``patients`` is empty.
    """

    document_id: str
    pages: tuple[PageView, ...] = ()
    patients: tuple[FactView, ...] = ()
    facts: tuple[FactView, ...] = ()
    reasons: tuple[str, ...] = ()
    analyzers: tuple[str, ...] = ()
    decision: Decision | None = None
    stale: tuple[Amendment, ...] = field(default=(), repr=False)
    resolution: Resolution | None = None
    has_facts: bool = False
    """False: there is nothing to approve or correct. The document has failed before its conversion, OCR read nothing
    reliable at all, or our own software fails on it."""
    empty: tuple[FieldView, ...] = tuple(FieldView(f.name, "", choices=f.choices) for f in FIELDS["patients"])


def facts_for_review(workspace: Workspace) -> FactsPage:
    """Everything that the page of a document shows; of one that failed before its pages were merged no facts.

    :raises PipelineError: an S3 code.
    """
    stored = workspace.documents.find(manifest_key(workspace.document_id))
    manifest = manifests.from_json(stored.body) if stored else None
    decision = find_decision(workspace)
    document = _document(workspace)
    bare = FactsPage(
        workspace.document_id, tuple(_pages(manifest, document)), decision=decision,
        resolution=find_resolution(workspace, workspace.trail.writer.run_id))
    threshold = workspace.settings.review_confidence_threshold
    if document is None or is_illegible(document, threshold):
        return bare
    try:
        return with_facts(bare, *known_facts(workspace, document), threshold)
    except PipelineError:
        raise
    except Exception as error:  # the document that a person wants to look at is the one on which the software fails
        log.error("%s raised while reading the facts of %s", type(error).__name__, workspace.document_id)
        return bare


def correct(workspace: Workspace, amendments: Sequence[Amendment], actor: str) -> None:
    """Check what a person has put right against the facts as they are read now, then store it as their decision.

    :raises EntryError: an entry cannot be read; it names the field.
    :raises PipelineError: CORRECTIONS_STALE, a fact is read differently by now; S3_NOT_FOUND, the document has no facts
        yet; DECISION_CONFLICT; S3 codes.
    """
    read = amended(_facts_to_decide_on(workspace), amendments)
    if read.stale:
        raise PipelineError("CORRECTIONS_STALE")
    if validate(bundle_of(workspace, read.facts)):
        raise EntryError("what was entered", "makes no valid FHIR: look at its numbers and dates")
    store_decision(workspace, CORRECTED, actor, amendments)


def approve(workspace: Workspace, actor: str) -> None:
    """Approve without having looked: what somebody has put right before stays right, as far as it fits the document as
    it is read now.

    :raises NothingToApproveError: OCR read nothing that could be approved.
    :raises PipelineError: S3_NOT_FOUND, the document has no facts yet; DECISION_CONFLICT; S3 codes.
    """
    facts = _facts_to_decide_on(workspace)
    decision = find_decision(workspace)
    amendments = decision.amendments if decision else ()
    left = without(amendments, _amended(facts, decision).stale)
    store_decision(workspace, CORRECTED if left else APPROVED, actor, left)


def approve_as_read(workspace: Workspace, actor: str) -> None:
    """Approve the facts as the software reads them: what somebody has put right before is right no more.

    :raises NothingToApproveError: OCR read nothing that could be approved.
    :raises PipelineError: S3_NOT_FOUND, the document has no facts yet; DECISION_CONFLICT; S3 codes.
    """
    _facts_to_decide_on(workspace)
    store_decision(workspace, APPROVED, actor)


def _facts_to_decide_on(workspace: Workspace) -> DocumentFacts:
    document = document_from_json(workspace.documents.read(content_key(workspace.document_id)))
    if is_illegible(document, workspace.settings.review_confidence_threshold):
        raise NothingToApproveError
    return known_facts(workspace, document)[0]


def with_facts(bare: FactsPage, facts: DocumentFacts, analyzers: tuple[str, ...], threshold: float) -> FactsPage:
    """The page with the facts of the document. Pure.

    :param threshold: percent, below which a fact waits.
    """
    read = _amended(facts, bare.decision)
    verdict = review(facts, threshold)
    waiting = {id(fact) for group in GROUPS[1:] for fact in getattr(verdict.uncertain, group)}
    shown = [_fact(facts, group, index, threshold, waiting)
             for group in GROUPS[1:] for index in range(len(getattr(facts, group)))]
    return replace(
        bare, has_facts=True, analyzers=analyzers,
        patients=tuple(_fact(facts, "patients", index, threshold, waiting) for index in range(len(facts.patients))),
        facts=tuple(sorted(shown, key=lambda view: (not view.waits, view.confidence))),
        reasons=(*(("CORRECTIONS_STALE",) if read.stale else ()), *review(read.facts, threshold).reasons),
        stale=read.stale)


def _amended(facts: DocumentFacts, decision: Decision | None) -> Amended:
    amendments = decision.amendments if decision else ()
    try:
        return amended(facts, amendments)
    except EntryError:
        return Amended(facts, amendments)


def _document(workspace: Workspace) -> DocumentContent | None:
    stored = workspace.documents.find(content_key(workspace.document_id))
    return document_from_json(stored.body) if stored else None


def _pages(manifest: Manifest | None, document: DocumentContent | None) -> Iterator[PageView]:
    kinds = {entry.number: entry.kind.value for entry in manifest.pages} if manifest else {}
    origins = {page.number: page.origin.value for page in document.pages} if document else {}
    for number in sorted({*kinds, *origins}):
        yield PageView(number, kinds.get(number), origins.get(number))


def _fact(facts: DocumentFacts, group: str, index: int, threshold: float, waiting: set[int]) -> FactView:
    fact = getattr(facts, group)[index]
    source = fact.source
    doubts = tuple(sorted(doubts_of(fact, threshold)))
    return FactView(
        group, index, fingerprint(fact), _label(fact), tuple(_fields(group, fact, len(facts.patients))),
        confidence=source.confidence if source else 100.0,
        page=source.page or None if source else None,
        box=source.box if source else None,
        printed=source.text if source else "",
        doubts=doubts,
        waits=bool(doubts) if group == "patients" else id(fact) in waiting,
        analyzer=source.analyzer if source else RULES,
        patient=fact.patient if group in CLINICAL_GROUPS else None,
        identified=group == "patients" and patient_id(fact) is not None)


def _fields(group: str, fact: Any, patients: int) -> Iterator[FieldView]:
    for entry in FIELDS[group]:
        if entry.name != "patient" or patients > 1:
            yield FieldView(entry.name, entry.show(fact), choices=entry.choices)


def _label(fact: Any) -> str:
    """A few words for a list."""
    for name in ("name", "substance", "vaccine", "reason"):
        if said := getattr(fact, name, None):
            break
    else:
        said = "patient" if hasattr(fact, "birth_date") else "encounter"
    value = getattr(fact, "value", None)
    result = " ".join(part for part in (value.printed, value.unit) if part) if value else getattr(fact, "dose", None)
    return f"{said}: {result}" if result else str(said)
