"""Patients, practitioners and encounters from labelled values and from the first sentences of a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from include.fhir.extraction.dates import DateReader
from include.fhir.extraction.forms.fitting import gender_in
from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.forms.pairs import Pair
from include.fhir.extraction.page.reading import PrintedLine
from include.fhir.extraction.page.sections import Kind
from include.fhir.extraction.people.introductions import complete
from include.fhir.extraction.people.people import NICKNAME, People, add_practitioner, named, same_person
from include.fhir.facts import IdentifierKind, PatientFact, PractitionerFact, PrintedIdentifier

_KINDS = {
    "mrn": IdentifierKind.MEDICAL_RECORD,
    "ssn": IdentifierKind.SOCIAL_SECURITY,
    "visit": IdentifierKind.VISIT,
    "patient_id": IdentifierKind.OTHER,
}
_OID = re.compile(r"(?<=\s)[0-2](?:\.\d+){4,}\b")
"""An object identifier behind a number: who gave it (HL7 v3 II: extension and root)."""
_OF_PATIENT = re.compile(
    r"\b(?:patient|child|student|chart|record|registry|registration|hospital|iis|mrn)", re.IGNORECASE
)
"""A label that says of a number that a clinic or register gave it to the patient: a relative has none on the page."""
_QUALIFIER = re.compile(r"^(?:DN|DK|DQ)\s+(?=\S+\s)")
"""Box 17 of a claim says so who is named: referring, ordering or supervising provider (nucc.org, version 02/12)."""
_RELATIVES_LINES = 2
"""Lines below a relative's name in which a date of birth or a number may be theirs."""
_TITLES = re.compile(
    r"^(?:(?:Dra?|Mr|Mrs|Ms|Miss|Herr|Frau|Prof|med|Dipl|Sra?|Srta|Don|Doña|Mme|Dott(?:ssa)?)\b\.?\s+)+(?=\S)")
_OTHERS = frozenset((Kind.CONTACT, Kind.INSURANCE, Kind.FAMILY, Kind.PROVIDER))
"""Sections whose names, dates and telephones are somebody else's."""


def people_of(
    pairs: Sequence[Pair], lines: Sequence[PrintedLine], kinds: dict[int, Kind], reader: DateReader
) -> People:
    """All persons of a document.

    :param kinds: section kind by line number.
    """
    people = People()
    current: int | None = None
    owner, relative = "patient", -_RELATIVES_LINES - 1
    headers, tops, page = _headers(pairs, reader), _first_lines(lines), 0
    for pair in pairs:
        header = headers.get(pair.source.page)
        if pair.source.page != page and people.patients and _is_another(people.patients[current or 0], header):
            current = _turned_to(people, pair, header, tops[pair.source.page])
        page = pair.source.page
        kind = kinds.get(pair.at, Kind.START)
        foreign = kind in _OTHERS and "patient" not in plain(pair.label)
        meaning = pair.meaning or ""
        if meaning.startswith("practitioner"):
            owner = _practitioner(people, pair, meaning)
        elif meaning == "relative":
            owner, relative = "other", pair.at
        elif _is_relatives(pair, relative, people, current):
            continue
        elif meaning == "organization" or foreign:
            owner = "other"
        elif meaning == "name":
            current, owner = _patient_named(people, pair, current, header), "patient"
            relative = -_RELATIVES_LINES - 1
        elif meaning in ("family", "given", "middle"):
            current = _name_part(people, pair, meaning, current)
            owner = "patient"
        else:
            current = _detail(people, pair, meaning, owner, current, reader)
    complete(people, lines, pairs, kinds, reader)
    _join_parts(people)
    return people


def _first_lines(lines: Sequence[PrintedLine]) -> dict[int, int]:
    tops: dict[int, int] = {}
    for line in lines:
        tops.setdefault(line.page, line.at)
    return tops


def _is_relatives(pair: Pair, relative: int, people: People, current: int | None) -> bool:
    """Whether a date of birth, sex or number is that of the mother, guarantor or contact named on its line, or right
    above where the patient's own is printed already."""
    if pair.meaning not in ("birth_date", "gender", "age_sex", *_KINDS) or pair.at < relative:
        return False
    if people.patients and (pair.meaning == "mrn" or _OF_PATIENT.search(pair.label)):
        return False
    known = bool(people.patients) and people.patients[current or 0].birth_date is not None
    return pair.at == relative or (known and pair.at - relative <= _RELATIVES_LINES)


@dataclass(frozen=True, slots=True)
class _Header:
    """What one page prints of its patient: the only date of birth on it, and the numbers of the person."""

    born: str | None
    numbers: frozenset[str]


def _headers(pairs: Sequence[Pair], reader: DateReader) -> dict[int, _Header]:
    """The header of each page; without a date of birth where the page prints several."""
    relatives = {pair.at for pair in pairs if pair.meaning == "relative"}
    births: dict[int, set[str]] = {}
    numbers: dict[int, set[str]] = {}
    for pair in pairs:
        if pair.meaning in ("mrn", "ssn", "patient_id"):
            numbers.setdefault(pair.source.page, set()).add(plain(pair.value))
        date = reader.read(pair.value, pair.at, birth=True) if pair.meaning == "birth_date" else None
        if date and date.value and pair.at not in relatives:
            births.setdefault(pair.source.page, set()).add(date.value)
    return {
        page: _Header(next(iter(found)) if len(found) == 1 else None, frozenset(numbers.get(page, ())))
        for page, found in births.items()
    }


def _is_another(patient: PatientFact, header: _Header | None) -> bool:
    """Whether a page that prints another date of birth is about somebody else: people share names, not numbers."""
    known = patient.birth_date.value if patient.birth_date else None
    if header is None or header.born is None or known is None or known == header.born:
        return False
    return not header.numbers & {plain(identifier.value) for identifier in patient.identifiers}


def _turned_to(people: People, pair: Pair, header: _Header | None, at: int) -> int:
    """The patient of a page with another date of birth than the page before; a new one where nobody has it yet."""
    for index, patient in enumerate(people.patients):
        if header and patient.birth_date and patient.birth_date.value == header.born:
            people.begin(at, index)
            return index
    return people.add_patient(PatientFact(name=None, source=pair.source), at)


def _clean(name: str) -> str:
    name = NICKNAME.sub(" ", name)
    name = re.split(r"\s{2,}|\s+\d|\s*[(\[]|\s+-\s+", name.strip())[0].strip(" ,;:*")
    return _TITLES.sub("", name)


def _patient_named(people: People, pair: Pair, current: int | None, header: _Header | None) -> int:
    people.used.add(id(pair))
    name = _clean(pair.value)
    if current is not None and people.patients[current].name is None:
        people.patients[current] = named(people.patients[current], name)
        return current
    for index, known in enumerate(people.patients):
        if not _is_another(known, header) and (known.name is None or same_person(known.name, name)):
            if known.name is None or len(name) > len(known.name):
                people.patients[index] = named(known, name)
            if index != current:
                people.begin(pair.at, index)
            return index
    return people.add_patient(named(PatientFact(name=None, source=pair.source), name), pair.at)


def _ensure(people: People, pair: Pair, current: int | None) -> int:
    if current is not None:
        return current
    if not people.patients:
        people.add_patient(PatientFact(name=None, source=pair.source), pair.at)
    return 0


def _name_part(people: People, pair: Pair, meaning: str, current: int | None) -> int:
    index = _ensure(people, pair, current)
    patient, value = people.patients[index], _clean(pair.value)
    if meaning == "family" and patient.family is None:
        people.patients[index] = replace(patient, family=value)
        people.used.add(id(pair))
    elif meaning == "given" and not patient.given:
        people.patients[index] = replace(patient, given=(value,))
        people.used.add(id(pair))
    elif meaning == "middle" and len(patient.given) == 1 and value.lower() not in ("n", "na"):
        people.patients[index] = replace(patient, given=(*patient.given, value))
        people.used.add(id(pair))
    return index


def _detail(
    people: People, pair: Pair, meaning: str, owner: str, current: int | None, reader: DateReader
) -> int | None:
    """One detail of a patient, or of the practitioner named just before."""
    if owner == "practitioner" and meaning in ("phone", "practitioner_id") and people.practitioners:
        last = people.practitioners[-1]
        people.used.add(id(pair))
        if meaning == "phone" and last.phone is None:
            people.practitioners[-1] = replace(last, phone=pair.value)
        return current
    if meaning not in (
        "birth_date",
        "gender",
        "age_sex",
        "phone",
        "address",
        "city",
        "state",
        "postal_code",
        "marital_status",
        *_KINDS,
    ):
        return current
    letterhead = not people.patients
    if (owner != "patient" or letterhead) and meaning in ("phone", "address", "city", "state", "postal_code"):
        return current
    index = _ensure(people, pair, current)
    people.used.add(id(pair))
    people.patients[index] = _with(people.patients[index], pair, meaning, reader)
    return index


def _with(patient: PatientFact, pair: Pair, meaning: str, reader: DateReader) -> PatientFact:
    gender = (
        gender_in(re.sub(r"\d+\s*(?:y(?:ea)?rs?|y/?o|y)?\b", " ", pair.value))
        if meaning in ("gender", "age_sex", "birth_date")
        else None
    )
    if gender and patient.gender is None:
        patient = replace(patient, gender=gender)
    if meaning in ("birth_date", "age_sex"):
        date = reader.read(pair.value, pair.at, birth=True)
        if date and (patient.birth_date is None or (patient.birth_date.value is None and date.value)):
            patient = replace(patient, birth_date=date)
    elif meaning in _KINDS:
        value = identifier_in(pair.value, meaning)
        known = {plain(i.value) for i in patient.identifiers}
        if value and plain(value) not in known:
            oid = _OID.search(pair.value)
            identifier = PrintedIdentifier(value, _KINDS[meaning], pair.label, issuer=oid[0] if oid else None)
            patient = replace(patient, identifiers=(*patient.identifiers, identifier))
    elif meaning == "phone" and patient.phone is None:
        patient = replace(patient, phone=pair.value)
    elif meaning in ("address", "city", "state", "postal_code"):
        if patient.address is None:
            patient = replace(patient, address=pair.value)
        elif pair.value not in patient.address and meaning != "address":
            patient = replace(patient, address=f"{patient.address}, {pair.value}")
    elif meaning == "marital_status" and patient.marital_status is None:
        patient = replace(patient, marital_status=pair.value)
    return patient


def identifier_in(value: str, meaning: str) -> str | None:
    """The part of a value that is the identifier: up to a wide gap or a bracket."""
    if meaning == "ssn":
        match = re.search(r"(?:\d{3}|[Xx*]{3})[- ]?(?:\d{2}|[Xx*]{2})[- ]?\d{4}", value)
        return match[0] if match else None
    value = _OID.sub("", value)
    match = re.match(r"[#\s]*(?P<own>[A-Za-z0-9][\w./-]*(?:[ -]\d[\w-]*)*)", value)
    return match["own"] if match and re.search(r"\d", match["own"]) else None


def _practitioner(people: People, pair: Pair, meaning: str) -> str:
    if meaning == "practitioner_id":
        people.used.add(id(pair))
        if people.practitioners:
            last = people.practitioners[-1]
            identifier = PrintedIdentifier(pair.value.split()[0], IdentifierKind.PROVIDER, pair.label)
            if identifier.value not in {i.value for i in last.identifiers}:
                people.practitioners[-1] = replace(last, identifiers=(*last.identifiers, identifier))
        return "practitioner"
    people.used.add(id(pair))
    role = meaning.partition(":")[2]
    if role == "occupation":
        role = plain(pair.label)
    add_practitioner(people, PractitionerFact(_QUALIFIER.sub("", _clean(pair.value)), role or None, source=pair.source))
    return "practitioner"


def _join_parts(people: People) -> None:
    for index, patient in enumerate(people.patients):
        if patient.name is None and (patient.family or patient.given):
            people.patients[index] = replace(patient, name=" ".join([*patient.given, patient.family or ""]).strip())
