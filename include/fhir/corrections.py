"""A corrected result takes the place of the one that it corrects. Pure.

A result with status ``corrected`` or ``amended`` supersedes every other result of the same test, specimen and moment:
that one stays in the record as ``entered-in-error`` ("withdrawn following previous final release",
http://hl7.org/fhir/R4/valueset-observation-status.html), names what took its place, and its earlier version can be read
back. An original that arrives after its correction is superseded all the same.

What a person has confirmed is superseded only by what is read at least as surely, or confirmed as well. Otherwise both
stand, and :mod:`contradictions` flags them.
"""

from __future__ import annotations

from typing import Any

from include.fhir.evidence import confidence, is_confirmed
from include.fhir.resources.elements import OWN
from include.fhir.topics import topic_of_result

Json = dict[str, Any]

SUPERSEDED = f"{OWN}/StructureDefinition/superseded"
_CORRECTING = ("corrected", "amended")
_CORRECTABLE = ("registered", "preliminary", "final")


def with_corrections(known: dict[str, Json]) -> dict[str, Json]:
    """The record with the superseded results marked."""
    corrections: dict[Any, list[str]] = {}
    for url, resource in known.items():
        if resource.get("status") in _CORRECTING and (topic := topic_of_result(resource)):
            corrections.setdefault(topic, []).append(url)
    if not corrections:
        return known
    return {url: _corrected(resource, known, corrections) for url, resource in known.items()}


def without_corrections(resource: Json) -> Json:
    """The resource as it was before a correction came."""
    mark = next((e for e in resource.get("extension", ()) if e.get("url") == SUPERSEDED), None)
    if mark is None:
        return resource
    status = next(part["valueCode"] for part in mark["extension"] if part["url"] == "status")
    kept = [e for e in resource["extension"] if e is not mark]
    bare = {key: value for key, value in resource.items() if key != "extension"}
    return {**bare, "status": status, **({"extension": kept} if kept else {})}


def _corrected(resource: Json, known: dict[str, Json], corrections: dict[Any, list[str]]) -> Json:
    if resource.get("status") not in _CORRECTABLE:
        return resource
    topic = topic_of_result(resource)
    by = sorted(url for url in corrections.get(topic, ()) if _yields(resource, known[url])) if topic else []
    if not by:
        return resource
    mark = {"url": SUPERSEDED, "extension": [
        {"url": "status", "valueCode": resource["status"]},
        *({"url": "by", "valueReference": {"reference": url}} for url in by)]}
    return {**resource, "status": "entered-in-error", "extension": [*resource.get("extension", ()), mark]}


def _yields(original: Json, correction: Json) -> bool:
    if not is_confirmed(original) or is_confirmed(correction):
        return True
    return confidence(correction) >= confidence(original)
