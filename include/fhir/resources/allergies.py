"""AllergyIntolerance: an allergy, one that is denied, and "no known allergies"."""

from __future__ import annotations

import re

from include.fhir.facts import AllergyFact
from include.fhir.resources.elements import SNOMED, TERMINOLOGY, Json, coding, concept, evidence, notes, without_empty

# What a denial of every allergy is called; SNOMED CT 409137002 is about drugs only.
_DRUGS = re.compile(r"nkda|drug|medic", re.I)
_GENERAL = re.compile(
    r"\W*(?:nkd?a|none|no|nil|denie[sd]|any|known|all|(?:drug|medication|medicine|food|other)?\s*allerg(?:y|ies)|"
    r"drugs?|medications?|to|reported|or|and|foods?|environmental|not|\W)+", re.I)
_SEVERITIES = {"mild": "mild", "moderate": "moderate", "severe": "severe"}


def allergy(fact: AllergyFact, subject: Json) -> Json:
    """http://hl7.org/fhir/R4/allergyintolerance.html; its invariant ait-1 asks for a clinical status."""
    return without_empty({
        "resourceType": "AllergyIntolerance",
        "extension": evidence(fact.source),
        **_statement(fact),
        "patient": subject,
        "reaction": _reaction(fact),
        "note": notes(None if fact.reaction else fact.severity),
    })


def denies_all(fact: AllergyFact) -> bool:
    """Whether the document says that there is no known allergy, rather than that one substance is tolerated."""
    return fact.denied and bool(_GENERAL.fullmatch(fact.substance))


def _statement(fact: AllergyFact) -> Json:
    if denies_all(fact):
        code = (coding(SNOMED, "409137002", "No known drug allergy") if _DRUGS.search(fact.substance)
                else coding(SNOMED, "716186003", "No known allergy"))
        return {"clinicalStatus": _clinical("active"), "code": concept(fact.substance, code)}
    if fact.denied:
        refuted = {"coding": [coding(f"{TERMINOLOGY}/allergyintolerance-verification", "refuted")]}
        return {"clinicalStatus": _clinical("inactive"), "verificationStatus": refuted, "code": concept(fact.substance)}
    return {"clinicalStatus": _clinical("active"), "code": concept(fact.substance)}


def _clinical(status: str) -> Json:
    return {"coding": [coding(f"{TERMINOLOGY}/allergyintolerance-clinical", status)]}


def _reaction(fact: AllergyFact) -> list[Json]:
    if not fact.reaction:
        return []
    severity = _SEVERITIES.get((fact.severity or "").casefold().strip())
    return [without_empty({"manifestation": [concept(fact.reaction)], "severity": severity,
                           "description": fact.severity if fact.severity and not severity else None})]
