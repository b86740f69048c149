"""A mention as a fact: medications, conditions, results, procedures. Names and amounts are the printed words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from include.fhir.comprehend_medical.mentions import Mention, Part
from include.fhir.comprehend_medical.places import printed, source_of
from include.fhir.comprehend_medical.texts import Span
from include.fhir.extraction import Surroundings
from include.fhir.extraction.page.reading import PrintedLine
from include.fhir.extraction.page.sections import Kind
from include.fhir.extraction.statements.values import is_unit, read_result
from include.fhir.facts import (
    Category,
    ConditionFact,
    MeasuredValue,
    MedicationFact,
    MedicationStatus,
    ObservationFact,
    ProcedureFact,
    Source,
)
from include.fhir.terminology.tests import find_test

ANALYZER = "comprehend_medical"
Found = MedicationFact | ConditionFact | ObservationFact | ProcedureFact

NOT_OF_THE_PATIENT = frozenset(("NEGATION", "HYPOTHETICAL", "PERTAINS_TO_FAMILY", "LOW_CONFIDENCE"))
"""Traits of what the text does not say of the patient, or the service itself does not believe."""
_OF_OTHERS = frozenset((Kind.FAMILY, Kind.CONTENTS, Kind.INSURANCE, Kind.CONTACT))
"""Sections whose diseases and medicines are not the patient's."""
_ADJOINING = re.compile(r"\s*(?:(?:in|of|on|at|to|the|his|her)\s+)*", re.IGNORECASE)
"""What may stand between a condition and the words that belong to its name (``pain in the left leg``)."""
_NAME_PARTS = ("ACUITY", "DIRECTION", "SYSTEM_ORGAN_SITE", "QUALITY")


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of the document and what the rules know of them."""

    lines: Sequence[PrintedLine]
    surroundings: Sequence[Surroundings]

    def words(self, *parts: Part) -> str | None:
        """What is printed there, in order; None for nothing."""
        return ", ".join(filter(None, (printed(self.lines, part.spans) for part in parts))) or None

    def source(self, *parts: Part) -> Source:
        """The evidence; the lowest confidence of the parts is that of the whole."""
        spans = [span for part in parts for span in part.spans]
        return source_of(self.lines, spans, min(part.score for part in parts), ANALYZER)

    def section(self, part: Part) -> Kind:
        return self.surroundings[part.spans[0].at].section


def facts_of(mention: Mention, page: Page, patient: int) -> Iterator[Found]:
    """What a mention states of a patient: nothing where it is negated, hypothetical, of the family, or only a word."""
    if mention.part.traits & NOT_OF_THE_PATIENT or page.section(mention.part) in _OF_OTHERS:
        return
    if mention.category == "MEDICATION" and mention.part.type in ("GENERIC_NAME", "BRAND_NAME"):
        yield _medication(mention, page, patient)
    elif mention.category == "MEDICAL_CONDITION" and mention.part.type == "DX_NAME":
        yield _condition(mention, page, patient)
    elif mention.part.type == "TEST_NAME" and "FUTURE" not in mention.part.traits:
        yield from _results(mention, page, patient)
    elif mention.part.type == "PROCEDURE_NAME":
        yield _procedure(mention, page, patient)


def _medication(mention: Mention, page: Page, patient: int) -> MedicationFact:
    dose, route, frequency, duration, form, rate = (mention.all_of(*types) for types in (
        ("STRENGTH", "DOSAGE"), ("ROUTE_OR_MODE",), ("FREQUENCY",), ("DURATION",), ("FORM",), ("RATE",)))
    return MedicationFact(
        name=page.words(mention.part) or "", dose=page.words(*dose), route=page.words(*route),
        frequency=page.words(*frequency), duration=page.words(*duration), form=page.words(*form),
        note=page.words(*rate), status=_status(mention, page), patient=patient,
        source=page.source(mention.part, *dose, *route, *frequency, *duration, *form, *rate))


def _status(mention: Mention, page: Page) -> MedicationStatus:
    if page.section(mention.part) is Kind.STOPPED:
        return MedicationStatus.STOPPED
    if "PAST_HISTORY" in mention.part.traits:
        return MedicationStatus.COMPLETED
    return MedicationStatus.INTENDED if "FUTURE" in mention.part.traits else MedicationStatus.ACTIVE


def _condition(mention: Mention, page: Page, patient: int) -> ConditionFact:
    """A sign or symptom is a complaint. That it belongs to the history does not say that it is over."""
    parts = _name_parts(mention, page)
    spans = [span for part in parts for span in part.spans]
    name = Part("", (Span(spans[0].at, min(s.start for s in spans), max(s.end for s in spans)),)
                if len({s.at for s in spans}) == 1 else mention.part.spans, frozenset(), 100.0)
    traits = mention.part.traits
    return ConditionFact(
        page.words(name) or "", symptom=bool(traits & {"SIGN", "SYMPTOM"}) and "DIAGNOSIS" not in traits,
        clinical_status="resolved" if page.section(mention.part) is Kind.RESOLVED else None,
        patient=patient, source=page.source(*parts))


def _name_parts(mention: Mention, page: Page) -> list[Part]:
    """The condition and those attributes that stand beside it on its line, one after the other."""
    parts, near = [mention.part], mention.all_of(*_NAME_PARTS)
    if len(mention.part.lines) > 1:
        return parts
    while more := next((part for part in near if part not in parts and any(
            _adjoin(part, known, page) for known in parts)), None):
        parts.append(more)
    return parts


def _adjoin(one: Part, other: Part, page: Page) -> bool:
    if len(one.spans) > 1 or one.lines != other.lines:
        return False
    first, second = sorted((one.spans[0], other.spans[0]))
    gap = page.lines[first.at].text[first.end : second.start]
    return first.end >= second.start or _ADJOINING.fullmatch(gap) is not None


def _results(mention: Mention, page: Page, patient: int) -> Iterator[ObservationFact]:
    """A test with each of its values; without a value it is only mentioned."""
    units = mention.all_of("TEST_UNIT", "TEST_UNITS")
    values = mention.all_of("TEST_VALUE")
    for at, value in enumerate(values):
        behind = values[at + 1].spans[0] if at + 1 < len(values) else None
        unit = next((u for u in units if u.spans[0] > value.spans[0] and (behind is None or u.spans[0] < behind)), None)
        name, printed_unit = page.words(mention.part) or "", page.words(unit) if unit else None
        measured = _measured(page.words(value) or "", printed_unit)
        term = find_test(name, measured.unit)
        vital = term is not None and term.category == Category.VITAL_SIGNS
        yield ObservationFact(
            name, measured, Category.VITAL_SIGNS if vital else Category.LABORATORY, patient=patient,
            source=page.source(mention.part, value, *([unit] if unit else [])))


def _measured(text: str, unit: str | None) -> MeasuredValue:
    """A number only where the rules for results read the whole text as one."""
    value = read_result(text, unit).value
    if value is not None:
        rest = text.replace(value.printed, "", 1).strip()
        if rest in ("", unit) or is_unit(rest):
            return value
    return MeasuredValue(text, unit=unit)


def _procedure(mention: Mention, page: Page, patient: int) -> ProcedureFact:
    """That it was done is said by its being history; a procedure that is only named may be planned."""
    traits = mention.part.traits
    status = "preparation" if "FUTURE" in traits else "completed" if "PAST_HISTORY" in traits else "unknown"
    return ProcedureFact(page.words(mention.part) or "", status=status, patient=patient,
                         source=page.source(mention.part))
