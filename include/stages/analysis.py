"""The facts of a document, by the analyzers that the settings name; part of the conversion stage."""

from __future__ import annotations

from contextlib import suppress
from typing import NoReturn

from include.audit.events import EventName
from include.documents.content import DocumentContent
from include.fhir.analyzers import combined
from include.fhir.comprehend_medical.analyzer import ComprehendMedical
from include.fhir.comprehend_medical.answers import Answers, NotSentError
from include.fhir.facts import RULES, DocumentFacts
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


def known_facts(workspace: Workspace, document: DocumentContent) -> tuple[DocumentFacts, tuple[str, ...]]:
    """The facts without asking any service, and the analyzers that they are from.

    Where Comprehend Medical has been asked all that it would be asked, they are those of :func:`find_facts`; otherwise
    those of the rules, which come first in either.

    :raises PipelineError: an S3 code.
    """
    if ComprehendMedical.name in workspace.settings.analyzers:
        answers = Answers(workspace.documents, _nobody)
        analyzer = ComprehendMedical(answers.recall, workspace.settings.review_confidence_threshold)
        with suppress(NotSentError):
            return combined(document, [analyzer]), (RULES, analyzer.name)
    return combined(document), (RULES,)


def _nobody() -> NoReturn:
    raise AssertionError("nothing is sent")
