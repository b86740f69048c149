"""Merging a document's resources into a patient's record. Pure.

The record is a collection Bundle. A fact is the same as another when it says the same about the patient, whatever
document and page it comes from: it then stays one resource, with the evidence of both, and a Provenance for each
document points to it. What contradicts stays side by side. Merging twice is the same as merging once, and the order
does not matter for which facts the record holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from include.fhir.bundle import address, content_id
from include.fhir.joining import canonical, join_patients, union
from include.fhir.resources.elements import DOCUMENT_KEYS, PATIENT_KEYS, SOURCE_EXTENSION

Json = dict[str, Any]

# Whoever refers comes after what it refers to.
_RANK = {"Patient": 0, "Practitioner": 1, "Device": 1, "DocumentReference": 1, "DiagnosticReport": 3,
         "PractitionerRole": 3, "Provenance": 4}
_FACT_RANK = 2
# Resources that are about the document or the software, not facts about the patient.
_FRAME = frozenset(("Patient", "Device", "DocumentReference", "Provenance"))


@dataclass(frozen=True, slots=True)
class Merged:
    """The new record, and how many facts came new and how many it knew."""

    record: Json
    added: int
    already_there: int


def resources_by_patient(bundle: Json) -> dict[str, list[Json]]:
    """The resources of each patient with a key (:func:`identity.patient_id`), as a transaction bundle holds them.

    The Provenance of a patient names what is theirs; the document and the software go with each.
    """
    entries = {entry["fullUrl"]: entry["resource"] for entry in bundle.get("entry", [])}
    shared = [url for url, r in entries.items() if r["resourceType"] in ("DocumentReference", "Device")]
    parts: dict[str, list[Json]] = {}
    for url, resource in entries.items():
        if resource["resourceType"] != "Provenance":
            continue
        targets = [target["reference"] for target in resource["target"]]
        keys = [entries[t]["id"] for t in targets if _has_key(entries[t])]
        if keys:
            parts[keys[0]] = [entries[u] for u in dict.fromkeys((*shared, *targets, url))]
    return parts


def merge(record: Json | None, resources: Iterable[Json], patient_id: str, document_id: str) -> Merged:
    """:param record: the stored record, or None for the first document.

    :param resources: all of one transaction bundle that are about this patient.
    """
    known = {entry["fullUrl"]: entry["resource"] for entry in (record or {}).get("entry", [])}
    moved: dict[str, str] = {}
    ordinals: Counter[str] = Counter()
    added = already = 0
    for resource in sorted(resources, key=lambda r: _RANK.get(r["resourceType"], _FACT_RANK)):
        body = {k: v for k, v in resource.items() if k != "id"}
        body = _of_document(_moved(body, moved), document_id)
        new_id, url = _place(body, patient_id, document_id, ordinals)
        moved[address(resource)] = url
        if resource["resourceType"] not in _FRAME:
            already, added = (already + 1, added) if url in known else (already, added + 1)
        known[url] = {**_joined(known.get(url), body), "id": new_id}
    entries = [{"fullUrl": url, "resource": known[url]} for url in sorted(known, key=lambda u: _order(known[u], u))]
    return Merged({"resourceType": "Bundle", "type": "collection",
                   "identifier": {"system": PATIENT_KEYS, "value": patient_id}, "entry": entries}, added, already)


def _order(resource: Json, url: str) -> tuple[int, str, str]:
    kind = resource["resourceType"]
    return _RANK.get(kind, _FACT_RANK), kind, url


def _has_key(resource: Json) -> bool:
    return resource["resourceType"] == "Patient" and any(
        i.get("system") == PATIENT_KEYS for i in resource.get("identifier", []))


def _place(body: Json, patient_id: str, document_id: str, ordinals: Counter[str]) -> tuple[str, str]:
    """Id and address in the record. Equal resources of one document are told apart by their order."""
    kind = body["resourceType"]
    if kind == "Patient":
        return patient_id, address({"resourceType": kind, "id": patient_id})
    if kind == "DocumentReference":
        said = document_id
    elif kind == "Provenance":
        said = f"{document_id}/provenance"
    else:
        said = canonical({k: v for k, v in body.items() if k not in ("extension", "meta")})
    place = f"{kind}/{said}"
    number = 0 if kind in _FRAME else ordinals[place]
    ordinals[place] += 1
    new_id = content_id(patient_id, place, str(number))
    return new_id, f"urn:uuid:{new_id}"


def _moved(node: Any, moved: dict[str, str]) -> Any:
    """The same with references to where the resources are in the record."""
    if isinstance(node, list):
        return [_moved(part, moved) for part in node]
    if isinstance(node, dict):
        return {k: moved.get(v, v) if k == "reference" and isinstance(v, str) else _moved(v, moved)
                for k, v in node.items()}
    return node


def _of_document(body: Json, document_id: str) -> Json:
    """Evidence names its document: a page number alone means nothing in a record of many."""
    if "extension" not in body:
        return body
    document = {"url": "document", "valueString": f"{DOCUMENT_KEYS}/{document_id}"}
    return {**body, "extension": [
        {**e, "extension": [document, *e["extension"]]} if e.get("url") == SOURCE_EXTENSION else e
        for e in body["extension"]]}


def _joined(old: Json | None, new: Json) -> Json:
    """The resource that says what both say; the first is joined with nothing, so that its lists have their order."""
    kind = new["resourceType"]
    if kind == "Patient":
        return join_patients(old or {"resourceType": kind}, new)
    old = old or new
    if kind == "Provenance":
        return {**new, **old, "target": union(old["target"], new["target"])}
    if kind == "DocumentReference":
        return {**old, **new}
    evidence = union(old.get("extension", []), new.get("extension", []))
    return {**old, "extension": evidence} if evidence else old
