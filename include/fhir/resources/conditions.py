"""Conditions and procedures."""

from __future__ import annotations

import re

from include.fhir.facts import ConditionFact, ProcedureFact
from include.fhir.resources.elements import (
    TERMINOLOGY,
    Json,
    coding,
    concept,
    dated,
    evidence,
    inferred,
    notes,
    without_empty,
)

_ICD10 = re.compile(r"[A-TV-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
_PROCEDURE_SYSTEMS = (
    (re.compile(r"\d{4}[0-9FTU]"), "http://www.ama-assn.org/go/cpt"),
    (re.compile(r"D\d{4}"), "http://www.ada.org/cdt"),
    (re.compile(r"(?=[A-Z]*\d)[0-9A-HJ-NP-Z]{7}"), "http://www.cms.gov/Medicare/Coding/ICD10"),
)
"""CPT, CDT and ICD-10-PCS by their forms (terminology.hl7.org, external code systems)."""
_CLINICAL = frozenset(("active", "recurrence", "relapse", "inactive", "remission", "resolved"))
_EVENT = frozenset(("preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "unknown"))


def condition(fact: ConditionFact, subject: Json) -> Json:
    """http://hl7.org/fhir/R4/condition.html; clinical status and ICD-10-CM only if printed, or the
    code marked as inferred.

    A problem list item needs a clinical status (invariant con-3): without one it is a diagnosis of this encounter.
    A complaint is a health concern (US Core condition category).
    """
    return without_empty({
        "resourceType": "Condition",
        "extension": evidence(fact.source),
        "clinicalStatus": _clinical(fact.clinical_status),
        "category": [{"coding": [_category(fact)]}],
        "code": concept(fact.name, _code(fact.code_printed), *map(inferred, fact.inferred_codes)),
        "subject": subject,
        **dated("onsetDateTime", fact.onset),
        "note": notes(fact.note),
    })


def procedure(fact: ProcedureFact, subject: Json) -> Json:
    """http://hl7.org/fhir/R4/procedure.html; ``preparation`` for a scheduled one."""
    printed = (fact.code_printed or "").strip()
    system = next((system for form, system in _PROCEDURE_SYSTEMS if form.fullmatch(printed)), None)
    code = coding(system, printed) if system else {"code": printed}
    return without_empty({
        "resourceType": "Procedure",
        "extension": evidence(fact.source),
        "status": fact.status if fact.status in _EVENT else "unknown",
        "code": concept(fact.name, code if printed else None),
        "subject": subject,
        **dated("performedDateTime", fact.date),
        "location": {"display": fact.location} if fact.location else None,
        "note": notes(fact.note),
    })


def _clinical(status: str | None) -> Json | None:
    return {"coding": [coding(f"{TERMINOLOGY}/condition-clinical", status)]} if status in _CLINICAL and status else None


def _category(fact: ConditionFact) -> Json:
    if fact.symptom:
        return coding("http://hl7.org/fhir/us/core/CodeSystem/condition-category", "health-concern")
    problem = fact.clinical_status in _CLINICAL
    return coding(f"{TERMINOLOGY}/condition-category", "problem-list-item" if problem else "encounter-diagnosis")


def _code(printed: str | None) -> Json | None:
    """A code that does not have ICD-10-CM's form is kept without a system."""
    if not printed or not printed.strip():
        return None
    code = printed.strip().upper()
    return coding("http://hl7.org/fhir/sid/icd-10-cm", code) if _ICD10.fullmatch(code) else {"code": printed.strip()}
