"""MedicationStatement: what the document says that a patient takes, took or is to take."""

from __future__ import annotations

from include.fhir.facts import MedicationFact
from include.fhir.resources.dosage import dosage
from include.fhir.resources.elements import Json, coding, concept, dated, evidence, inferred, notes, without_empty

_RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def medication(fact: MedicationFact, subject: Json) -> Json:
    """http://hl7.org/fhir/R4/medicationstatement.html; RxNorm only if printed, or marked as inferred."""
    code = coding(_RXNORM, fact.rxnorm_printed.strip()) if fact.rxnorm_printed else None
    instruction = dosage(fact)
    return without_empty({
        "resourceType": "MedicationStatement",
        "extension": evidence(fact.source),
        "status": fact.status.value,
        "medicationCodeableConcept": concept(fact.name, code, *map(inferred, fact.inferred_codes)),
        "subject": subject,
        "effectivePeriod": {**dated("start", fact.start), **dated("end", fact.end)},
        "reasonCode": [concept(fact.reason)] if fact.reason else None,
        "note": notes(fact.note),
        "dosage": [instruction] if instruction else None,
    })
