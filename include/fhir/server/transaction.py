"""A document's bundle, and what of it is on the server, make the transaction to post. Pure.

http://hl7.org/fhir/R4/http.html#transaction: all of it or nothing. The document's own resources are put under ids that
we make (update as create), with ``ifMatch`` (http://hl7.org/fhir/R4/http.html#concurrency) where the version is known
that we wrote; a Patient or Practitioner is created unless the server has it. Once the server has told its address,
others refer to it by that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from include.fhir.merge import resources_by_patient
from include.fhir.references import moved
from include.fhir.server.delivery import DELETED, Delivered, Known, digest

Json = dict[str, Any]

_LOCATION = re.compile(r"([A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64})(?:/_history/([A-Za-z0-9\-.]{1,64}))?/?$")
_ETAG = re.compile(r'(?:W/)?"([A-Za-z0-9\-.]{1,64})"')


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the transaction; ``sha256`` is the digest of what is posted, DELETED for a deletion."""

    url: str
    sha256: str
    entry: Json

    @property
    def method(self) -> str:
        return str(self.entry["request"]["method"])

    @property
    def if_match(self) -> str | None:
        """The version that the server must have."""
        tag = self.entry["request"].get("ifMatch")
        return version_of_tag(tag) if tag else None


def entries_of_records(bundle: Json) -> list[Json]:
    """The entries that go into a patient's record, in the bundle's order: what is nobody's is nobody's there, too."""
    ids = {resource["id"] for part in resources_by_patient(bundle).values() for resource in part}
    return [entry for entry in bundle["entry"] if entry["resource"]["id"] in ids]


def plan(entries: Iterable[Json], known: Known) -> tuple[Step, ...]:
    """What has to be posted so that the server has exactly these entries of the document; empty for nothing."""
    stated = {entry["fullUrl"]: entry for entry in entries}
    changed = {url: entry for url, entry in stated.items() if _is_to_post(entry, known.get(url))}
    gone = [url for url, delivered in known.items() if delivered.own and url not in stated]
    if not gone and all(url in known and not known[url].own for url in changed):
        return ()
    places = {url: known[url].address for url in stated if url in known and url not in changed}
    return (*(_step(entry, known.get(url), places) for url, entry in changed.items()),
            *(_deletion(url, known[url]) for url in gone))


def transaction(steps: Iterable[Step]) -> Json:
    return {"resourceType": "Bundle", "type": "transaction", "entry": [step.entry for step in steps]}


def begun(known: Known, steps: Iterable[Step]) -> dict[str, Delivered]:
    """What is known while the answer is awaited."""
    result = dict(known)
    for step in steps:
        if step.method != "POST":
            before = known.get(step.url) or Delivered(step.entry["request"]["url"])
            result[step.url] = replace(before, in_doubt=step.sha256)
    return result


def confirmed(known: Known, steps: Sequence[Step], entries: Sequence[Json]) -> dict[str, Delivered]:
    """What is known after the answer.

    :param entries: the answer's entry to each step, in order.
    """
    result = dict(known)
    for step, entry in zip(steps, entries, strict=True):
        address, version = _place(entry)
        if step.method == "DELETE":
            result.pop(step.url, None)
        elif step.method == "POST":
            result[step.url] = Delivered(address or "", own=False)
        else:
            result[step.url] = Delivered(step.entry["request"]["url"], version, step.sha256)
    return result


def version_of_tag(tag: str) -> str | None:
    """``3`` of ``W/"3"``; None where it is no version id."""
    found = _ETAG.fullmatch(tag)
    return found[1] if found else None


def _is_to_post(entry: Json, delivered: Delivered | None) -> bool:
    if delivered is None:
        return True
    if not delivered.own:
        return not delivered.address
    return delivered.in_doubt is not None or delivered.sha256 != digest(entry["resource"])


def _step(entry: Json, delivered: Delivered | None, places: dict[str, str]) -> Step:
    request = dict(entry["request"])
    if delivered and delivered.version:
        request["ifMatch"] = f'W/"{delivered.version}"'
    posted = {"fullUrl": entry["fullUrl"], "resource": moved(entry["resource"], places), "request": request}
    return Step(entry["fullUrl"], digest(entry["resource"]), posted)


def _deletion(url: str, delivered: Delivered) -> Step:
    request = {"method": "DELETE", "url": delivered.address}
    if delivered.version:
        request["ifMatch"] = f'W/"{delivered.version}"'
    return Step(url, DELETED, {"request": request})


def _place(entry: Json) -> tuple[str | None, str | None]:
    """Address and version: R4 has them in location and ETag; some servers leave the ETag out, or answer with the
    resource though the client did not ask for it, and have them there."""
    response, resource = entry["response"], entry.get("resource", {})
    version = version_of_tag(str(response.get("etag", ""))) or resource.get("meta", {}).get("versionId")
    if found := _LOCATION.search(str(response.get("location", ""))):
        return found[1], version or found[2]
    return (f"{resource['resourceType']}/{resource['id']}" if "id" in resource else None), version
