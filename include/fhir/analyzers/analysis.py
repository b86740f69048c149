"""The interface of analyzers, the rules as the first of them, and how several are combined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from include.documents.content import DocumentContent
from include.fhir.analyzers.adding import without_stated
from include.fhir.extraction import Extraction, read_document
from include.fhir.facts import CLINICAL_GROUPS, RULES, DocumentFacts


class Analyzer(Protocol):
    """Finds facts beside the rules."""

    @property
    def name(self) -> str:
        """Names it in the evidence of what it found (``Source.analyzer``)."""

    def analyze(self, document: DocumentContent, known: Extraction) -> DocumentFacts:
        """What it finds; only the facts that are not ``known`` yet are used, and nothing else is.

        :param known: the document's patients, and the facts and lines as read so far.
        :raises PipelineError: a code of the domain ANALYSIS.
        """


class Rules:
    """The first analyzer of every document: it tells whose the document is, and accounts for its rows."""

    name = RULES

    def analyze(self, document: DocumentContent) -> Extraction:
        return read_document(document)


def combined(document: DocumentContent, others: Sequence[Analyzer] = ()) -> DocumentFacts:
    """The facts of the rules as they are, and behind them what others add.

    Patients, practitioners, encounters, dates and the account of rows are the rules' alone. To a document about nobody
    (leaflet, blank form) nothing is added.

    :raises PipelineError: an analyzer's code.
    """
    known = Rules().analyze(document)
    for analyzer in others if known.about_somebody else ():
        known = replace(known, facts=added(known.facts, analyzer.analyze(document, known)))
    return known.facts


def added(facts: DocumentFacts, more: DocumentFacts) -> DocumentFacts:
    """The facts, and what others say that they do not say."""
    groups = {group: getattr(facts, group) + without_stated(getattr(more, group), facts) for group in CLINICAL_GROUPS}
    return replace(facts, **groups, unmapped=facts.unmapped + more.unmapped)
