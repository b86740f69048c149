"""Invented patients, each with names, dates and numbers that occur nowhere else in the world."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_SYLLABLES = ("qua", "zil", "vex", "jor", "wyn", "xan", "kyb", "fju", "zho", "pyq", "vru", "gwe", "myx", "thu")
_ACCENTED = ("ø", "é", "ß", "ł", "ñ", "ü")
_SHORTEST = 6
"""Characters of a form that is searched for; shorter ones may stand in a digest by chance."""


class Kind(StrEnum):
    """What a canary is; file names may stand where a run by hand was given them, and nowhere else."""

    TEXT = "text"
    DATE = "date"
    FILE_NAME = "file name"


@dataclass(frozen=True, slots=True)
class Canary:
    """One thing that is searched for.

    ``whose`` says in words what it is; ``text`` is it as printed, a date in ISO 8601.
    """

    whose: str
    text: str
    kind: Kind = Kind.TEXT

    def forms(self) -> frozenset[str]:
        """How it may be written, case folded: as it is, without accents, without punctuation, as dates are written."""
        written = _dates(date.fromisoformat(self.text)) if self.kind is Kind.DATE else {self.text}
        found = {form.casefold() for text in written for form in (text, _plain(text))}
        found |= {_squeezed(form) for form in found if self.kind is not Kind.DATE}
        return frozenset(form for form in found if len(form) >= _SHORTEST)


@dataclass(frozen=True, slots=True)
class Patient:
    """Whose document it is; ``value`` is a laboratory result."""

    given: str
    family: str
    born: date
    record_number: str
    phone: str
    street: str
    value: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    def canaries(self, of: str) -> list[Canary]:
        """Names word by word, so that their order does not matter."""
        return [
            Canary(f"{of}: given name", self.given), Canary(f"{of}: family name", self.family),
            Canary(f"{of}: birth date", self.born.isoformat(), Kind.DATE),
            Canary(f"{of}: record number", self.record_number), Canary(f"{of}: phone", self.phone),
            Canary(f"{of}: street", self.street), Canary(f"{of}: laboratory value", self.value)]


def patient(seed: str) -> Patient:
    """The same seed gives the same patient."""
    drawn = random.Random(seed)
    return Patient(
        given=word(drawn).capitalize(), family=word(drawn, accented=True).capitalize(),
        born=date(drawn.randint(1921, 1989), drawn.randint(1, 12), drawn.randint(13, 28)),
        record_number=f"{drawn.randint(10**9, 10**10 - 1)}",
        phone=f"({drawn.randint(200, 999)}) 555-{drawn.randint(1000, 9999)}-{drawn.randint(100, 999)}",
        street=f"{drawn.randint(11, 99)} {word(drawn).capitalize()} Lane",
        value=f"{drawn.randint(90, 140)}.{drawn.randint(100000, 999999)}")


def word(drawn: random.Random, accented: bool = False) -> str:
    """Four syllables; an accented one has a letter that is not ASCII in their middle."""
    syllables = [drawn.choice(_SYLLABLES) for _ in range(4)]
    return "".join([*syllables[:2], drawn.choice(_ACCENTED) if accented else "", *syllables[2:]])


def _dates(day: date) -> set[str]:
    """Years alone are nobody's, and a bare row of digits is found with digits around it as well."""
    months = (day.strftime("%B"), day.strftime("%b"))
    numbers = {day.strftime(form) for form in (
        "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m-%d-%Y", "%d-%m-%Y")}
    words = {text for month in months for text in (
        f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}", f"{day.day}-{month}-{day.year}")}
    return numbers | words


def _plain(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
