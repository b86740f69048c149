"""The sex that running text states of a patient: by the title before the name, by a noun, by the pronoun."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.page.reading import PrintedLine
from include.fhir.extraction.people.people import People

_TITLES = {"mr": "male", "mister": "male", "mrs": "female", "ms": "female", "miss": "female"}
_TITLED = re.compile(r"\b(?P<title>Mr|Mrs|Ms|Miss|Mister)\b\.?\s+(?P<name>[A-Z][\w'’-]+(?:\s+[A-Z][\w'’.-]*){0,3})")
_NOUN = re.compile(
    r"\b(?:\d{1,3}[- ]?(?:y/?o|yo|y\.o\.|years?[- ]old|months?[- ]old|weeks?[- ]old|days?[- ]old)\b,?|"
    r"(?:this|a|an)\s+(?:very\s+)?(?:pleasant|delightful|lovely|nice|elderly|young|middle-aged|kind))\s+"
    r"(?:[\w-]+,?\s+){0,5}?(?P<noun>gentleman|lady|woman|man|male|female|boy|girl)\b",
    re.IGNORECASE,
)
_AGE_SEX = re.compile(
    r"(?<![\w/])\d{1,3}\s?(?:y/?o|yo)?\s?(?P<letter>[MF])(?=\s+(?:w/|s/p|c/o|(?:with|who|here|presents?|presenting|for)\b))"
)
_NOUNS = {"gentleman": "male", "man": "male", "male": "male", "boy": "male", "lady": "female", "woman": "female",
          "female": "female", "girl": "female", "m": "male", "f": "female"}
_PRONOUN = re.compile(r"(?:^|[\n.!?]\s*)(?P<pronoun>He|She)\s+(?:is|was|has|had|denies|denied|reports?|states?|feels|"
                      r"takes|does|did|quit|smokes|drinks|underwent|continues|presents|presented|lives|works|will|"
                      r"weighed|weighs|returns|tolerated|describes|notes|came|remains|tells|gave|also|received)\b")
_FEWEST = 2
"""Sentences that begin with the same pronoun, and none with the other, from which it is the patient's."""


def add_told_sexes(people: People, lines: Sequence[PrintedLine]) -> None:
    """Complete patients whose sex no label prints: each from the text of their own part of the document."""
    text = [(line.at, line.text) for line in lines]
    for index, patient in enumerate(people.patients):
        if patient.gender:
            continue
        own = "\n".join(part for at, part in text if people.patient_at(at) == index)
        whole = own if len(people.patients) > 1 else "\n".join(part for _, part in text)
        sex = _by_title(whole, patient.name) or _by_noun(whole) or _by_pronoun(whole)
        if sex:
            people.patients[index] = replace(patient, gender=sex)


def _by_title(text: str, name: str | None) -> str | None:
    own = set(plain(name or "").split())
    found = {
        _TITLES[match["title"].lower()] for match in _TITLED.finditer(text)
        if any(len(word) > 1 and word in own for word in plain(match["name"]).split())
    }
    return found.pop() if len(found) == 1 else None


def _by_noun(text: str) -> str | None:
    match = _NOUN.search(text)
    letter = _AGE_SEX.search(text)
    said = match["noun"] if match else letter["letter"] if letter else None
    return _NOUNS[said.lower()] if said else None


def _by_pronoun(text: str) -> str | None:
    said = [match["pronoun"] for match in _PRONOUN.finditer(text)]
    if len(said) < _FEWEST or len(set(said)) != 1:
        return None
    return "male" if said[0] == "He" else "female"
