"""Immunization: a dose that the document records as given."""

from __future__ import annotations

from include.fhir.facts import ImmunizationFact
from include.fhir.resources.elements import Json, absent, coding, concept, date_of, dated, evidence, without_empty

_CVX = "http://hl7.org/fhir/sid/cvx"


def immunization(fact: ImmunizationFact, subject: Json) -> Json:
    """http://hl7.org/fhir/R4/immunization.html; CVX only if printed."""
    code = coding(_CVX, fact.cvx_printed.strip()) if fact.cvx_printed else None
    return without_empty({
        "resourceType": "Immunization",
        "extension": evidence(fact.source),
        "status": "completed",
        "vaccineCode": concept(fact.vaccine, code),
        "patient": subject,
        **_occurrence(fact),
        "lotNumber": fact.lot,
        "manufacturer": {"display": fact.manufacturer} if fact.manufacturer else None,
        "site": concept(fact.site) if fact.site else None,
        "performer": [{"actor": {"display": fact.performer}}] if fact.performer else None,
        "protocolApplied": [_dose(fact.dose_number)] if fact.dose_number else None,
    })


def _occurrence(fact: ImmunizationFact) -> Json:
    """Required by R4: a date; else what is printed as one; else absent."""
    if date_of(fact.date):
        return dated("occurrenceDateTime", fact.date)
    if fact.date and fact.date.printed.strip():
        return {"occurrenceString": fact.date.printed}
    return {"occurrenceString": "unknown", "_occurrenceString": absent()}


def _dose(printed: str) -> Json:
    text = printed.strip()
    return {"doseNumberPositiveInt": int(text)} if text.isdecimal() and int(text) > 0 else {"doseNumberString": text}
