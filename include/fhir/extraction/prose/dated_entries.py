"""Lists whose lines begin with their date: ``2019-03-04 : Influenza``, ``2016-08-19 - 2016-09-09 : Sinusitis``.

Exports of records print every list so: the day or the span, perhaps a state in brackets, a colon or a bar, the entry.
The date belongs to the entry, and is no part of its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from include.fhir.extraction.collector import Collector, Context, Fact
from include.fhir.extraction.dates import find_dates
from include.fhir.extraction.lexicon import NOT_SAID, names_illness
from include.fhir.extraction.page.sections import Kind, Piece, Section
from include.fhir.extraction.prose.lab_lines import lab_line
from include.fhir.extraction.statements.allergies import listed_allergies
from include.fhir.extraction.statements.conditions import listed_conditions
from include.fhir.extraction.statements.immunizations import listed_immunizations
from include.fhir.extraction.statements.medications import listed_medications
from include.fhir.extraction.statements.observations import observe
from include.fhir.extraction.statements.procedures import listed_procedures
from include.fhir.extraction.statements.values import is_unit
from include.fhir.facts import (
    AllergyFact,
    ConditionFact,
    ImmunizationFact,
    MedicationFact,
    MedicationStatus,
    ObservationFact,
    PrintedDate,
    ProcedureFact,
    Source,
)

_FEWEST = 2
"""Lines of one section that begin with a date make a list of it."""
_BEHIND = re.compile(
    r"\s*(?:(?P<open>[-–—]|to|until|bis)\s*)?(?:[\[(](?P<state>[A-Za-z][A-Za-z -]{2,18})[\])]\s*)?[:|]\s+(?P<body>\S.*)"
)
"""What parts the date, or the last of two, from the entry."""
_STOPPED = re.compile(r"stopped|discontinued|inactive|on hold|held|ceased|abgesetzt", re.IGNORECASE)
_ENDED = re.compile(r"completed|finished|ended|expired", re.IGNORECASE)
_UNDONE = re.compile(r"cancel|not[- ]done|declined|refused|entered[- ]in[- ]error|planned|scheduled|pending|due|"
                     r"overdue", re.IGNORECASE)
_KIND_BEHIND = re.compile(
    r"\s*\((?P<kind>disorder|finding|situation|procedure|regime/therapy|event|substance|product|"
    r"morphologic abnormality|observable entity)\)", re.IGNORECASE
)
"""The kind that ends a fully specified name of SNOMED CT."""
_PROPERTY = re.compile(r"\s*\[(?:[A-Z][A-Za-z]+(?:[ /]+[A-Za-z#]+)*)\](?:\s+-\s+[A-Z][a-z]+(?=\s))?")
"""The property within a long common name of LOINC, and the method behind it (``[Score] - Reported``)."""
_MEASURED = re.compile(r"(?P<name>[A-Z].*?[A-Za-z)\]])\s+(?P<value>[<>]?-?\d+(?:\.\d+)?)\s+(?P<unit>\S+)")
_ANNOTATION = re.compile(r"\{[A-Za-z_]+\}")
"""A unit of UCUM that only says what is counted."""
_DESCRIBES = re.compile(
    r"(?:seasonal|injectable|preservative[- ]free|adsorbed|mrna|spike protein|lnp|quadrivalent|trivalent|"
    r"high[- ]dose|adult|pediatric|adolescent|live|recombinant|conjugated?|polyvalent|unspecified formulation|"
    r"\d+ (?:lf|mcg|valent)\b.*|intranasal|oral|subcutaneous|intramuscular|\w+ toxoids?|bivalent|adjuvanted|"
    r"cell culture based)(?:\s+(?:or|and)\s+\w+)?(?:\s+(?:free|dose))?", re.IGNORECASE)
"""Parts of the name of a vaccine behind a comma, as the CVX table prints them."""


@dataclass(frozen=True, slots=True)
class _Entry:
    start: PrintedDate | None
    end: PrintedDate | None
    state: str
    body: str


def dated_entries(
    pieces: Sequence[Piece], section: Section, context_at: dict[int, Context], collector: Collector, used: set[int]
) -> list[Piece]:
    """Take out the entries of a list whose lines begin with their date.

    :param used: numbers of lines that stated something; those taken out are added.
    :returns: the pieces that are left: all of them where the section is no such list.
    """
    if section.kind not in _READ:
        return list(pieces)
    found = {
        piece.printed.at: entry for piece in pieces if (entry := _entry(piece.text, context_at[piece.printed.at]))
    }
    if len(found) < _FEWEST:
        return list(pieces)
    left: list[Piece] = []
    for piece in pieces:
        entry = found.get(piece.printed.at)
        if entry is None:
            left.append(piece)
            continue
        context = replace(context_at[piece.printed.at], section=section.kind, heading=section.heading)
        used.add(piece.printed.at)
        if not _UNDONE.search(entry.state):
            collector.add(list(_READ[section.kind](entry, piece.printed.source, context)))
    return left


def _entry(text: str, context: Context) -> _Entry | None:
    """The entry of a line that begins with one date, or with two and a dash between them."""
    rest = re.sub(r"^\s*[•*▪-]?\s*", "", text)
    days: list[str] = []
    for day in find_dates(rest)[:2]:
        lead = rest.partition(day)[0]
        if re.fullmatch(r"\s*(?:[-–—]|to|until|bis)?\s*" if days else "", lead):
            days.append(day)
            rest = rest[len(lead) + len(day) :]
        else:
            break
    behind = _BEHIND.fullmatch(rest.rstrip()) if days else None
    if behind is None or (len(days) > 1 and behind["open"]):
        return None
    end = context.date(days[1]) if len(days) > 1 else None
    return _Entry(context.date(days[0]), end, behind["state"] or "", behind["body"])


def _medications(entry: _Entry, source: Source, context: Context) -> Iterator[MedicationFact]:
    for fact in listed_medications(_KIND_BEHIND.sub("", entry.body), source, context):
        status = fact.status
        if _STOPPED.search(entry.state):
            status = MedicationStatus.STOPPED
        elif _ENDED.search(entry.state) or entry.end:
            status = MedicationStatus.COMPLETED
        yield replace(fact, start=entry.start, end=entry.end, status=status)


def _conditions(entry: _Entry, source: Source, context: Context) -> Iterator[ConditionFact]:
    found = _KIND_BEHIND.search(entry.body)
    for fact in listed_conditions(_KIND_BEHIND.sub("", entry.body), source, context):
        if found and found["kind"].lower() in ("finding", "situation") and not names_illness(fact.name):
            continue  # employment and schooling are findings too
        over = entry.end or re.search(r"resolved|inactive|remission", entry.state, re.IGNORECASE)
        yield replace(fact, onset=entry.start, clinical_status="resolved" if over else fact.clinical_status)


def _allergies(entry: _Entry, source: Source, context: Context) -> Iterator[AllergyFact]:
    if entry.end is None:
        yield from listed_allergies(_KIND_BEHIND.sub("", entry.body), source, context)


def _immunizations(entry: _Entry, source: Source, context: Context) -> Iterator[ImmunizationFact]:
    first, *more = entry.body.split(", ")
    if more and all(_DESCRIBES.fullmatch(part.strip()) for part in more) and not NOT_SAID.search(entry.body):
        named = takewhile(lambda part: not part[0].isdigit(), more)
        yield ImmunizationFact(", ".join([first, *named]), entry.start, patient=context.patient, source=source)
        return
    day = entry.start.printed if entry.start else ""
    for fact in listed_immunizations(f"{entry.body} {day}", source, context):
        yield replace(fact, date=entry.start)


def _procedures(entry: _Entry, source: Source, context: Context) -> Iterator[ProcedureFact]:
    named = _KIND_BEHIND.search(entry.body)
    body = entry.body[: named.start()] if named else entry.body
    for fact in listed_procedures(body, source, context):
        yield replace(fact, date=entry.start)


def _observations(entry: _Entry, source: Source, context: Context) -> Iterator[ObservationFact]:
    here = replace(context, effective=entry.start)
    body = _PROPERTY.sub("", entry.body)
    measured = _MEASURED.fullmatch(body)
    unit = measured["unit"] if measured else ""
    if measured is None or not (is_unit(unit) or _ANNOTATION.fullmatch(unit)):
        yield from lab_line(body, source, here)
        return
    printed = None if _ANNOTATION.fullmatch(unit) else unit
    yield from observe(measured["name"], measured["value"], here, source, unit=printed)


_READ: dict[Kind, Callable[[_Entry, Source, Context], Iterator[Fact]]] = {
    Kind.MEDICATIONS: _medications,
    Kind.STOPPED: _medications,
    Kind.CONDITIONS: _conditions,
    Kind.RESOLVED: _conditions,
    Kind.ALLERGIES: _allergies,
    Kind.IMMUNIZATIONS: _immunizations,
    Kind.PROCEDURES: _procedures,
    Kind.LABS: _observations,
    Kind.VITALS: _observations,
}
