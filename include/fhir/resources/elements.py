"""The parts that resources share: concepts, dates, quantities, references, evidence, what is absent."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from include.fhir.facts import RULES, IdentifierKind, InferredCode, PrintedDate, PrintedIdentifier, Source
from include.fhir.numbers import PRINTED, printed_decimal
from include.fhir.terminology.units import ucum
from include.settings import settings

Json = dict[str, Any]

# The project's own extensions and systems.
OWN = settings().fhir_namespace
SOURCE_EXTENSION = f"{OWN}/StructureDefinition/source"
REGION_EXTENSION = f"{OWN}/StructureDefinition/region"
INFERRED_EXTENSION = f"{OWN}/StructureDefinition/inferred-by"
PRINTED_EXTENSION = f"{OWN}/StructureDefinition/printed"
PATIENT_KEYS = f"{OWN}/patient"
DOCUMENT_KEYS = f"{OWN}/document"

UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"
NPI = "http://hl7.org/fhir/sid/us-npi"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def absent(reason: str = "unknown") -> Json:
    """An element that R4 requires and the document does not print.

    http://hl7.org/fhir/R4/extension-data-absent-reason.html
    """
    return {"extension": [{"url": _ABSENT, "valueCode": reason}]}


def without_empty(resource: Json) -> Json:
    """FHIR has no empty values: None, empty texts, lists and objects are left out."""
    return {key: value for key, value in resource.items() if value not in (None, "", [], {}, ())}


def concept(text: str | None, *codings: Json | None) -> Json:
    """A CodeableConcept: the printed text, and codings where they are certain."""
    return without_empty({"coding": [c for c in codings if c], "text": text})


def coding(system: str, code: str, display: str | None = None) -> Json:
    return without_empty({"system": system, "code": code, "display": display})


def inferred(code: InferredCode) -> Json:
    """A coding that no page prints and nobody chose: it names the analyzer that inferred it. How sure that is stands in
    the evidence, so that the same statement of two documents is one resource."""
    return {"extension": [{"url": INFERRED_EXTENSION, "valueString": code.analyzer}],
            **coding(code.system, code.code, code.display), "userSelected": False}


def date_of(date: PrintedDate | None) -> str | None:
    """The FHIR date of a printed date. FHIR wants a zone beside a time and none is printed: the day alone is kept."""
    if date is None or date.value is None:
        return None
    found = _DATE.match(date.value)
    return found[0] if found else None


def dated(name: str, date: PrintedDate | None) -> Json:
    """``name`` and ``_name`` of a date element; what its value cannot hold is kept as printed in an extension."""
    if date is None:
        return {}
    value = date_of(date)
    if value is None:
        return {f"_{name}": {"extension": [*absent()["extension"], printed(date.printed)]}}
    return {name: value, f"_{name}": {"extension": [printed(date.printed)]}} if date.value != value else {name: value}


def printed(text: str) -> Json:
    return {"url": PRINTED_EXTENSION, "valueString": text}


def number(value: Decimal) -> int | float:
    """A JSON number: the shortest that reads the same."""
    return int(value) if value == value.to_integral_value() else float(value)


def quantity(value: Decimal, unit: str | None, comparator: str | None = None) -> Json:
    """A Quantity; system and code only where the printed unit has a UCUM code."""
    code = ucum(unit) if unit else None
    return without_empty({
        "value": number(value), "comparator": comparator if comparator in ("<", "<=", ">=", ">") else None,
        "unit": unit, "system": UCUM if code else None, "code": code})


def printed_quantity(text: str | None) -> Json | None:
    """``500 mg`` as a Quantity; None unless the text is one number and a unit."""
    found = re.fullmatch(rf"({PRINTED})\s*([A-Za-zµμ%]+)\.?", (text or "").strip())
    amount = printed_decimal(found[1]) if found else None
    return quantity(amount, found[2]) if found and amount is not None else None


def identifier(fact: PrintedIdentifier) -> Json:
    """HL7 v2 table 0203 types; a system only where the label names it and the number has its form."""
    kind = fact.kind.value
    codings = [] if kind == "other" else [coding(f"{TERMINOLOGY}/v2-0203", kind)]
    return without_empty({
        "type": concept(fact.label, *codings),
        "system": _system(fact),
        "value": fact.value,
        "assigner": {"display": fact.issuer} if fact.issuer else None,
    })


def _system(fact: PrintedIdentifier) -> str | None:
    """Social security numbers (http://hl7.org/fhir/sid/us-ssn) and NPIs, which have a check digit."""
    if fact.kind is IdentifierKind.SOCIAL_SECURITY and re.fullmatch(r"\d{3}-?\d{2}-?\d{4}", fact.value):
        return "http://hl7.org/fhir/sid/us-ssn"
    if re.search(r"\bnpi\b", fact.label or "", re.I) and is_npi(fact.value):
        return NPI
    return None


def is_npi(value: str) -> bool:
    """Ten digits with the check digit of ISO/IEC 7812 over 80840 and the number (45 CFR 162.406)."""
    if not re.fullmatch(r"[12]\d{9}", value):
        return False
    digits = [int(digit) for digit in f"80840{value}"][::-1]
    return sum(digits[0::2]) % 10 == -sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2]) % 10


def regions(resource: Json) -> list[Json]:
    """Page and box of each place where the resource stands, and whether a person verified it, for the Provenance that
    names it."""
    out = []
    for source in resource.get("extension", ()):
        if source["url"] == SOURCE_EXTENSION:
            parts = [part for part in source["extension"] if part["url"] in ("page", "box", "verified")]
            out.append({"url": REGION_EXTENSION, "extension": parts})
    return out


def analyzers(resource: Json) -> set[str]:
    """Who found what the resource says, beside the rules."""
    return {part["valueString"] for source in resource.get("extension", ()) if source["url"] == SOURCE_EXTENSION
            for part in source["extension"] if part["url"] == "analyzer"}


def is_verified(resource: Json) -> bool:
    """Whether a person has compared what the resource says with the page."""
    return any(part["url"] == "verified" for source in resource.get("extension", ())
               if source["url"] == SOURCE_EXTENSION for part in source["extension"])


def evidence(*sources: Source | None) -> list[Json]:
    """Where a resource stands in the document: page, words, box (ratios: left, top, width, height), confidence (%);
    the analyzer, where it is not the rules, with its confidence (%) in the code that it inferred; and whether a person
    verified it."""
    return [_source(source) for source in sources if source is not None]


def _source(source: Source) -> Json:
    parts: list[Json] = [{"url": "page", "valuePositiveInt": source.page}] if source.page else []
    parts.append({"url": "confidence", "valueDecimal": round(source.confidence, 2)})
    if source.text.strip():
        parts.append({"url": "text", "valueString": source.text})
    if source.box is not None:
        box = source.box
        sides = (f"{side:.4f}" for side in (box.left, box.top, box.width, box.height))
        parts.append({"url": "box", "valueString": " ".join(sides)})
    if source.analyzer != RULES:
        parts.append({"url": "analyzer", "valueString": source.analyzer})
    if source.code_confidence is not None:
        parts.append({"url": "codeConfidence", "valueDecimal": round(source.code_confidence, 2)})
    if source.verified:
        parts.append({"url": "verified", "valueBoolean": True})
    return {"url": SOURCE_EXTENSION, "extension": parts}


def notes(*texts: str | None) -> list[Json]:
    return [{"text": text} for text in texts if text]
