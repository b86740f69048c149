"""The persons of a document while they are gathered, and when two names are one person's."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from operator import itemgetter

from include.fhir.extraction.forms.fitting import is_name
from include.fhir.extraction.forms.labels import meaning_of, plain
from include.fhir.facts import PatientFact, PractitionerFact

CREDENTIALS = (
    r"(?:M\.?D\.?|D\.?O\.?|Ph\.?D\.?|N\.?P\.?|P\.?A\.?(?:-C)?|R\.?N\.?|"
    r"L\.?P\.?N\.?|R\.?Ph\.?|FNP(?:-C)?|F\.?A\.?(?:A\.?P|C\.?[CSP]|A\.?[NO]|A\.?F\.?P)\.?|D\.?D\.?S\.?|DPM|PharmD|MBBS|FACP|APRN|CRNP|DNP|LCSW|"
    r"LMFT|LMHC|LPC|LICSW|MSW|Psy\.?D\.?|CNM|CRNA|Au\.?D\.?|D\.?P\.?T\.?|O\.?D\.?|R\.?D\.?N?|MSN|BSN|DC|OTR(?:/L)?|FASN|FRCPC?|FACEP|"
    r"FACOG|FAAN|FCCP|FACR|MPH|MBChB|MRCP|CCC-SLP)"
)
_TITLES = re.compile(
    rf"^(?:Dr|Mr|Mrs|Ms|Miss|Prof|Herr|Frau|Med)\b\.?\s*(?:med\.?\s*)?|,?\s*{CREDENTIALS}\s*$", re.IGNORECASE
)


_MISREAD = 0.8
"""Likeness of two words (difflib's ratio) from which they are one word, misread."""


@dataclass(slots=True)
class People:
    """Who the document is about and who wrote it; ``starts``, sorted, holds (line, patient) wherever a patient's part
    begins."""

    patients: list[PatientFact] = field(default_factory=list)
    starts: list[tuple[int, int]] = field(default_factory=list)
    practitioners: list[PractitionerFact] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    """``id`` of the pairs that became part of a person."""

    def patient_at(self, at: int) -> int:
        """Index of the patient whose part a line stands in."""
        begun = self._begun(at)
        return self.starts[begun - 1][1] if begun else 0

    def part_at(self, at: int) -> int | None:
        """As :meth:`patient_at`; None where no part has begun yet, or those of two begin on one line."""
        begun = self._begun(at)
        last = self.starts[begun - 1][0] if begun else at
        owners = {index for _, index in self.starts[bisect_left(self.starts, (last, 0)):begun]}
        return owners.pop() if len(owners) == 1 else None

    def add_patient(self, patient: PatientFact, at: int) -> int:
        """Keep another patient, whose part begins at a line; returns the index."""
        self.patients.append(patient)
        self.begin(at, len(self.patients) - 1)
        return len(self.patients) - 1

    def begin(self, at: int, index: int) -> None:
        """A patient's part begins at a line."""
        insort(self.starts, (at, index))

    def _begun(self, at: int) -> int:
        """How many of the parts begin at a line or before."""
        return bisect_right(self.starts, at, key=itemgetter(0))


NICKNAME = re.compile(r"\s*(?:\([^()]{2,20}\)|[\"“”‘][^\"“”’]{2,20}[\"“”’])\s+(?=[A-Z])")
"""What somebody is called, within the name (``Ada (Addie) L. Lane``)."""


_INITIAL = re.compile(r"(?P<first>[^\W\d_][\w'’-]+) (?P<middle>[A-Z])\.? (?P<last>[^\W\d_][\w'’-]+)")
"""An initial stands between what somebody is called and the family's name."""


def named(patient: PatientFact, name: str) -> PatientFact:
    """``Doe, John A`` tells family and given name apart, and so does ``John A. Doe``; ``John Doe`` does not. A nickname
    between them is no part."""
    name = without_label(NICKNAME.sub(" ", name))
    family, comma, given = name.partition(",")
    if initial := _INITIAL.fullmatch(name):
        return replace(patient, name=name, family=initial["last"], given=(initial["first"], initial["middle"]))
    if not comma or not is_name(given.strip() or "-"):
        return replace(patient, name=name)
    return replace(patient, name=name, family=family.strip(), given=tuple(given.split()))


def same_person(one: str, other: str) -> bool:
    """The same words, or the words of one among the other's, or a letter misread."""
    a, b = _words(one), _words(other)
    if not a or not b:
        return False
    if a <= b or b <= a:
        return True
    few, many = sorted((a - b, b - a), key=len)
    return bool(a & b) and all(any(_alike(word, other_word) for other_word in many) for word in few)


def _words(name: str) -> set[str]:
    """The words of a name; a double name is one word, for members of a family share it."""
    return set(plain(re.sub(r"(?<=\w)[-‐]\s?(?=\w)", "", _TITLES.sub("", name))).split())


def _alike(one: str, other: str) -> bool:
    """An initial and its word, or a letter or two misread."""
    if one[0] == other[0] and 1 in (len(one), len(other)):
        return True
    return len(one) > 3 and SequenceMatcher(None, one, other).ratio() >= _MISREAD


def without_label(name: str) -> str:
    """A name without the label of the next column, of two or three words, that was read with it (``... NHS No``)."""
    words = name.split()
    for count in (3, 2):
        if len(words) > count + 1 and meaning_of(" ".join(words[-count:])) is not None:
            return " ".join(words[:-count])
    return name


def _one_degree(name: str) -> str:
    """A name up to its first degree: what follows (``Jane Roe, MD, FACS``, ``Roe, MD, Pathologist``) is no name."""
    cut = re.match(rf"(?P<name>[^,]+(?:,[^,]+)?,\s*{CREDENTIALS})(?:\s*,.*|\.)$", name.strip())
    return cut["name"] if cut else name


def add_practitioner(people: People, fact: PractitionerFact) -> None:
    """Keep a practitioner once; the last one met stands last, so that an id that follows is theirs."""
    fact = replace(fact, name=_one_degree(fact.name))
    if len(plain(fact.name)) < 4:
        return
    for index, known in enumerate(people.practitioners):
        if same_person(known.name, fact.name):
            better = fact.name if len(_TITLES.sub("", fact.name)) > len(_TITLES.sub("", known.name)) else known.name
            people.practitioners[index] = replace(known, name=better, role=known.role or fact.role)
            people.practitioners.append(people.practitioners.pop(index))
            return
    people.practitioners.append(fact)
