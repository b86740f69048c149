"""Which US Core profile a resource meets (http://hl7.org/fhir/us/core/STU5.0.1/profiles-and-extensions.html).

A profile is claimed in ``meta.profile`` only by a resource that has all that the profile requires. What a document
does not print is not made up to meet one: such a resource is plain R4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]

_BASE = "http://hl7.org/fhir/us/core/StructureDefinition"
_LOINC = "http://loinc.org"
_UCUM = "http://unitsofmeasure.org"
_VITALS: Mapping[str, str] = {
    "85354-9": "us-core-blood-pressure", "39156-5": "us-core-bmi", "8302-2": "us-core-body-height",
    "8310-5": "us-core-body-temperature", "29463-7": "us-core-body-weight", "8867-4": "us-core-heart-rate",
    "9279-1": "us-core-respiratory-rate", "9843-4": "us-core-head-circumference", "59408-5": "us-core-pulse-oximetry",
}
_SMOKING = "72166-2"


def profile_of(resource: Json) -> str | None:
    """The canonical URL of the profile that a resource meets, None for none."""
    name = _PROFILES.get(resource["resourceType"], _none)(resource)
    return f"{_BASE}/{name}" if name else None


def _none(_resource: Json) -> None:
    return None


def _has(resource: Json, *names: str) -> bool:
    return all(resource.get(name) for name in names)


def _is_about(resource: Json, name: str = "subject") -> bool:
    return "reference" in resource.get(name, {})


def _patient(resource: Json) -> str | None:
    named = all(_has(name, "family") or _has(name, "given") for name in resource.get("name", ()))
    known = all(_has(identifier, "system", "value") for identifier in resource.get("identifier", ()))
    return "us-core-patient" if _has(resource, "identifier", "name", "gender") and named and known else None


def _observation(resource: Json) -> str | None:
    """Laboratory results and smoking status by category and code; vital signs need a moment and UCUM units, too."""
    if not _is_about(resource):
        return None
    codes = _codes(resource, _LOINC)
    category = _category(resource)
    if category == "laboratory":
        return "us-core-observation-lab"
    if category == "social-history" and _SMOKING in codes:
        coded = resource.get("valueCodeableConcept", {}).get("coding")
        return "us-core-smokingstatus" if coded and _has(resource, "effectiveDateTime") else None
    vital = next((_VITALS[code] for code in codes if code in _VITALS), None)
    parts = resource.get("component", [resource])
    complete = all(_is_ucum(part.get("valueQuantity")) for part in parts)
    return vital if category == "vital-signs" and complete and _has(resource, "effectiveDateTime") else None


def _is_ucum(quantity: Json | None) -> bool:
    return quantity is not None and quantity.get("system") == _UCUM and _has(quantity, "unit", "code")


def _report(resource: Json) -> str | None:
    return "us-core-diagnosticreport-lab" if _is_about(resource) and _codes(resource, _LOINC) else None


def _condition(resource: Json) -> str | None:
    if not _is_about(resource) or not _has(resource, "code"):
        return None
    encounter = _category(resource) == "encounter-diagnosis"
    return "us-core-condition-encounter-diagnosis" if encounter else "us-core-condition-problems-health-concerns"


def _allergy(resource: Json) -> str | None:
    return "us-core-allergyintolerance" if _is_about(resource, "patient") and _has(resource, "code") else None


def _immunization(resource: Json) -> str | None:
    dated = "occurrenceDateTime" in resource or "occurrenceString" in resource
    return "us-core-immunization" if _is_about(resource, "patient") and dated and "primarySource" in resource else None


def _procedure(resource: Json) -> str | None:
    """us-core-7: a completed procedure has a moment."""
    dated = resource["status"] not in ("completed", "in-progress") or _has(resource, "performedDateTime")
    return "us-core-procedure" if _is_about(resource) and dated else None


def _document(resource: Json) -> str | None:
    attached = all("url" in content["attachment"] for content in resource["content"])
    return ("us-core-documentreference"
            if _is_about(resource) and attached and _has(resource, "type", "category") else None)


def _practitioner(resource: Json) -> str | None:
    named = any(_has(name, "family") for name in resource.get("name", ()))
    known = all(_has(identifier, "system", "value") for identifier in resource.get("identifier", ()))
    return "us-core-practitioner" if named and known and _has(resource, "identifier") else None


def _provenance(resource: Json) -> str | None:
    return "us-core-provenance" if _has(resource, "recorded", "agent", "target") else None


def _codes(resource: Json, system: str) -> list[str]:
    return [c["code"] for c in resource.get("code", {}).get("coding", ()) if c.get("system") == system]


def _category(resource: Json) -> str | None:
    codes = [c.get("code") for category in resource.get("category", ()) for c in category.get("coding", ())]
    return codes[0] if codes else None


_PROFILES: Mapping[str, Callable[[Json], str | None]] = {
    "Patient": _patient, "Observation": _observation, "DiagnosticReport": _report, "Condition": _condition,
    "AllergyIntolerance": _allergy, "Immunization": _immunization, "Procedure": _procedure,
    "DocumentReference": _document, "Practitioner": _practitioner, "Provenance": _provenance,
}
