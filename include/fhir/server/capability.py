"""Whether a server takes what is posted, by its own CapabilityStatement. Pure.

http://hl7.org/fhir/R4/capabilitystatement.html
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

SHARED_TYPES = ("Patient", "Practitioner")
"""Created unless the server has them."""

RESOURCE_TYPES = (
    *SHARED_TYPES, "PractitionerRole", "Encounter", "Observation", "DiagnosticReport", "MedicationStatement",
    "Condition", "AllergyIntolerance", "Immunization", "Procedure", "DocumentReference", "Device", "Provenance")
"""Every type that a document's bundle can hold."""


def shortcomings(statement: Json) -> list[str]:
    """A sentence for each thing that is missing; empty for a server that takes everything."""
    if statement.get("resourceType") != "CapabilityStatement":
        return ["The answer is no CapabilityStatement: this is no FHIR server, or not its base URL."]
    found = []
    version = str(statement.get("fhirVersion", ""))
    if not version.startswith("4.0."):
        found.append(f"The server speaks FHIR {version or 'of an unknown version'}, not R4 (4.0).")
    rest: Json = next((r for r in statement.get("rest", ()) if r.get("mode") == "server"), {})
    if "transaction" not in _codes(rest):
        found.append("The server takes no transactions.")
    resources = {r.get("type"): r for r in rest.get("resource", ())}
    for kind in RESOURCE_TYPES:
        found += _missing(kind, resources.get(kind))
    return found


def _missing(kind: str, resource: Json | None) -> list[str]:
    if resource is None:
        return [f"{kind}: the server does not have this type."]
    wanted = [(code in _codes(resource), f"no {code}") for code in ("read", "update", "delete")]
    wanted.append((resource.get("updateCreate") is True, "no update as create"))
    wanted.append((resource.get("versioning") in ("versioned", "versioned-update"),
                   "no versions, so that what somebody changes there is overwritten"))
    if kind in SHARED_TYPES:
        wanted.append(("create" in _codes(resource), "no create"))
        wanted.append((resource.get("conditionalCreate") is True, "no conditional create"))
    lacking = [text for there, text in wanted if not there]
    return [f"{kind}: {'; '.join(lacking)}."] if lacking else []


def _codes(part: Json) -> set[str]:
    return {str(interaction.get("code")) for interaction in part.get("interaction", ())}
