"""Whether a fact that another analyzer found is stated already, in the coarse sense that matters here: to add less is
better than to say a thing twice.

| fact | stated already |
|---|---|
| medication | the drug's words, or some of them; or it is known as an allergy or an immunization |
| condition, procedure | its words, or some of them; or it is known as the reaction to an allergen |
| result | test and value; a blood pressure by its two numbers |
| allergy | all its words, in whichever allergies; a denial, once anything is said of allergies |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from include.fhir.extraction.forms.labels import plain
from include.fhir.facts import (
    CLINICAL_GROUPS,
    AllergyFact,
    ConditionFact,
    DocumentFacts,
    ImmunizationFact,
    MedicationFact,
    ObservationFact,
    ProcedureFact,
)
from include.fhir.resources.observations import split_pressure
from include.fhir.terminology.tests import find_test

Statement = ObservationFact | MedicationFact | ConditionFact | AllergyFact | ImmunizationFact | ProcedureFact

_JOINING = frozenset(("and", "or", "to", "with", "the", "of"))
_S = TypeVar("_S", bound=Statement)


def statements(facts: DocumentFacts) -> list[Statement]:
    """Everything that is said of a patient."""
    return [fact for group in CLINICAL_GROUPS for fact in getattr(facts, group)]


def without_stated(more: Sequence[_S], facts: DocumentFacts) -> tuple[_S, ...]:
    """Those that neither the facts state nor another of them that says more, in their order; a denial of allergies only
    beside no allergy."""
    known, kept = statements(facts), set[int]()
    for at in sorted(range(len(more)), key=lambda at: (_denies(more[at]), -_said(more[at]), at)):
        if not is_stated(more[at], known):
            known.append(more[at])
            kept.add(at)
    return tuple(fact for at, fact in enumerate(more) if at in kept)


def is_stated(fact: Statement, known: Iterable[Statement]) -> bool:
    """Whether the same is said of the same patient."""
    same = [other for other in known if other.patient == fact.patient]
    if isinstance(fact, ObservationFact):
        return _results([fact]) <= _results(other for other in same if isinstance(other, ObservationFact))
    if isinstance(fact, AllergyFact):
        return _is_stated_allergy(fact, [other for other in same if isinstance(other, AllergyFact)])
    own = _words(_name(fact))
    return any(own <= other or other <= own for other in _names_beside(fact, same) if other)


def _names_beside(fact: Statement, same: Iterable[Statement]) -> Iterator[frozenset[str]]:
    """The names of what would be the same, each as its words."""
    for other in same:
        if isinstance(other, type(fact)):
            yield _words(_name(other))
        elif isinstance(other, AllergyFact) and isinstance(fact, MedicationFact) and not other.denied:
            yield _words(other.substance)
        elif isinstance(other, AllergyFact) and isinstance(fact, ConditionFact) and other.reaction:
            yield _words(other.reaction)
        elif isinstance(other, ImmunizationFact) and isinstance(fact, MedicationFact):
            yield _words(other.vaccine)


def _name(fact: Statement) -> str:
    return fact.vaccine if isinstance(fact, ImmunizationFact) else str(getattr(fact, "name", ""))


def _is_stated_allergy(fact: AllergyFact, same: Sequence[AllergyFact]) -> bool:
    if fact.denied:
        return bool(same)
    words = (_words(other.substance) for other in same if not other.denied)
    return _words(fact.substance) <= frozenset().union(*words)


def _results(facts: Iterable[ObservationFact]) -> set[tuple[str, str]]:
    """Test and value of each result."""
    return {result for fact in facts for result in _result(fact)}


def _result(fact: ObservationFact) -> Iterator[tuple[str, str]]:
    if pair := split_pressure(fact):
        yield from (result for side in (pair.systolic, pair.diastolic) for result in _result(side))
        return
    value = fact.value
    term = find_test(fact.name, value.unit if value else None, fact.specimen or fact.panel)
    said = "" if value is None else plain(value.printed) if value.number is None else str(value.number.normalize())
    yield term.loinc if term else plain(fact.name), said


def _words(text: str) -> frozenset[str]:
    return frozenset(plain(text).split()) - _JOINING


def _denies(fact: Statement) -> bool:
    return isinstance(fact, AllergyFact) and fact.denied


def _said(fact: Any) -> int:
    """How much a fact says."""
    return sum(bool(getattr(fact, entry.name)) for entry in fields(fact) if entry.name not in ("source", "patient"))
