"""The same statement met twice, as table row and as line, or on two pages, is one fact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from include.fhir.extraction.collector import Fact
from include.fhir.extraction.conditions import same_condition
from include.fhir.extraction.labels import plain
from include.fhir.facts import (
    AllergyFact,
    ConditionFact,
    EncounterFact,
    ImmunizationFact,
    MedicationFact,
    ObservationFact,
    ProcedureFact,
)
from include.fhir.terminology.tests import find_test


def without_duplicates(facts: Sequence[Fact]) -> list[Fact]:
    """Each statement once, in the order of its first mention; the richer of two mentions is kept."""
    kept: list[Fact] = []
    for fact in facts:
        at = next((index for index, known in enumerate(kept) if type(known) is type(fact) and _same(known, fact)), None)
        if at is None:
            kept.append(fact)
        else:
            kept[at] = _richer(kept[at], fact)
    return _consistent(kept)


def _consistent(facts: Sequence[Fact]) -> list[Fact]:
    """A denial of all allergies beside a named one: the named one stands."""
    named = any(isinstance(f, AllergyFact) and not f.denied for f in facts)
    return [f for f in facts if not (named and isinstance(f, AllergyFact) and f.denied)]


def _same(one: Fact, other: Fact) -> bool:
    if isinstance(one, ObservationFact) and isinstance(other, ObservationFact):
        return _same_observation(one, other)
    if isinstance(one, MedicationFact) and isinstance(other, MedicationFact):
        return _same_medication(one, other)
    if isinstance(one, ConditionFact) and isinstance(other, ConditionFact):
        return same_condition(one, other)
    if isinstance(one, AllergyFact) and isinstance(other, AllergyFact):
        return one.patient == other.patient and (
            plain(one.substance) == plain(other.substance) or (one.denied and other.denied)
        )
    if isinstance(one, ImmunizationFact) and isinstance(other, ImmunizationFact):
        return (plain(one.vaccine), _day(one.date), one.lot, one.patient) == (
            plain(other.vaccine),
            _day(other.date),
            other.lot,
            other.patient,
        )
    if isinstance(one, ProcedureFact) and isinstance(other, ProcedureFact):
        same_day = _day(one.date) == _day(other.date) or one.date is None or other.date is None
        return plain(one.name) == plain(other.name) and same_day and one.patient == other.patient
    if isinstance(one, EncounterFact) and isinstance(other, EncounterFact):
        return one == other
    return False


def _same_observation(one: ObservationFact, other: ObservationFact) -> bool:
    """Equal results; a set of results that running text repeats was told apart before and stays."""
    if one.patient != other.patient or (one.value != other.value and not _same_number(one, other)):
        return False
    if one.source and other.source and one.source.text != other.source.text and _is_prose(one, other):
        return False
    if _day(one.effective) != _day(other.effective) and one.effective and other.effective:
        return False
    return _name(one) == _name(other)


def _is_prose(one: ObservationFact, other: ObservationFact) -> bool:
    return all(len(f.source.text.split()) > 14 for f in (one, other) if f.source)


def _same_number(one: ObservationFact, other: ObservationFact) -> bool:
    if one.value is None or other.value is None:
        return False
    a, b = one.value, other.value
    units = not a.unit or not b.unit or a.unit.lower() == b.unit.lower()
    return a.number is not None and a.number == b.number and a.comparator == b.comparator and units


def _name(fact: ObservationFact) -> tuple[str, str]:
    unit = fact.value.unit if fact.value else None
    term = find_test(fact.name, unit, fact.specimen or fact.panel)
    return (term.loinc if term else plain(fact.name), fact.specimen or "")


def _same_medication(one: MedicationFact, other: MedicationFact) -> bool:
    if one.patient != other.patient or _drug(one.name) != _drug(other.name):
        return False
    doses = {re.sub(r"\s|s\b", "", dose.lower()) for dose in (one.dose, other.dose) if dose}
    often = {plain(text) for text in (one.frequency, other.frequency) if text}
    return len(doses) <= 1 and (
        len(often) <= 1 or (len(doses) == 1 and any(a in b for a in often for b in often if a != b))
    )


def _drug(name: str) -> str:
    return plain(re.sub(r"\([^)]*\)", "", name))


def _richer(one: Fact, other: Fact) -> Fact:
    """The one with more said; an earlier mention wins a draw."""
    if isinstance(one, ConditionFact) and isinstance(other, ConditionFact):
        if one.symptom != other.symptom:
            return other if one.symptom else one
        merged = one if len(one.name) >= len(other.name) else other
        return replace(merged, code_printed=one.code_printed or other.code_printed, onset=one.onset or other.onset)
    return other if _said(other) > _said(one) else one


def _said(fact: Fact) -> int:
    return sum(
        bool(getattr(fact, name)) for name in fact.__dataclass_fields__ if name not in ("source", "note", "status")
    )


def _day(date: object) -> str | None:
    return getattr(date, "value", None) or getattr(date, "printed", None)
