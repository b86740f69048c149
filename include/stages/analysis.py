"""The facts of a document, by the analyzers that the settings name; part of the conversion stage."""

from __future__ import annotations

from collections.abc import Callable

from include.audit.events import EventName
from include.documents.content import DocumentContent
from include.fhir.analyzers import combined
from include.fhir.comprehend_medical.analyzer import ComprehendMedical
from include.fhir.comprehend_medical.answers import Answers
from include.fhir.comprehend_medical.operations import Client
from include.fhir.facts import DocumentFacts
from include.stages.stopwatch import Stopwatch
from include.workspace import Workspace

Connect = Callable[[], Client]
"""Makes Comprehend Medical's client."""


def find_facts(workspace: Workspace, document: DocumentContent, connect: Connect | None) -> DocumentFacts:
    """The facts, always the same of the same document: answers are asked for once and kept.

    :param connect: called where ANALYZERS names ``comprehend_medical`` and a text has not been sent before.
    :raises PipelineError: a code of the domain ANALYSIS, or of S3.
    :raises ValueError: ANALYZERS names ``comprehend_medical`` and there is no ``connect``.
    """
    if ComprehendMedical.name not in workspace.settings.analyzers:
        return combined(document)
    if connect is None:
        raise ValueError("ANALYZERS names comprehend_medical, and nobody connects to it")
    watch = Stopwatch()
    answers = Answers(workspace.documents, connect)
    try:
        return combined(
            document, [ComprehendMedical(answers.ask, workspace.settings.review_confidence_threshold)])
    finally:
        if answers.sent:
            workspace.trail.write(EventName.TEXT_ANALYZED, duration_ms=watch.milliseconds)
