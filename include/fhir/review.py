"""Which facts may go into a record at once, and which wait for a person.

Pure; reasons are codes of the error registry.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from include.fhir.facts import CLINICAL_GROUPS, DocumentFacts, PrintedDate
from include.fhir.identity import patient_id

_OTHER = ("practitioners", "encounters")
_ORDER = ("NO_PATIENT", "AMBIGUOUS_PATIENT", "AMBIGUOUS_DATE", "LOW_CONFIDENCE", "ROWS_UNACCOUNTED")


@dataclass(frozen=True, slots=True)
class ReviewVerdict:
    """``confident`` and ``uncertain`` share the patients and leave no fact out.

    ``reasons`` are in the registry's order.

    Nothing waits when ``reasons`` is empty.
    """

    confident: DocumentFacts
    uncertain: DocumentFacts
    reasons: tuple[str, ...]

    @property
    def waits(self) -> bool:
        return bool(self.reasons)


def review(facts: DocumentFacts, threshold: float) -> ReviewVerdict:
    """Part the facts.

    All of them wait while it is uncertain whose they are: no patient who can be identified, several patients between
    whom the facts are not told apart, or a patient whose own data is read below the threshold. A single fact waits
    for its own ambiguous date or low confidence. Missing rows hold nothing back: they are reported.

    :param threshold: percent.
    """
    reasons: set[str] = set()
    clinical = [fact for group in CLINICAL_GROUPS for fact in getattr(facts, group)]
    if clinical or facts.patients:
        reasons |= _whose(facts, clinical) | _doubts_of_patients(facts, threshold)
    everything = bool(reasons)
    sure: dict[str, Any] = {}
    unsure: dict[str, Any] = {}
    for group in (*CLINICAL_GROUPS, *_OTHER):
        doubts = {id(fact): doubts_of(fact, threshold) for fact in getattr(facts, group)}
        reasons |= set().union(*doubts.values()) if doubts else set()
        sure[group] = tuple(f for f in getattr(facts, group) if not everything and not doubts[id(f)])
        unsure[group] = tuple(f for f in getattr(facts, group) if everything or doubts[id(f)])
    if facts.rows_in > facts.rows_out:
        reasons.add("ROWS_UNACCOUNTED")
    return ReviewVerdict(confident=replace(facts, **sure), uncertain=replace(facts, **unsure),
                         reasons=tuple(code for code in _ORDER if code in reasons))


def _whose(facts: DocumentFacts, clinical: list[Any]) -> set[str]:
    owners = {fact.patient for fact in clinical}
    # A document that names a patient without any fact has nothing to merge; one with facts needs to know whose.
    if not facts.patients or any(patient_id(facts.patients[o]) is None for o in owners if 0 <= o < len(facts.patients)):
        return {"NO_PATIENT"} if clinical else set()
    if any(not 0 <= owner < len(facts.patients) for owner in owners):
        return {"AMBIGUOUS_PATIENT"}
    # Facts default to the first patient: a second one without any fact means that nobody parted them.
    several = len({patient_id(patient) for patient in facts.patients}) > 1
    return {"AMBIGUOUS_PATIENT"} if several and clinical and owners != set(range(len(facts.patients))) else set()


def _doubts_of_patients(facts: DocumentFacts, threshold: float) -> set[str]:
    return set().union(*(doubts_of(patient, threshold) for patient in facts.patients)) if facts.patients else set()


def doubts_of(fact: Any, threshold: float) -> set[str]:
    """Why a single fact, or a patient, has to wait: AMBIGUOUS_DATE, LOW_CONFIDENCE.

    :param threshold: percent.
    """
    found = set()
    if any(date.ambiguous for date in _dates(fact)):
        found.add("AMBIGUOUS_DATE")
    if fact.source is not None and fact.source.confidence < threshold:
        found.add("LOW_CONFIDENCE")
    return found


def _dates(fact: Any) -> list[PrintedDate]:
    if not is_dataclass(fact):
        return []
    values = (getattr(fact, entry.name) for entry in fields(fact))
    return [value for value in values if isinstance(value, PrintedDate)]
