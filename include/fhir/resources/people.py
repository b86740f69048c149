"""Patient, Practitioner, PractitionerRole, Encounter."""

from __future__ import annotations

import re

from include.fhir.facts import EncounterFact, PatientFact, PractitionerFact
from include.fhir.resources.elements import (
    PATIENT_KEYS,
    TERMINOLOGY,
    Json,
    absent,
    coding,
    concept,
    date_of,
    dated,
    evidence,
    identifier,
    without_empty,
)

_MARITAL = {
    "married": ("M", "Married"), "single": ("S", "Never Married"), "never married": ("S", "Never Married"),
    "divorced": ("D", "Divorced"), "widowed": ("W", "Widowed"), "separated": ("L", "Legally Separated"),
}
_AMERICAN = re.compile(
    r"(?P<line>\d[^,]*(?:, (?:apt|suite|unit|ste|#)[^,]*)?), (?P<city>[A-Za-z][A-Za-z .'-]+), (?P<state>[A-Z]{2}),? "
    r"(?P<zip>\d{5}(?:-\d{4})?)", re.I)
_DEGREE = re.compile(r"(?=(?:[^A-Z]*[A-Z]){2})[A-Z][A-Za-z.]{1,7}(?:[-/ ][A-Z][A-Za-z.]{0,6})?")
_GENDERS = frozenset(("male", "female", "other", "unknown"))


def patient(fact: PatientFact, key: str | None) -> Json:
    """:param key: :func:`identity.patient_id`; it is an identifier of the resource, too, so that a server finds it."""
    keys = [{"system": PATIENT_KEYS, "value": key}] if key else []
    # Patient.birthDate has no time: what dated() would keep of one is no part of a date of birth.
    born = {"birthDate": date_of(fact.birth_date)} if date_of(fact.birth_date) else dated("birthDate", fact.birth_date)
    return without_empty({
        "resourceType": "Patient",
        "extension": evidence(fact.source),
        "identifier": keys + [identifier(i) for i in fact.identifiers],
        "name": [name] if (name := _name(fact.name, fact.family, fact.given)) else None,
        "telecom": [{"system": "phone", "value": fact.phone}] if fact.phone else None,
        "gender": fact.gender if fact.gender in _GENDERS else None,
        **born,
        "address": [address(fact.address)] if fact.address else None,
        "maritalStatus": _marital(fact.marital_status),
    })


def address(printed: str) -> Json:
    """The printed text, with its parts where it ends like an American one: ``1 Way, Springfield, IL 62704``."""
    parts = _AMERICAN.fullmatch(" ".join(printed.split()))
    if parts is None:
        return {"text": printed}
    return {"text": printed, "line": [parts["line"]], "city": parts["city"], "state": parts["state"],
            "postalCode": parts["zip"]}


def practitioner(fact: PractitionerFact) -> Json:
    return without_empty({
        "resourceType": "Practitioner",
        "extension": evidence(fact.source),
        "identifier": [identifier(i) for i in fact.identifiers],
        "name": [_with_degrees(fact.name)],
        "telecom": [{"system": "phone", "value": fact.phone}] if fact.phone else None,
    })


def _with_degrees(printed: str) -> Json:
    """HumanName of a practitioner: what a comma and capitals show to be a degree (``Ann Lee, CNM, FACC``) is suffix."""
    name, *degrees = [part.strip() for part in printed.split(",")]
    if degrees and " " in name and not name.isupper() and all(map(_DEGREE.fullmatch, degrees)):
        return {"text": name, "suffix": degrees}
    return {"text": printed}


def practitioner_role(fact: PractitionerFact, reference: Json) -> Json | None:
    """What the document says that a practitioner is; None where it says nothing."""
    if not fact.role:
        return None
    return {"resourceType": "PractitionerRole", "practitioner": reference, "code": [{"text": fact.role}]}


def encounter(fact: EncounterFact, subject: Json | None) -> Json:
    """``finished`` only with a printed end; class only where the print says in- or outpatient."""
    kind = {True: ("IMP", "inpatient encounter"), False: ("AMB", "ambulatory")}.get(fact.inpatient)  # type: ignore[arg-type]
    return without_empty({
        "resourceType": "Encounter",
        "extension": evidence(fact.source),
        "status": "finished" if date_of(fact.end) else "unknown",
        "class": coding(f"{TERMINOLOGY}/v3-ActCode", *kind) if kind else absent(),
        "subject": subject,
        "period": {**dated("start", fact.start), **dated("end", fact.end)},
        "reasonCode": [concept(fact.reason)] if fact.reason else None,
        "hospitalization": {"dischargeDisposition": concept(fact.disposition)} if fact.disposition else None,
        "location": [{"location": {"display": fact.location}}] if fact.location else None,
    })


def _name(text: str | None, family: str | None, given: tuple[str, ...]) -> Json:
    return without_empty({"text": text, "family": family, "given": list(given)})


def _marital(printed: str | None) -> Json | None:
    if not printed:
        return None
    known = _MARITAL.get(printed.casefold().strip())
    return concept(printed, coding(f"{TERMINOLOGY}/v3-MaritalStatus", *known) if known else None)
