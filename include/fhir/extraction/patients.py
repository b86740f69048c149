"""Patients, practitioners and encounters from labelled values and from the first sentences of a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from include.fhir.extraction.dates import DateReader
from include.fhir.extraction.fitting import gender_in
from include.fhir.extraction.introductions import complete
from include.fhir.extraction.labels import plain
from include.fhir.extraction.pairs import Pair
from include.fhir.extraction.people import People, add_practitioner, named, same_person
from include.fhir.extraction.reading import PrintedLine
from include.fhir.extraction.sections import Kind
from include.fhir.facts import IdentifierKind, PatientFact, PractitionerFact, PrintedIdentifier

_KINDS = {
    "mrn": IdentifierKind.MEDICAL_RECORD,
    "ssn": IdentifierKind.SOCIAL_SECURITY,
    "visit": IdentifierKind.VISIT,
    "patient_id": IdentifierKind.OTHER,
}
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
    owner = "patient"
    for pair in pairs:
        kind = kinds.get(pair.at, Kind.START)
        foreign = kind in _OTHERS and "patient" not in plain(pair.label)
        meaning = pair.meaning or ""
        if meaning.startswith("practitioner"):
            owner = _practitioner(people, pair, meaning)
        elif meaning == "organization" or foreign:
            owner = "other"
        elif meaning == "name":
            current, owner = _patient_named(people, pair, current), "patient"
        elif meaning in ("family", "given", "middle"):
            current = _name_part(people, pair, meaning, current)
            owner = "patient"
        else:
            current = _detail(people, pair, meaning, owner, current, reader)
    complete(people, lines, pairs, reader)
    _join_parts(people)
    return people


def _clean(name: str) -> str:
    name = re.split(r"\s{2,}|\s+\d|\s*[(\[]|\s+-\s+", name.strip())[0].strip(" ,;:*")
    return re.sub(r"^(?:(?:Dr|Mr|Mrs|Ms|Miss|Herr|Frau|Prof|med|Dipl)\b\.?\s+)+(?=\S)", "", name)


def _patient_named(people: People, pair: Pair, current: int | None) -> int:
    people.used.add(id(pair))
    name = _clean(pair.value)
    for index, known in enumerate(people.patients):
        if known.name is None or same_person(known.name, name):
            if known.name is None or len(name) > len(known.name):
                people.patients[index] = named(known, name)
            if index != current:
                people.starts[index] = min(people.starts[index], pair.at)
            return index
    people.patients.append(named(PatientFact(name=None, source=pair.source), name))
    people.starts.append(pair.at)
    return len(people.patients) - 1


def _ensure(people: People, pair: Pair, current: int | None) -> int:
    if current is not None:
        return current
    if not people.patients:
        people.patients.append(PatientFact(name=None, source=pair.source))
        people.starts.append(pair.at)
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
    if owner != "patient" and meaning in ("phone", "address", "city", "state", "postal_code"):
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
        value = _identifier(pair.value, meaning)
        known = {plain(i.value) for i in patient.identifiers}
        if value and plain(value) not in known:
            identifier = PrintedIdentifier(value, _KINDS[meaning], pair.label)
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


def _identifier(value: str, meaning: str) -> str | None:
    """The part of a value that is the identifier: up to a wide gap or a bracket."""
    if meaning == "ssn":
        match = re.search(r"(?:\d{3}|[Xx*]{3})[- ]?(?:\d{2}|[Xx*]{2})[- ]?\d{4}", value)
        return match[0] if match else None
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
    if not role and plain(pair.label) in ("surgeon", "doctor", "attending", "pathologist", "radiologist"):
        role = plain(pair.label)
    add_practitioner(people, PractitionerFact(_clean(pair.value), role or None, source=pair.source))
    return "practitioner"


def _join_parts(people: People) -> None:
    for index, patient in enumerate(people.patients):
        if patient.name is None and (patient.family or patient.given):
            people.patients[index] = replace(patient, name=" ".join([*patient.given, patient.family or ""]).strip())
