"""The analyzer: the document's lines to the service, and what it finds to the patient in whose part it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from include.documents.content import DocumentContent
from include.fhir.analyzers.adding import Statement, is_stated, statements, without_stated
from include.fhir.comprehend_medical.allergies import allergies_in, allergies_of, is_beside_allergy
from include.fhir.comprehend_medical.codes import Coding
from include.fhir.comprehend_medical.mentions import Mention, mentions_in
from include.fhir.comprehend_medical.operations import MOST_BYTES, Operation
from include.fhir.comprehend_medical.statements import ANALYZER, Found, Page, facts_of
from include.fhir.comprehend_medical.texts import Span, texts_of
from include.fhir.extraction import Extraction
from include.fhir.extraction.page.sections import Kind
from include.fhir.facts import (
    AllergyFact,
    ConditionFact,
    DocumentFacts,
    MedicationFact,
    ObservationFact,
    ProcedureFact,
    Unmapped,
    UnmappedReason,
)
from include.fhir.identity import patient_id

_F = TypeVar("_F")

_OF_ALLERGIES = frozenset(("MEDICATION", "MEDICAL_CONDITION"))
"""What a substance and a reaction are found as."""


class ComprehendMedical:
    """Amazon Comprehend Medical's reading of what the rules leave to others.

    :param ask: operation and text (at most :data:`operations.MOST_BYTES`) to the service's answer.
    :param threshold: percent, from which an inferred code is kept.
    """

    name = ANALYZER

    def __init__(self, ask: Callable[[Operation, str], dict[str, Any]], threshold: float) -> None:
        self._ask = ask
        self._threshold = threshold

    def analyze(self, document: DocumentContent, known: Extraction) -> DocumentFacts:
        """Lines whose meaning is settled (:class:`Surroundings`) are not sent; codes are asked for where a fact is new.

        :raises PipelineError: a code of the domain ANALYSIS, or of S3.
        """
        lines = [line for line in known.lines if not known.surroundings[line.at].settled]
        mentions = [mention for text in texts_of(lines, MOST_BYTES[Operation.DETECT_ENTITIES])
                    for mention in mentions_in(self._ask(Operation.DETECT_ENTITIES, text.text), text)
                    if not any(known.surroundings[line].aside for line in mention.part.lines)]
        page = Page(known.lines, known.surroundings)
        reading = _Reading(mentions, page, known)
        new = {id(fact) for kind in (MedicationFact, ConditionFact)
               for fact in without_stated([f for f, _ in reading.facts if isinstance(f, kind)], known.facts)}
        coding = Coding(lines, self._ask, self._threshold)
        facts = [coding.coded(fact, spans) if id(fact) in new else fact for fact, spans in reading.facts]
        return DocumentFacts(
            observations=_of(facts, ObservationFact), medications=_of(facts, MedicationFact),
            conditions=_of(facts, ConditionFact), procedures=_of(facts, ProcedureFact),
            allergies=tuple(reading.allergies), unmapped=tuple(reading.unmapped))


class _Reading:
    """The mentions as facts, each with the place of its name, and what could not become one."""

    def __init__(self, mentions: list[Mention], page: Page, known: Extraction) -> None:
        self._mentions, self._page = mentions, page
        self._known = statements(known.facts)
        self._owner = owner_of(known)
        self.facts: list[tuple[Found, tuple[Span, ...]]] = []
        self.allergies: list[AllergyFact] = []
        self.unmapped: list[Unmapped] = []
        for mention in allergies_in(mentions):
            self._add_allergies(mention)
        for mention in mentions:
            self._add(mention)

    def _add_allergies(self, mention: Mention) -> None:
        owner = self._owner(mention.part.spans[0].at)
        found = list(allergies_of(mention, self._mentions, self._page, owner or 0))
        if owner is not None:
            self.allergies += found
        else:
            self._leave_out(found, UnmappedReason.PATIENT_NOT_TOLD)

    def _add(self, mention: Mention) -> None:
        owner = self._owner(mention.part.spans[0].at)
        found = list(facts_of(mention, self._page, owner or 0))
        if owner is None:
            self._leave_out(found, UnmappedReason.PATIENT_NOT_TOLD)
        elif mention.category in _OF_ALLERGIES and is_beside_allergy(mention, self._mentions, self._page):
            known = [*self._known, *self.allergies]
            self._leave_out((f for f in found if not is_stated(f, known)), UnmappedReason.MAYBE_ALLERGY)
        elif mention.category != "MEDICATION" or self._page.section(mention.part) is not Kind.IMMUNIZATIONS:
            self.facts += [(fact, mention.part.spans) for fact in found]

    def _leave_out(self, facts: Iterable[Statement], reason: UnmappedReason) -> None:
        self.unmapped += [Unmapped(fact.source, reason) for fact in facts if fact.source is not None]


def owner_of(known: Extraction) -> Callable[[int], int | None]:
    """Line to the index of the patient of whom it speaks; None where that cannot be told.

    With several patients it can be told only where the rules told them apart: each has a fact of theirs. Otherwise a
    fact more would hide from the review that nobody parted them.
    """
    patients = known.facts.patients
    identities = {patient_id(patient) for patient in patients}
    if len(patients) < 2 or (len(identities) == 1 and None not in identities):
        return lambda _: 0
    parted = {fact.patient for fact in statements(known.facts)} == set(range(len(patients)))
    return lambda at: known.surroundings[at].part if parted else None


def _of(facts: Iterable[Any], kind: type[_F]) -> tuple[_F, ...]:
    return tuple(fact for fact in facts if isinstance(fact, kind))
