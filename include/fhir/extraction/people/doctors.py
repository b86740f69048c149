"""Doctors whom the text names without a label: by their title, their degree, or the claim form's ``LAST .. FIRST``.

A surname behind ``Dr.`` is enough to say who treated somebody; a name without title, degree or label says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from include.fhir.extraction.forms.fitting import is_name
from include.fhir.extraction.forms.labels import meaning_of, plain
from include.fhir.extraction.page.reading import PrintedLine
from include.fhir.extraction.people.people import CREDENTIALS, People, add_practitioner, same_person
from include.fhir.facts import PractitionerFact

_WORD = r"(?:[A-Z][\w'’]+(?:-[A-Z][\w'’]+)?)"
_PARTICLE = r"(?:(?:van|von|de|del|der|den|di|da|la|le|el|al|bin)\s+)"
_TITLED = re.compile(
    rf"(?<![\w.])(?:Prof\.?\s+)?(?:Dr|Prof)\b\.?\s*(?:(?:med|rer|nat|dent|univ|habil|phil)\b\.?\s*)*"
    rf"(?P<name>(?:[A-Z]\.?\s+){{0,2}}{_PARTICLE}{{0,2}}{_WORD}(?:\s+(?:[A-Z]\.\s+)?{_PARTICLE}{{0,2}}{_WORD}){{0,2}})"
)
_WITH_DEGREE = re.compile(
    rf"(?<![\w.])(?P<name>(?:{_WORD}|[A-Z]\.)(?:\s+[A-Z]\.?)?(?:\s+{_PARTICLE}{{0,2}}{_WORD}){{1,2}}),?\s+"
    rf"(?P<degree>{CREDENTIALS})(?![\w])(?!\s+\d{{5}})"
)
_UNSURE_DEGREES = frozenset(("PA", "DC", "RD", "OD"))
"""A degree that is a state too; it needs the comma that parts a degree from its name."""
_SAYS_WHOSE = frozenset((
    "signed", "dear", "by", "from", "to", "cc", "seen", "primary", "performer", "with", "assisted", "reviewed",
    "dn", "dk", "dq"))
_BEGUN = re.compile(rf"(?:\bDr\.?|:|\bby|\bwith|\band)\s+(?:{_WORD}|[A-Z]\.)(?:\s+[A-Z]\.)?$")
_STREET = re.compile(r"(?<![\d/.-])\d+\w?\s+(?:[A-Za-z.'’-]+\s+){1,3}$|\b(?:Healthcare|Medical|Hospital|Clinic|"
                     r"Park|Professional)\s+$")
_CLAIMED = re.compile(rf"\bLAST\s+(?P<last>{_WORD})\s+FIRST\s+(?P<first>{_WORD})")


def add_named_doctors(people: People, lines: Sequence[PrintedLine]) -> None:
    """Add the doctors whom the lines name; a patient who is one stays a patient."""
    for line, below in zip_longest(lines, lines[1:]):
        for name in _names(_with_rest_of_name(line, below)):
            if not any(patient.name and same_person(patient.name, name) for patient in people.patients):
                add_practitioner(people, PractitionerFact(name, source=line.source))


def _with_rest_of_name(line: PrintedLine, below: PrintedLine | None) -> str:
    """A line, with what ends a name that it began: ``Dr. Jane`` goes on with the surname that begins the next line,
    before a comma or full stop, and ``Therapist: Jane`` with a surname and its degree."""
    if below is None or below.page != line.page:
        return line.text
    if re.search(rf"(?:\bDr\.?|:|\bby|\bwith|\band)\s+(?:{_WORD}\s+)+[A-Z][\w'’]+-$", line.text):
        rest_of_word = re.match(rf"[A-Z][\w'’]+(?=[\s,.]|$)(?:,?\s+{CREDENTIALS}(?!\w))?", below.text)
        return f"{line.text}{rest_of_word[0]}" if rest_of_word else line.text
    begun = re.search(rf"\b(?:Dr|Prof)\.?\s+{_WORD}$", line.text)
    rest = re.match(rf"{_WORD}(?=[,.]|$)", below.text) if begun else None
    if rest is None and _BEGUN.search(line.text):
        rest = re.match(rf"{_WORD},?\s+{CREDENTIALS}(?!\w)", below.text)
    return f"{line.text} {rest[0]}" if rest else line.text


def _names(text: str) -> Iterator[str]:
    for match in _TITLED.finditer(text):
        name = re.sub(r"['’]s?$", "", _up_to_label(match["name"]))
        if not _STREET.search(text[: match.start()]) and is_name(name):
            yield name
    for match in _WITH_DEGREE.finditer(text):
        name = _behind_label(match["name"])
        sure = match["degree"].strip(".") not in _UNSURE_DEGREES or f"{name}," in text
        if sure and len(name.split()) > 1 and is_name(name) and not re.search(r"\d\s+$", text[: match.start()]):
            yield name
    for match in _CLAIMED.finditer(text):
        yield f"{match['last']}, {match['first']}"


def _behind_label(name: str) -> str:
    """The words of a name behind those that say whose it is (``Author Jane Roe``, ``Signed Jane Roe``)."""
    words = name.split()
    while len(words) > 2 and (meaning_of(words[0]) or not is_name(words[0]) or plain(words[0]) in _SAYS_WHOSE):
        words = words[1:]
    return " ".join(words)


def _up_to_label(name: str) -> str:
    """The words of a name before one that a form or a letterhead prints (``Ashworth Consultant``)."""
    words = name.split()
    for count in range(len(words), 1, -1):
        if is_name(" ".join(words[:count])) and is_name(words[count - 1]):
            return " ".join(words[:count])
    return words[0] if words else name
