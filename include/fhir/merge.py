"""Merging a document's resources into a patient's record. Pure.

The record is a collection Bundle. A fact is the same as another when it says the same about the patient, whatever
document and page it comes from: it then stays one resource, with the evidence of both, and a Provenance for each
document points to it. Merging twice is the same as merging once, and the order of documents does not matter for what
the record holds; it does for the versions.

A document that is merged again, after it was converted anew, replaces what it said before: what no other document says
and no person has confirmed leaves the record. Corrections and contradictions follow from what the record holds
(:mod:`corrections`, :mod:`contradictions`) and are worked out anew by every merge.

Each resource has a version (``meta.versionId``) that grows when a merge changes it, and so has the record; the earlier
ones are the versions of the object in S3 (:mod:`history`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from include.fhir.bundle import address, content_id, with_profile
from include.fhir.contradictions import with_contradictions, without_contradictions
from include.fhir.corrections import with_corrections, without_corrections
from include.fhir.evidence import named, of_document, without_document
from include.fhir.joining import canonical, join_patients, union
from include.fhir.references import moved
from include.fhir.resources.elements import PATIENT_KEYS

Json = dict[str, Any]

# Whoever refers comes after what it refers to.
_RANK = {"Patient": 0, "Practitioner": 1, "Device": 1, "DocumentReference": 1, "DiagnosticReport": 3,
         "PractitionerRole": 3, "Provenance": 4, "DetectedIssue": 5}
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


def merge(record: Json | None, resources: Iterable[Json], patient_id: str, document_id: str, *,
          confirmed: bool = False, decided_anew: bool = False) -> Merged:
    """:param record: the stored record, or None for the first document.

    :param resources: all of one transaction bundle that are about this patient.
    :param confirmed: a person has approved them.
    :param decided_anew: the decision replaces one that was merged: what was confirmed then is confirmed no more.
    """
    before, bare = _without_conclusions(record)
    known = _withdrawn(bare, patient_id, document_id, decided_anew)
    added = already = 0
    for url, resource in _placed(resources, patient_id, document_id, confirmed):
        if resource["resourceType"] not in _FRAME:
            already, added = (already + 1, added) if url in bare else (already, added + 1)
        known[url] = _joined(known.get(url), resource)
    result = with_contradictions(with_corrections(known), patient_id)
    return Merged(_record(record, before, result, patient_id), added, already)


def withdraw(record: Json | None, patient_id: str, document_id: str, *, decided_anew: bool = False) -> Merged:
    """The record without the document: what no other document says and no person has confirmed leaves it.

    :param decided_anew: as in :func:`merge`.
    """
    before, bare = _without_conclusions(record)
    known = _withdrawn(bare, patient_id, document_id, decided_anew)
    provenance = _address("Provenance", patient_id, document_id)
    states = [t for t in known.get(provenance, {}).get("target", ())
              if known[t["reference"]]["resourceType"] not in _FRAME]
    if not states:
        gone = {provenance, _address("DocumentReference", patient_id, document_id)}
        known = {url: without_document(resource, document_id, confirmed_too=decided_anew)
                 for url, resource in known.items() if url not in gone}
    result = with_contradictions(with_corrections(known), patient_id)
    return Merged(_record(record, before, result, patient_id), 0, 0)


def _without_conclusions(record: Json | None) -> tuple[dict[str, Json], dict[str, Json]]:
    """The record's resources by address, and the same without what follows from them: corrections, contradictions."""
    before = {entry["fullUrl"]: entry["resource"] for entry in (record or {}).get("entry", [])}
    return before, {url: without_corrections(r) for url, r in without_contradictions(before).items()}


def _placed(
        resources: Iterable[Json], patient_id: str, document_id: str, confirmed: bool) -> Iterator[tuple[str, Json]]:
    """Each resource with its address in the record, its id and references changed to those of the record."""
    places: dict[str, str] = {}
    ordinals: Counter[str] = Counter()
    for resource in sorted(resources, key=lambda r: _RANK.get(r["resourceType"], _FACT_RANK)):
        body = {k: v for k, v in resource.items() if k != "id"}
        body = of_document(moved(body, places), document_id, confirmed)
        new_id, url = _place(body, patient_id, document_id, ordinals)
        places[address(resource)] = url
        yield url, {**body, "id": new_id}


def _withdrawn(known: dict[str, Json], patient_id: str, document_id: str, decided_anew: bool) -> dict[str, Json]:
    """The record without what this document said before and nobody has confirmed, or not any more."""
    provenance = _address("Provenance", patient_id, document_id)
    if provenance not in known:
        return dict(known)
    others = [r for url, r in known.items() if r["resourceType"] == "Provenance" and url != provenance]
    elsewhere = {target["reference"] for other in others for target in other["target"]}
    kept, targets = dict(known), []
    for target in known[provenance]["target"]:
        url = target["reference"]
        if kept[url]["resourceType"] in _FRAME:
            targets.append(target)
            continue
        kept[url] = without_document(kept[url], document_id, confirmed_too=decided_anew)
        if document_id in named(kept[url]):
            targets.append(target)
        elif url not in elsewhere:
            del kept[url]
    kept[provenance] = {**known[provenance], "target": targets}
    return kept


def _record(record: Json | None, before: dict[str, Json], after: dict[str, Json], patient_id: str) -> Json:
    """The record with its versions: what has not changed keeps its own."""
    versioned = {url: _versioned(before.get(url), resource) for url, resource in after.items()}
    version = int((record or {}).get("meta", {}).get("versionId", 0))
    entries = [{"fullUrl": url, "resource": versioned[url]}
               for url in sorted(versioned, key=lambda u: _order(versioned[u], u))]
    changed = versioned != before
    return {"resourceType": "Bundle", "meta": {"versionId": str(version + changed)}, "type": "collection",
            "identifier": {"system": PATIENT_KEYS, "value": patient_id}, "entry": entries}


def _versioned(old: Json | None, new: Json) -> Json:
    version = int((old or {}).get("meta", {}).get("versionId", 0))
    same = {**new, "meta": {**new.get("meta", {}), "versionId": str(version)}}
    return same if same == old else {**new, "meta": {**new.get("meta", {}), "versionId": str(version + 1)}}


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
    if kind in ("DocumentReference", "Provenance"):
        url = _address(kind, patient_id, document_id)
        return url.removeprefix("urn:uuid:"), url
    place = f"{kind}/{canonical({k: v for k, v in body.items() if k not in ('extension', 'meta')})}"
    number = 0 if kind in _FRAME else ordinals[place]
    ordinals[place] += 1
    new_id = content_id(patient_id, place, str(number))
    return new_id, f"urn:uuid:{new_id}"


def _address(kind: str, patient_id: str, document_id: str) -> str:
    """Where a document's own DocumentReference or Provenance is."""
    said = f"{document_id}/provenance" if kind == "Provenance" else document_id
    return f"urn:uuid:{content_id(patient_id, f'{kind}/{said}', '0')}"


def _joined(old: Json | None, new: Json) -> Json:
    """The resource that says what both say; the first is joined with nothing, so that its lists have their order."""
    kind = new["resourceType"]
    if kind == "Patient":
        version = {"meta": {"versionId": old["meta"]["versionId"]}} if old else {}
        joined = with_profile(join_patients({**(old or {"resourceType": kind}), "id": new["id"]}, new))
        return {**joined, "meta": {**joined.get("meta", {}), **version.get("meta", {})}} if version else joined
    old = old or new
    if kind == "Provenance":
        return {**old, **new, "target": union(old["target"], new["target"])}
    if kind == "DocumentReference":
        return {**old, **new}
    evidence = union(old.get("extension", []), new.get("extension", []))
    return {**old, "extension": evidence} if evidence else old
