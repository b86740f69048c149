"""The fields of a fact that a person may enter anew, and how an entry is read: as the same words on a page would be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from include.fhir.extraction.dates import DateReader, find_dates
from include.fhir.extraction.forms.fitting import gender_in
from include.fhir.extraction.people.patients import identifier_in
from include.fhir.extraction.people.people import named
from include.fhir.extraction.statements.values import is_unit, is_word_result, read_result
from include.fhir.facts import IdentifierKind, MedicationStatus, PrintedDate, PrintedIdentifier
from include.fhir.terminology.units import ucum

LONGEST_ENTRY = 300
"""Characters."""

_MONTH = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")
_CLINICAL_STATUSES = ("active", "inactive", "resolved")
_TITER_OR_GRADE = re.compile(r"[<>]?\s*1:\d+|[1-4]\s?\+|\d{2,3}\s*/\s*\d{2,3}")


class EntryError(ValueError):
    """An entry cannot be taken; the message quotes no value.

    :param field: the field's name, empty where the whole fact is meant.
    :param problem: the end of a sentence that begins with the field.
    """

    def __init__(self, field: str, problem: str, group: str = "", index: int | None = None) -> None:
        self.field, self.problem, self.group, self.index = field, problem, group, index
        super().__init__(f"{field or 'the fact'} {problem}")


Fact = Any
"""A fact of :mod:`include.fhir.facts`; each group has a class of its own."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a fact: how it is shown, and the fact with an entry put into it.

    ``put`` gets the entry without needless blanks; an empty one takes the value away.
    """

    name: str
    show: Callable[[Fact], str]
    put: Callable[[Fact, str], Fact]
    choices: tuple[str, ...] = ()


def put(fact: Fact, fields: Sequence[Field], entries: Mapping[str, str]) -> Fact:
    """The fact with the entries, in the order of its fields.

    :raises EntryError: the first entry that cannot be taken, or is of no field of the fact.
    """
    if unknown := sorted(set(entries) - {field.name for field in fields}):
        raise EntryError(unknown[0], "is no field that can be changed")
    for field in fields:
        if field.name in entries:
            entry = " ".join(str(entries[field.name]).split())
            if len(entry) > LONGEST_ENTRY or not entry.isprintable():
                raise EntryError(field.name, "is too long or no text")
            fact = field.put(fact, entry)
    return fact


def _text(name: str, *, required: bool = False) -> Field:
    def put_text(fact: Fact, entry: str) -> Fact:
        if required and not re.search(r"\w", entry):
            raise EntryError(name, "must not be empty")
        return replace(fact, **{name: entry or None})

    return Field(name, lambda fact: getattr(fact, name) or "", put_text)


def _name(name: str = "name") -> Field:
    """What a fact is about: a code that was inferred from the old name goes with it."""
    plain = _text(name, required=True)

    def put_name(fact: Fact, entry: str) -> Fact:
        changed = plain.put(fact, entry)
        if entry == getattr(fact, name) or not hasattr(fact, "inferred_codes"):
            return changed
        source = replace(fact.source, code_confidence=None) if fact.source else None
        return replace(changed, inferred_codes=(), source=source)

    return Field(name, plain.show, put_name)


def _code(name: str, form: str) -> Field:
    def put_code(fact: Fact, entry: str) -> Fact:
        if entry and not re.fullmatch(form, entry):
            raise EntryError(name, "does not have the form of such a code")
        return replace(fact, **{name: entry or None})

    return Field(name, lambda fact: getattr(fact, name) or "", put_code)


def _choice(name: str, choices: tuple[str, ...], kind: Callable[[str], Any] = str, *, optional: bool = False) -> Field:
    def put_choice(fact: Fact, entry: str) -> Fact:
        if entry not in choices and not (optional and not entry):
            raise EntryError(name, f"is one of {', '.join(choices)}")
        return replace(fact, **{name: kind(entry) if entry else None})

    return Field(name, lambda fact: str(getattr(fact, name) or ""), put_choice, choices)


def _date(name: str, *, birth: bool = False) -> Field:
    def put_date(fact: Fact, entry: str) -> Fact:
        return replace(fact, **{name: read_date(name, entry, birth=birth) if entry else None})

    def show(fact: Fact) -> str:
        date: PrintedDate | None = getattr(fact, name)
        return date.printed if date else ""

    return Field(name, show, put_date)


def read_date(name: str, entry: str, *, birth: bool = False) -> PrintedDate:
    """A date that can be read in one way only, whatever document it is of: so it means the same for ever.

    :raises EntryError: it is none, is ambiguous (``03/04/2021``), or the calendar has no such day.
    """
    if _MONTH.fullmatch(entry):
        return PrintedDate(entry, entry)
    if find_dates(entry) != [entry]:
        raise EntryError(name, "is no date: write YYYY-MM-DD")
    date = DateReader(()).read(entry, birth=birth)
    if date is None or date.ambiguous:
        raise EntryError(name, "can be read day first or month first: write YYYY-MM-DD")
    if date.value is None:
        raise EntryError(name, "is no day of the calendar")
    return replace(date, value=date.value[:10]) if birth else date


def _put_value(fact: Fact, entry: str) -> Fact:
    before = fact.value
    comma = before is not None and before.decimal_comma
    result = read_result(entry, before.unit if before else None, comma=comma)
    value = result.value
    if value is None:
        raise EntryError("value", "is no result")
    was_number = before is not None and before.number is not None
    if was_number and value.number is None and value.low is None and _is_miswritten(entry):
        raise EntryError("value", "is no number")
    known = before.unit if before else None
    if value.unit and value.unit != known and not is_unit(value.unit) and ucum(value.unit) is None:
        raise EntryError("value", "ends in no unit that is known: enter an unusual one as the unit")
    status = "final" if fact.status == "registered" else fact.status
    return replace(fact, value=replace(value, decimal_comma=comma), flag=result.flag or fact.flag, status=status)


def _is_miswritten(entry: str) -> bool:
    """Digits that make no number, nor anything else that laboratories report."""
    return bool(re.search(r"\d", entry)) and not is_word_result(entry) and not _TITER_OR_GRADE.fullmatch(entry)


def _put_unit(fact: Fact, entry: str) -> Fact:
    if fact.value is None:
        raise EntryError("unit", "needs a value")
    return replace(fact, value=replace(fact.value, unit=entry or None))


def _put_patient(fact: Fact, entry: str) -> Fact:
    """Whether there is such a patient is for the caller to know."""
    if not re.fullmatch(r"[1-9]\d{0,3}", entry):
        raise EntryError("patient", "is the number of a patient, from 1")
    return replace(fact, patient=int(entry) - 1)


def _put_patient_name(fact: Fact, entry: str) -> Fact:
    bare = replace(fact, name=None, family=None, given=())
    if not entry:
        return bare
    if not re.search(r"[^\W\d_]", entry):
        raise EntryError("name", "is no name")
    return named(bare, entry)


def _put_sex(fact: Fact, entry: str) -> Fact:
    found = entry if entry in ("other", "unknown") else gender_in(entry) if entry else None
    if entry and found is None:
        raise EntryError("gender", "is one of male, female, other, unknown")
    return replace(fact, gender=found)


def _record_number(fact: Fact) -> PrintedIdentifier | None:
    return next((i for i in fact.identifiers if i.kind is IdentifierKind.MEDICAL_RECORD), None)


def _show_record_number(fact: Fact) -> str:
    number = _record_number(fact)
    return number.value if number else ""


def _put_record_number(fact: Fact, entry: str) -> Fact:
    before = _record_number(fact)
    others = tuple(i for i in fact.identifiers if i is not before)
    if not entry:
        return replace(fact, identifiers=others)
    if identifier_in(entry, "mrn") != entry:
        raise EntryError("record_number", "is no record number")
    made = replace(before, value=entry) if before else PrintedIdentifier(entry, IdentifierKind.MEDICAL_RECORD)
    return replace(fact, identifiers=(made, *others))


_WHOSE = Field("patient", lambda fact: str(fact.patient + 1), _put_patient)

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "patients": (
        Field("name", lambda fact: fact.name or "", _put_patient_name),
        _date("birth_date", birth=True),
        Field("record_number", _show_record_number, _put_record_number),
        Field("gender", lambda fact: fact.gender or "", _put_sex, ("male", "female", "other", "unknown")),
        _text("phone"), _text("address")),
    "practitioners": (_text("name", required=True), _text("role"), _text("phone")),
    "encounters": (_date("start"), _date("end"), _text("reason"), _text("disposition"), _text("location")),
    "observations": (
        _name(),
        Field("value", lambda fact: fact.value.printed if fact.value else "", _put_value),
        Field("unit", lambda fact: (fact.value.unit if fact.value else None) or "", _put_unit),
        _text("reference_range"), _text("flag"), _date("effective"), _text("specimen"),
        _code("loinc_printed", r"\d{1,7}-\d"), _text("note"), _WHOSE),
    "medications": (
        _name(), _text("dose"), _text("route"), _text("frequency"), _text("duration"), _text("form"),
        _choice("status", tuple(MedicationStatus), MedicationStatus), _date("start"), _date("end"), _text("reason"),
        _code("rxnorm_printed", r"\d{1,8}"), _text("note"), _WHOSE),
    "conditions": (
        _name(), _date("onset"), _choice("clinical_status", _CLINICAL_STATUSES, optional=True),
        _code("code_printed", r"[A-TV-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?"), _text("note"), _WHOSE),
    "allergies": (_name("substance"), _text("reaction"), _text("severity"), _WHOSE),
    "immunizations": (
        _name("vaccine"), _date("date"), _text("lot"), _text("dose_number"), _text("manufacturer"), _text("site"),
        _text("performer"), _code("cvx_printed", r"\d{1,3}"), _WHOSE),
    "procedures": (
        _name(), _date("date"), _text("location"), _code("code_printed", r"[0-9A-Z]{5}|[0-9A-HJ-NP-Z]{7}"),
        _text("note"), _WHOSE),
}
"""The fields of each group of facts."""
