"""The same statement met twice, as table row and as line, or on two pages, is one fact."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace

from include.fhir.extraction.collector import Fact
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.statements.allergies import is_substance
from include.fhir.facts import (
    AllergyFact,
    ConditionFact,
    EncounterFact,
    ImmunizationFact,
    MedicationFact,
    MedicationStatus,
    ObservationFact,
    ProcedureFact,
)
from include.fhir.terminology.tests import find_test


def without_duplicates(facts: Sequence[Fact], tables: Sequence[int | None] = ()) -> list[Fact]:
    """Each statement once, in the order of its first mention; the richer of two mentions is kept.

    Two rows of one table are two results, even where they print the same: a table does not repeat itself.

    :param tables: of each fact the table that it is a row of, None for those that stand elsewhere.
    """
    known = _Known()
    for fact, table in zip(_stopped_later(facts), tables or [None] * len(facts), strict=True):
        known.add(fact, table if isinstance(fact, ObservationFact) else None)
    return _consistent(known.facts)


class _Known:
    """The facts kept so far, found again by what equal ones have in common: looking through all would be quadratic."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self._places: dict[Hashable, dict[int | None, list[int]]] = {}

    def add(self, fact: Fact, table: int | None) -> None:
        """Keep a fact, or the richer of it and the one that says the same."""
        alike = sorted({at for key in _keys(fact) for at in self._elsewhere(key, table)})
        at = next((at for at in alike if _same(self.facts[at], fact)), None)
        if at is None:
            self.facts.append(fact)
            at = len(self.facts) - 1
        else:
            self.facts[at] = _richer(self.facts[at], fact)
        for key in _keys(self.facts[at]):
            places = self._places.setdefault(key, {}).setdefault(table, [])
            if at not in places[-1:]:
                places.append(at)

    def _elsewhere(self, key: Hashable, table: int | None) -> Iterator[int]:
        for own, places in self._places.get(key, {}).items():
            if own is None or own != table:
                yield from places


def _keys(fact: Fact) -> Iterator[Hashable]:
    """What two facts that say the same share at least one of."""
    if isinstance(fact, ObservationFact):
        number = fact.value.number if fact.value else None
        yield ObservationFact, fact.patient, _name(fact), fact.value if number is None else number
    elif isinstance(fact, MedicationFact):
        yield MedicationFact, fact.patient, _drug(fact.name)
    elif isinstance(fact, ConditionFact):
        for word in plain(fact.name).split() or [""]:
            yield ConditionFact, fact.patient, word
    elif isinstance(fact, AllergyFact):
        yield AllergyFact, fact.patient, plain(fact.substance)
        if fact.denied:
            yield AllergyFact, fact.patient, None
    elif isinstance(fact, ImmunizationFact):
        yield ImmunizationFact, fact.patient, plain(fact.vaccine)
    elif isinstance(fact, ProcedureFact):
        for word in plain(fact.name).split() or [""]:
            yield ProcedureFact, fact.patient, word
    else:
        yield type(fact).__name__


def _consistent(facts: Sequence[Fact]) -> list[Fact]:
    """A denial of all allergies beside a named one of the same patient: the named one stands."""
    named = {f.patient for f in facts if isinstance(f, AllergyFact) and not f.denied}
    return [f for f in facts if not (isinstance(f, AllergyFact) and f.patient in named and _denies_all(f))]


def _stopped_later(facts: Sequence[Fact]) -> list[Fact]:
    """``Meds: simvastatin 20 mg`` and below ``STOP simvastatin`` are one medicine, which was stopped.

    What was held for a while, and what a list below the stop still names, goes on."""
    stops = [f for f in facts if isinstance(f, MedicationFact) and _is_stop(f)]
    return [
        replace(fact, status=MedicationStatus.STOPPED)
        if isinstance(fact, MedicationFact) and any(_stops(stop, fact) for stop in stops)
        else fact
        for fact in facts
    ]


def _is_stop(fact: MedicationFact) -> bool:
    said = fact.source.text if fact.source else ""
    return fact.status is MedicationStatus.STOPPED and fact.dose is None and re.search(
        r"\b(?:stop|discontinu|d/c|cease)", said, re.IGNORECASE) is not None


def _stops(stop: MedicationFact, fact: MedicationFact) -> bool:
    same = stop.patient == fact.patient and _drug(stop.name).split()[:1] == _drug(fact.name).split()[:1]
    return same and fact.dose is not None and fact.status is MedicationStatus.ACTIVE and _place(fact) < _place(stop)


def _place(fact: MedicationFact) -> tuple[int, float]:
    source = fact.source
    return (source.page, source.box.top if source.box else 0.0) if source else (0, 0.0)


def _denies_all(fact: AllergyFact) -> bool:
    """Not the refusal of one substance, which stands beside anything."""
    return fact.denied and not is_substance(fact.substance)


def _same(one: Fact, other: Fact) -> bool:
    if isinstance(one, ObservationFact) and isinstance(other, ObservationFact):
        return _same_observation(one, other)
    if isinstance(one, MedicationFact) and isinstance(other, MedicationFact):
        return _same_medication(one, other)
    if isinstance(one, ConditionFact) and isinstance(other, ConditionFact):
        return _same_condition(one, other)
    if isinstance(one, AllergyFact) and isinstance(other, AllergyFact):
        return one.patient == other.patient and (
            plain(one.substance) == plain(other.substance) or (_denies_all(one) and _denies_all(other))
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
        return _same_operation(one.name, other.name) and same_day and one.patient == other.patient
    if isinstance(one, EncounterFact) and isinstance(other, EncounterFact):
        return one == other
    return False


def _same_operation(one: str, other: str) -> bool:
    """Equal words, or the words of one among the other's where they tell no other side."""
    a, b = (set(plain(name).split()) for name in (one, other))
    return a <= b or b <= a


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
    of_isolate = fact.panel if fact.method and fact.panel else ""
    return (term.loinc if term else plain(fact.name), fact.specimen or of_isolate)


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


def _same_condition(one: ConditionFact, other: ConditionFact) -> bool:
    """Whether two facts name the same condition: equal words, or the words of one among the other's."""
    if one.patient != other.patient:
        return False
    if one.code_printed and other.code_printed and one.code_printed != other.code_printed:
        return False
    a, b = set(plain(one.name).split()), set(plain(other.name).split())
    return a <= b or b <= a
