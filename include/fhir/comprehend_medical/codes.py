"""The codes that InferRxNorm and InferICD10CM infer (API_RxNormConcept, API_ICD10CMConcept)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from include.fhir.comprehend_medical.mentions import percent
from include.fhir.comprehend_medical.operations import MOST_BYTES, Operation
from include.fhir.comprehend_medical.statements import ANALYZER, Found
from include.fhir.comprehend_medical.texts import Span, Text, texts_of
from include.fhir.extraction.page.reading import PrintedLine
from include.fhir.facts import ConditionFact, InferredCode, MedicationFact

_RXNORM = ("http://www.nlm.nih.gov/research/umls/rxnorm", re.compile(r"\d{1,8}"), "RxNormConcepts")
_ICD10CM = ("http://hl7.org/fhir/sid/icd-10-cm", re.compile(r"[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"),
            "ICD10CMConcepts")
_FORMS = {Operation.INFER_RXNORM: _RXNORM, Operation.INFER_ICD10CM: _ICD10CM}
"""System, form of a code, and where an answer lists the concepts."""


class Coding:
    """Asks for the codes of facts; only of the texts in which one of them stands.

    :param ask: operation and text to answer.
    :param threshold: percent. Neither the entity nor its concept may be less certain.
    """

    def __init__(self, lines: Sequence[PrintedLine], ask: Callable[[Operation, str], dict[str, Any]],
                 threshold: float) -> None:
        self._texts = cache(lambda operation: texts_of(lines, MOST_BYTES[operation]))
        self._ask = cache(ask)
        self._threshold = threshold

    def coded(self, fact: Found, spans: Iterable[Span]) -> Found:
        """The fact with the code that its printed name most likely has, apart from those that are printed.

        :param spans: where the name stands.
        """
        if isinstance(fact, MedicationFact):
            found = self._best(Operation.INFER_RXNORM, list(spans))
        elif isinstance(fact, ConditionFact):
            found = self._best(Operation.INFER_ICD10CM, list(spans))
        else:
            return fact
        if found is None or fact.source is None:
            return fact
        code, confidence = found
        return replace(fact, inferred_codes=(code,), source=replace(fact.source, code_confidence=confidence))

    def _best(self, operation: Operation, spans: list[Span]) -> tuple[InferredCode, float] | None:
        system, form, concepts = _FORMS[operation]
        found: list[tuple[InferredCode, float]] = []
        for text in self._texts(operation):
            if not _shared(text, spans):
                continue
            for entity in self._ask(operation, text.text).get("Entities", ()):
                own = text.spans(entity.get("BeginOffset", 0), entity.get("EndOffset", 0))
                if not _overlap(own, spans):
                    continue
                for concept in entity.get(concepts, ()):
                    code = str(concept.get("Code", ""))
                    if form.fullmatch(code):
                        inferred = InferredCode(system, code, concept.get("Description"), ANALYZER)
                        found.append((inferred, percent(entity.get("Score", 0.0), concept.get("Score", 0.0))))
        best = max(found, key=lambda each: each[1], default=None)
        return best if best and best[1] >= self._threshold else None


def _shared(text: Text, spans: Sequence[Span]) -> bool:
    return _overlap([Span(p.at, p.start, p.start + len(p.text)) for p in text.pieces], spans)


def _overlap(some: Iterable[Span], others: Sequence[Span]) -> bool:
    return any(a.at == b.at and a.start < b.end and b.start < a.end for a in some for b in others)
