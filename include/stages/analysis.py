"""The facts of a document, by the analyzers that the settings name; part of the conversion stage."""

from __future__ import annotations

from include.audit.events import EventName
from include.documents.content import DocumentContent
from include.fhir.analyzers import combined
from include.fhir.comprehend_medical.analyzer import ComprehendMedical
from include.fhir.comprehend_medical.answers import Answers
from include.fhir.facts import DocumentFacts
from include.stages.stopwatch import Stopwatch
from include.workspace import Workspace


def find_facts(workspace: Workspace, document: DocumentContent) -> DocumentFacts:
    """The facts, always the same of the same document: answers are asked for once and kept.

    :raises PipelineError: a code of the domain ANALYSIS, or of S3.
    :raises ValueError: ANALYZERS names ``comprehend_medical`` and the workspace has none.
    """
    if ComprehendMedical.name not in workspace.settings.analyzers:
        return combined(document)
    if workspace.comprehend_medical is None:
        raise ValueError("ANALYZERS names comprehend_medical, and nobody connects to it")
    watch = Stopwatch()
    answers = Answers(workspace.documents, workspace.comprehend_medical)
    try:
        return combined(
            document, [ComprehendMedical(answers.ask, workspace.settings.review_confidence_threshold)])
    finally:
        if answers.sent:
            workspace.trail.write(EventName.TEXT_ANALYZED, duration_ms=watch.milliseconds)
