"""What a person puts right in the facts of a document. Pure.

An amendment names its fact by group, index and fingerprint: the digest of the fact as the software read it, with its
place on the page. So one that was made on another reading is recognised, and not applied.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from include.fhir.facts import CLINICAL_GROUPS, DocumentFacts, PatientFact, Source
from include.review.entries import FIELDS, EntryError, put

GROUPS = ("patients", *CLINICAL_GROUPS, "practitioners", "encounters")
"""The groups of facts that a person sees and may amend."""

_FINGERPRINT_DIGITS = 16


class Action(StrEnum):
    """``change`` without entries says that the fact is right as it is read; ``add`` is for the patient of a document
    that names none."""

    CHANGE = "change"
    REMOVE = "remove"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class Amendment:
    """One fact put right. ``entries`` are field names with the text entered, patient data.

    :param index: place in the group, from 0; with ``add`` neither index nor fingerprint means anything.
    """

    action: Action
    group: str
    index: int = -1
    fingerprint: str = ""
    entries: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Amended:
    """The facts with the amendments that fit them; ``stale`` are those that do not."""

    facts: DocumentFacts
    stale: tuple[Amendment, ...]


def change(group: str, index: int, fingerprint: str, entries: Mapping[str, str]) -> Amendment:
    """A fact whose fields a person entered anew."""
    return Amendment(Action.CHANGE, group, index, fingerprint, tuple(sorted(entries.items())))


def remove(group: str, index: int, fingerprint: str) -> Amendment:
    """A fact that the document does not state."""
    return Amendment(Action.REMOVE, group, index, fingerprint)


def add_patient(entries: Mapping[str, str]) -> Amendment:
    """The patient of a document of which the software can tell none."""
    return Amendment(Action.ADD, "patients", entries=tuple(sorted(entries.items())))


def as_values(amendment: Amendment) -> dict[str, Any]:
    """As JSON holds it."""
    place = {} if amendment.action is Action.ADD else {"index": amendment.index, "fingerprint": amendment.fingerprint}
    return {"action": amendment.action.value, "group": amendment.group, **place, "entries": dict(amendment.entries)}


def from_values(values: Mapping[str, Any]) -> Amendment:
    """Read :func:`as_values` back, or what a page sends.

    :raises EntryError: it is no amendment.
    """
    try:
        action, group = Action(values["action"]), str(values["group"])
        entries = {str(name): str(text) for name, text in dict(values.get("entries") or {}).items()}
        if action is Action.ADD:
            made = Amendment(action, group, entries=tuple(sorted(entries.items())))
        else:
            made = replace(change(group, int(values["index"]), str(values["fingerprint"]), entries), action=action)
    except (KeyError, TypeError, ValueError):
        raise EntryError("", "is addressed in no known way") from None
    if group not in GROUPS or (action is Action.ADD and group != "patients"):
        raise EntryError("", "is of no group that can be amended", group)
    if action is Action.REMOVE and entries:
        raise EntryError("", "cannot be removed and changed at once", group, made.index)
    return made


def fingerprint(fact: Any) -> str:
    """Digest of a fact with its source. Fields at their default do not count, so that a new one changes nothing."""
    said = json.dumps(_said(fact), sort_keys=True)
    return hashlib.sha256(f"{type(fact).__name__}{said}".encode()).hexdigest()[:_FINGERPRINT_DIGITS]


def amended(facts: DocumentFacts, amendments: Sequence[Amendment]) -> Amended:
    """The facts as a person has put them right. An amended fact is certain, stays where it stands on the page, and
    keeps the printed words as evidence.

    :raises EntryError: an entry of an amendment that fits cannot be read.
    """
    return _Amending(facts).apply(amendments)


class _Amending:
    """The facts by group, None in the place of a removed one, so that the others keep their index."""

    def __init__(self, facts: DocumentFacts) -> None:
        self._facts = facts
        self._prints = {group: [fingerprint(fact) for fact in getattr(facts, group)] for group in GROUPS}
        self._groups: dict[str, list[Any]] = {group: list(getattr(facts, group)) for group in GROUPS}
        self._touched: set[tuple[str, int]] = set()

    def apply(self, amendments: Sequence[Amendment]) -> Amended:
        # A patient is added once those that are none are removed.
        in_order = sorted(amendments, key=lambda amendment: amendment.action is Action.ADD)
        stale = tuple(amendment for amendment in in_order if not self._fits(amendment))
        self._check_owners()
        owners = self._places_of_patients()
        groups: dict[str, Any] = {
            group: tuple(fact for fact in found if fact is not None) for group, found in self._groups.items()}
        for group in CLINICAL_GROUPS:
            groups[group] = tuple(replace(fact, patient=owners.get(fact.patient, fact.patient))
                                  for fact in groups[group])
        return Amended(replace(self._facts, **groups), stale)

    def _fits(self, amendment: Amendment) -> bool:
        """Apply one amendment; False where it was made on another reading."""
        if amendment.action is Action.ADD:
            return self._add(amendment)
        index = self._find(amendment)
        if index is None:
            return False
        if (amendment.group, index) in self._touched:
            raise EntryError("", "is amended twice", amendment.group, index)
        self._touched.add((amendment.group, index))
        group = self._groups[amendment.group]
        group[index] = None if amendment.action is Action.REMOVE else _changed(group[index], amendment, index)
        return True

    def _add(self, amendment: Amendment) -> bool:
        patients = self._groups["patients"]
        if any(patient is not None for patient in patients):
            return False
        patients.append(_changed(PatientFact(name=None), amendment, len(patients)))
        return True

    def _find(self, amendment: Amendment) -> int | None:
        prints = self._prints[amendment.group]
        places = [index for index, found in enumerate(prints) if found == amendment.fingerprint]
        if amendment.index in places:
            return amendment.index
        return places[0] if len(places) == 1 else None

    def _check_owners(self) -> None:
        """Whoever was changed to belong to a patient belongs to one that there is."""
        for group in CLINICAL_GROUPS:
            for index, fact in enumerate(self._groups[group]):
                if fact is not None and (group, index) in self._touched and self._is_nobodys(fact):
                    raise EntryError("patient", "is the number of no patient", group, index)

    def _is_nobodys(self, fact: Any) -> bool:
        patients = self._groups["patients"]
        return any(patients) and not (0 <= fact.patient < len(patients))

    def _places_of_patients(self) -> dict[int, int]:
        """Old index to new. What a removed patient was said to have is the only other one's.

        :raises EntryError: there are several others.
        """
        patients = self._groups["patients"]
        left = [index for index, patient in enumerate(patients) if patient is not None]
        places = {old: new for new, old in enumerate(left)}
        for removed in set(range(len(patients))) - set(left):
            if len(left) <= 1:
                places[removed] = 0
            elif any(fact is not None and fact.patient == removed for g in CLINICAL_GROUPS for fact in self._groups[g]):
                raise EntryError("", "cannot be removed: facts are said of them", "patients", removed)
        return places


def _changed(fact: Any, amendment: Amendment, index: int) -> Any:
    try:
        entered = put(fact, FIELDS[amendment.group], dict(amendment.entries))
    except EntryError as error:
        raise EntryError(error.field, error.problem, amendment.group, index) from None
    source = entered.source or Source(page=0, text="")
    return replace(entered, source=replace(source, confidence=100.0, verified=True))


def _said(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        parts = ((part, getattr(value, part.name)) for part in fields(value))
        return {part.name: _said(said) for part, said in parts if part.default is MISSING or said != part.default}
    if isinstance(value, tuple | list):
        return [_said(part) for part in value]
    if isinstance(value, float):
        return round(value, 3)
    return str(value) if isinstance(value, Decimal) else value


def without(amendments: Iterable[Amendment], stale: Iterable[Amendment]) -> tuple[Amendment, ...]:
    """The amendments that still fit."""
    gone = set(stale)
    return tuple(amendment for amendment in amendments if amendment not in gone)
