"""Documents that contradict each other: everything they say stays, and a DetectedIssue points to it. Pure.

| resource | the same | and another |
|---|---|---|
| Observation | test, specimen and moment | value |
| AllergyIntolerance | substance | verdict: present or refuted |
| AllergyIntolerance | patient | any allergy, and "no known allergy" |
| Immunization | vaccine and date | lot number |
| MedicationStatement, Condition | name, and date of the documents | status: active or stopped, active or resolved |
| Patient | patient | birth date or sex |

Two answers within one document are two measurements, and an answer that both documents give is none: a contradiction is
between two documents that have no answer to the same question in common. An undated result may be another measurement,
and a medicine that a later document has stopped is a change.

http://hl7.org/fhir/R4/detectedissue.html; the resources concerned carry a tag, too.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import combinations
from typing import Any

from include.fhir.bundle import address, content_id
from include.fhir.evidence import named
from include.fhir.joining import ALSO_STATED
from include.fhir.resources.elements import OWN
from include.fhir.topics import answer_of_result, folded, name_of, topic_of_result

Json = dict[str, Any]
_Statement = tuple[Hashable, Hashable]
"""A topic and the answer to it."""

TAG = {"system": f"{OWN}/record", "code": "contradicted"}
_ANY_ALLERGY = ("AllergyIntolerance", "")
_NO_KNOWN = frozenset(("716186003", "409137002"))


def with_contradictions(known: dict[str, Json], patient_id: str) -> dict[str, Json]:
    """The record with a DetectedIssue for each contradiction, and its resources tagged."""
    dates = _dates(known)
    topics: dict[Hashable, dict[Hashable, list[str]]] = {}
    for url, resource in known.items():
        if resource.get("status") != "entered-in-error":
            for topic, answer in _statements(resource, dates):
                topics.setdefault(topic, {}).setdefault(answer, []).append(url)
    groups = [urls for answers in topics.values() if len(answers) > 1 and (urls := _disputed(answers, known))]
    groups += [[url] for url, resource in known.items() if _is_disputed_patient(resource)]
    result = dict(known)
    for urls in groups:
        for url in urls:
            result[url] = _tagged(result[url])
        issue = _issue(urls, patient_id)
        result[f"urn:uuid:{issue['id']}"] = issue
    return result


def without_contradictions(known: dict[str, Json]) -> dict[str, Json]:
    """The record as the documents alone make it."""
    return {url: _untagged(r) for url, r in known.items() if r["resourceType"] != "DetectedIssue"}


def _statements(resource: Json, dates: dict[str, str]) -> Iterator[_Statement]:
    kind = resource["resourceType"]
    if kind == "Observation" and (topic := topic_of_result(resource)):
        yield topic, answer_of_result(resource)
    elif kind == "AllergyIntolerance":
        yield from _allergy(resource)
    elif kind == "Immunization" and resource.get("lotNumber") and resource.get("occurrenceDateTime"):
        yield (kind, name_of(resource["vaccineCode"]), resource["occurrenceDateTime"]), folded(resource["lotNumber"])
    elif kind == "MedicationStatement" and resource["status"] in ("active", "stopped"):
        for day in {dates[d] for d in named(resource) if d in dates}:
            yield (kind, name_of(resource["medicationCodeableConcept"]), day), resource["status"]
    elif kind == "Condition" and (status := resource.get("clinicalStatus")):
        for day in {dates[d] for d in named(resource) if d in dates}:
            yield (kind, name_of(resource["code"]), day), name_of(status)


def _allergy(resource: Json) -> Iterator[_Statement]:
    codes = {coding.get("code") for coding in resource["code"].get("coding", ())}
    refuted = "verificationStatus" in resource
    if codes & _NO_KNOWN:
        yield _ANY_ALLERGY, "none"
        return
    yield ("AllergyIntolerance", name_of(resource["code"])), "refuted" if refuted else "present"
    if not refuted:
        yield _ANY_ALLERGY, "some"


def _disputed(answers: dict[Hashable, list[str]], known: dict[str, Json]) -> list[str]:
    """The resources of those documents that have no answer in common with another one."""
    by_document: dict[str, set[Hashable]] = {}
    for answer, urls in answers.items():
        for document in frozenset().union(*(named(known[url]) for url in urls)):
            by_document.setdefault(document, set()).add(answer)
    opposed = {document for pair in combinations(sorted(by_document), 2)
               if by_document[pair[0]].isdisjoint(by_document[pair[1]]) for document in pair}
    return sorted({url for urls in answers.values() for url in urls if named(known[url]) & opposed})


def _dates(known: dict[str, Json]) -> dict[str, str]:
    """The printed date of each document that has one."""
    found = {}
    for resource in known.values():
        if resource["resourceType"] == "DocumentReference":
            date = resource["content"][0]["attachment"].get("creation")
            if date:
                found[resource["identifier"][0]["value"]] = date
    return found


def _is_disputed_patient(resource: Json) -> bool:
    return resource["resourceType"] == "Patient" and any(
        e.get("url") == ALSO_STATED and e["valueString"].startswith(("birthDate=", "gender="))
        for e in resource.get("extension", ()))


def _issue(urls: list[str], patient_id: str) -> Json:
    return {
        "resourceType": "DetectedIssue",
        "id": content_id(patient_id, "DetectedIssue", *urls),
        "status": "preliminary",
        "code": {"text": "Documents contradict each other"},
        "patient": {"reference": address({"resourceType": "Patient", "id": patient_id})},
        "implicated": [{"reference": url} for url in urls],
    }


def _tagged(resource: Json) -> Json:
    meta = resource.get("meta", {})
    return resource if TAG in meta.get("tag", ()) else {**resource, "meta": {**meta, "tag": [TAG]}}


def _untagged(resource: Json) -> Json:
    if TAG not in resource.get("meta", {}).get("tag", ()):
        return resource
    meta = {key: value for key, value in resource["meta"].items() if key != "tag"}
    return {**resource, "meta": meta}
