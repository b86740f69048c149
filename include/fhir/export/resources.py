"""A patient's record as the lines of an import. Pure.

A record is a collection whose resources point to each other by ``urn:uuid``. An import has no bundles, so a reference
names type and id (http://hl7.org/fhir/R4/references.html#literal) and every one has its target in the same export.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from include.fhir.bundle import content_id, with_profile
from include.fhir.joining import canonical, join_patients
from include.fhir.resources.elements import NPI, SOURCE_EXTENSION
from include.fhir.validation import ID

Json = dict[str, Any]

_URI = "urn:ietf:rfc:3986"


@dataclass(frozen=True, slots=True)
class Line:
    """A resource in its written form, without the newline."""

    kind: str
    resource_id: str
    text: bytes

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.resource_id}"


@dataclass(frozen=True, slots=True)
class RecordLines:
    """A record's own lines (none where its patient is too large), what it shares with other records, and the names
    (``Type/id``) of what is too large."""

    own: tuple[Line, ...]
    shared: tuple[Json, ...]
    too_large: tuple[str, ...]


def lines_of_record(record: Json, resource_bytes: int) -> RecordLines:
    """Every resource of a record that fits into ``resource_bytes``.

    What points to one that does not fit keeps a logical reference to it
    (http://hl7.org/fhir/R4/references.html#logical). A record without its patient is left out as a whole.
    """
    entries = {entry["fullUrl"]: _placed(entry["resource"]) for entry in record["entry"]}
    gone: set[str] = set()
    while True:
        places = {url: _name(resource) for url, resource in entries.items() if url not in gone}
        written = {url: _moved(entries[url], places) for url in places}
        lines = {url: _line(resource) for url, resource in written.items()}
        large = {url for url, line in lines.items() if len(line.text) > resource_bytes}
        if not large:
            break
        gone |= large
    if any(entries[url]["resourceType"] == "Patient" for url in gone):
        return RecordLines((), (), ())
    return RecordLines(
        own=tuple(line for url, line in lines.items() if not _is_shared(entries[url])),
        shared=tuple(written[url] for url in lines if _is_shared(entries[url])),
        too_large=tuple(_name(entries[url]) for url in entries if url in gone))


@dataclass(slots=True)
class SharedResources:
    """What several records hold, once: this software, and a practitioner by NPI with all that the records say of them.

    Their number grows with the practitioners, not with the documents: on which page a practitioner stands is said by
    each document's Provenance, and is not repeated here.
    """

    resource_bytes: int
    _known: dict[str, Json] = field(default_factory=dict)

    def add(self, resources: Iterable[Json]) -> list[str]:
        """The names of those that are known already and do not fit into one line with what is known."""
        refused = []
        for resource in resources:
            name = _name(resource)
            joined = with_profile(join_patients(self._known.get(name, resource), resource))
            if len(_line(joined).text) <= self.resource_bytes:
                self._known[name] = joined
            else:
                refused.append(name)
        return refused

    def lines(self) -> Iterator[Line]:
        """In the order of their names."""
        for name in sorted(self._known):
            yield _line(self._known[name])


def _placed(resource: Json) -> Json:
    """The resource under the id that it has in the export: a shared one's does not depend on the patient.

    :raises ValueError: an id is no FHIR id; the record is not one of ours.
    """
    if _is_shared(resource):
        said = {key: value for key, value in resource.items() if key not in ("id", "meta")}
        kind = resource["resourceType"]
        new_id = content_id(kind, _npi(resource) or canonical(said))
        kept = [e for e in said.pop("extension", ()) if e.get("url") != SOURCE_EXTENSION]
        return with_profile({**said, "id": new_id, **({"extension": kept} if kept else {})})
    if not ID.fullmatch(resource.get("id", "")):
        raise ValueError("a resource of the record has no FHIR id")
    return resource


def _is_shared(resource: Json) -> bool:
    return resource["resourceType"] == "Device" or _npi(resource) is not None


def _npi(resource: Json) -> str | None:
    if resource["resourceType"] != "Practitioner":
        return None
    return next((str(i["value"]) for i in resource.get("identifier", ()) if i.get("system") == NPI), None)


def _moved(node: Any, places: dict[str, str]) -> Any:
    """The same with references by type and id; by identifier where the target is not in the export."""
    if isinstance(node, list):
        return [_moved(part, places) for part in node]
    if not isinstance(node, dict):
        return node
    moved = {key: _moved(part, places) for key, part in node.items()}
    target = node.get("reference")
    if not isinstance(target, str) or not target.startswith("urn:"):
        return moved
    if target in places:
        return {**moved, "reference": places[target]}
    del moved["reference"]
    return {"identifier": {"system": _URI, "value": target}, **moved}


def _name(resource: Json) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def _line(resource: Json) -> Line:
    return Line(resource["resourceType"], resource["id"], canonical(resource).encode())
