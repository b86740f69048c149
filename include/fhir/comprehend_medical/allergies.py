"""Allergies: the service has a type for them, and finds substance and reaction as medication and condition as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from include.fhir.comprehend_medical.mentions import Mention
from include.fhir.comprehend_medical.statements import NOT_OF_THE_PATIENT, Page
from include.fhir.extraction.page.sections import Kind
from include.fhir.extraction.statements.allergies import is_substance
from include.fhir.facts import AllergyFact

_AROUND = re.compile(
    r"^\W*(?:(?:patient|pt|he|she|is|has|had|with|an?|known|severe|drug|food)\s+)*"
    r"(?:(?:allerg(?:y|ies|ic)(?:\s+reactions?)?|react(?:s|ed|ions?))\b\W*(?:(?:to|include[sd]?|are)\s+)?)?|"
    r"\s*\ballerg(?:y|ies)\W*$",
    re.IGNORECASE)
"""What says that it is an allergy, around the substance."""


def allergies_in(mentions: Sequence[Mention]) -> list[Mention]:
    return [mention for mention in mentions if mention.part.type == "ALLERGIES"]


def is_beside_allergy(mention: Mention, mentions: Sequence[Mention], page: Page) -> bool:
    """Whether a medication or condition may be substance or reaction: its line speaks of an allergy, or its section."""
    lines = {line for allergy in allergies_in(mentions) for line in allergy.part.lines}
    return bool(mention.part.lines & lines) or page.section(mention.part) is Kind.ALLERGIES


def allergies_of(mention: Mention, mentions: Sequence[Mention], page: Page, patient: int) -> Iterator[AllergyFact]:
    """The substance that the words name, or else each medication behind them on their line."""
    part = mention.part
    if "NEGATION" in part.traits:
        yield AllergyFact(page.words(part) or "", denied=True, patient=patient, source=page.source(part))
        return
    if part.traits & NOT_OF_THE_PATIENT or page.section(part) is Kind.FAMILY:
        return
    substance = _AROUND.sub("", page.words(part) or "")
    if is_substance(substance):
        yield AllergyFact(substance, patient=patient, source=page.source(part))
        return
    for other in mentions:
        behind = other.part.spans[0] > part.spans[-1] and other.part.spans[0].at == part.spans[-1].at
        if other.category == "MEDICATION" and behind and not other.part.traits:
            yield AllergyFact(page.words(other.part) or "", patient=patient, source=page.source(part, other.part))
