"""Facts -> a FHIR R4 transaction Bundle (http://hl7.org/fhir/R4/bundle.html).

No clock and no chance: the same document gives the same bytes. Ids are derived from the document and from what a
resource says, not from its evidence, so that they survive another confidence; references are the entries' ``urn:uuid``.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from include.fhir.converter import meta
from include.fhir.facts import (
    Category,
    DocumentFacts,
    PatientFact,
    PrintedDate,
    Source,
)
from include.fhir.identity import patient_id
from include.fhir.joining import canonical, join_patients
from include.fhir.resources import documents, people
from include.fhir.resources.allergies import allergy
from include.fhir.resources.conditions import condition, procedure
from include.fhir.resources.elements import (
    NPI,
    OWN,
    PATIENT_KEYS,
    Json,
    absent,
    analyzers,
    evidence,
    is_verified,
    regions,
    without_empty,
)
from include.fhir.resources.immunizations import immunization
from include.fhir.resources.medications import medication
from include.fhir.resources.observations import BloodPressure, blood_pressure, observation, paired
from include.fhir.us_core import profile_of

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, OWN)
_Fact = TypeVar("_Fact")


def build_bundle(facts: DocumentFacts, document_id: str, *, received: str | None = None,
                 source_media_type: str | None = None) -> Json:
    """Everything that a document says, ready for a FHIR server.

    :param received: instant with zone at which the document came in; it becomes ``Provenance.recorded``.
    :param source_media_type: of the source file, for the DocumentReference.
    """
    assembly = _Assembly(document_id)
    patients = [assembly.add_patient(fact) for fact in facts.patients]
    document = assembly.add(documents.document_reference(
        facts, document_id, patients[0] if _one(patients) else None, source_media_type, received))
    about: dict[int | None, list[Json]] = {}
    for owner, reference in _statements(assembly, facts, patients):
        about.setdefault(owner, []).append(reference)
    _provenance(assembly, about, patients, document, received)
    return {"resourceType": "Bundle", "meta": meta(), "type": "transaction", "entry": assembly.entries}


def content_id(*parts: str) -> str:
    """A UUID that follows from its parts. None spells ``a1c``, the one test name in hexadecimal digits: who searches
    bundles for the text of a test must find results, not ids."""
    made = uuid.uuid5(_NAMESPACE, "\0".join(parts))
    return content_id(*parts, "") if "a1c" in str(made) else str(made)


def address(resource: Json) -> str:
    """The ``fullUrl`` of a resource with an id: the id itself, where it is a UUID; a patient's key is none."""
    resource_id = resource["id"]
    is_key = resource["resourceType"] == "Patient" and resource_id.startswith("pat-")
    return f"urn:uuid:{content_id('Patient', resource_id) if is_key else resource_id}"


def with_profile(resource: Json) -> Json:
    """The resource with the profile that it meets, if any, in ``meta``."""
    profile = profile_of(resource)
    bare = {key: value for key, value in resource.items() if key != "meta"}
    if profile is None:
        return bare
    return {"resourceType": bare["resourceType"], "meta": {"profile": [profile]}, **bare}


class _Assembly:
    """Entries in order, each with its id, address and request."""

    def __init__(self, document_id: str) -> None:
        self.document_id = document_id
        self.entries: list[Json] = []
        self._seen: dict[str, int] = {}
        self._patients: dict[str, Json] = {}
        self._practitioners: dict[str, Json] = {}
        self.places: dict[str, list[Json]] = {}
        self.analyzers: dict[str, set[str]] = {}
        self.verified: set[str] = set()

    def add_practitioner(self, resource: Json) -> Json:
        """One with an NPI is created only if the server has none of it."""
        npi = next((i["value"] for i in resource.get("identifier", ()) if i.get("system") == NPI), None)
        if npi is None:
            return self.add(resource)
        request = {"method": "POST", "url": "Practitioner", "ifNoneExist": f"identifier={NPI}|{npi}"}
        if npi not in self._practitioners:
            self._practitioners[npi] = self._append(resource, content_id("Practitioner", npi), request)
        return self._practitioners[npi]

    def add(self, resource: Json) -> Json:
        """Append a resource and return the reference to it. Equal resources are told apart by their order."""
        kind = resource["resourceType"]
        said = canonical({k: v for k, v in resource.items() if k != "extension"})
        ordinal = self._seen[said] = self._seen.get(said, -1) + 1
        resource_id = content_id(self.document_id, said, str(ordinal))
        return self._append(resource, resource_id, {"method": "PUT", "url": f"{kind}/{resource_id}"})

    def add_patient(self, fact: PatientFact) -> Json:
        """A patient with a key is created only if the server has none of this key; others belong to the document."""
        key = patient_id(fact)
        if key is None:
            return self.add(people.patient(fact, None))
        resource = people.patient(fact, key)
        if key in self._patients:
            # The same patient a second time: one resource that says what both say.
            entry = next(e for e in self.entries if e["fullUrl"] == self._patients[key]["reference"])
            entry["resource"] = with_profile(join_patients(entry["resource"], resource))
            return self._patients[key]
        request = {"method": "POST", "url": "Patient", "ifNoneExist": f"identifier={PATIENT_KEYS}|{key}"}
        self._patients[key] = self._append(resource, key, request)
        return self._patients[key]

    def _append(self, resource: Json, resource_id: str, request: Json) -> Json:
        resource = with_profile({"resourceType": resource["resourceType"], "id": resource_id, **resource})
        url = address(resource)
        self.places[url] = regions(resource)
        self.analyzers[url] = analyzers(resource)
        if is_verified(resource):
            self.verified.add(url)
        self.entries.append({"fullUrl": url, "resource": resource, "request": request})
        return {"reference": url}


def _statements(assembly: _Assembly, facts: DocumentFacts,
                patients: Sequence[Json]) -> list[tuple[int | None, Json]]:
    """Add every statement; whose it is (index of a patient, None for nobody's) and the reference to it."""
    sole = 0 if _one(patients) else None
    added: list[tuple[int | None, Json]] = []
    for person in dict.fromkeys(facts.practitioners):
        reference = assembly.add_practitioner(people.practitioner(person))
        role = people.practitioner_role(person, reference)
        added += [(sole, reference), *([(sole, assembly.add(role))] if role else [])]
    for stay, _ in _once(facts.encounters):
        added.append((sole, assembly.add(people.encounter(stay, patients[0] if sole == 0 else None))))
    added += _observations(assembly, facts, patients)
    groups: tuple[tuple[Callable[[Any, Json], Json], tuple[Any, ...]], ...] = (
        (medication, facts.medications), (condition, facts.conditions), (allergy, facts.allergies),
        (immunization, facts.immunizations), (procedure, facts.procedures))
    for build, group in groups:
        for fact, sources in _once(group):
            owner, subject = _subject(patients, fact.patient)
            added.append((owner, assembly.add(_with_evidence(build(fact, subject), sources))))
    return added


def _observations(assembly: _Assembly, facts: DocumentFacts,
                  patients: Sequence[Json]) -> list[tuple[int | None, Json]]:
    """Observations, and a report for each heading that laboratory results stand under."""
    added: list[tuple[int | None, Json]] = []
    panels: dict[tuple[int, str, PrintedDate | None], list[Json]] = {}
    for fact in paired(list(facts.observations)):
        if isinstance(fact, BloodPressure):
            owner, subject = _subject(patients, fact.systolic.patient)
            added.append((owner, assembly.add(blood_pressure(fact, subject))))
            continue
        owner, subject = _subject(patients, fact.patient)
        reference = assembly.add(observation(fact, subject))
        added.append((owner, reference))
        if fact.panel and fact.category is Category.LABORATORY:
            panels.setdefault((fact.patient, fact.panel, fact.effective), []).append(reference)
    for (index, panel, effective), results in panels.items():
        owner, subject = _subject(patients, index)
        added.append((owner, assembly.add(documents.diagnostic_report(panel, effective, subject, results))))
    return added


def _once(facts: Iterable[_Fact]) -> list[tuple[_Fact, list[Source | None]]]:
    """Equal facts are one fact that stands in several places."""
    places: dict[_Fact, list[Source | None]] = {}
    for fact in facts:
        places.setdefault(fact, []).append(getattr(fact, "source", None))
    return list(places.items())


def _with_evidence(resource: Json, sources: list[Source | None]) -> Json:
    places = evidence(*sources)
    return {**resource, "extension": places} if places else resource


def _subject(patients: Sequence[Json], index: int) -> tuple[int | None, Json]:
    """The reference to a fact's patient; R4 requires one: it is absent, not invented, where the document has none."""
    return (index, patients[index]) if 0 <= index < len(patients) else (None, absent())


def _one(patients: Sequence[Json]) -> bool:
    return len({p["reference"] for p in patients}) == 1


def _provenance(assembly: _Assembly, about: dict[int | None, list[Json]], patients: Sequence[Json], document: Json,
                received: str | None) -> None:
    """One Provenance for each patient, so that no record points into another one."""
    targets: dict[str, list[Json]] = {p["reference"]: [p] for p in patients}
    for owner, references in about.items():
        targets.setdefault("" if owner is None else patients[owner]["reference"], []).extend(references)
    if not targets:
        return
    software = assembly.add(documents.device())
    names = sorted(set().union(*assembly.analyzers.values()))
    devices = {name: assembly.add(documents.analyzer(name)) for name in names}
    for references in targets.values():
        found = set().union(*(assembly.analyzers[r["reference"]] for r in references))
        performers = [device for name, device in devices.items() if name in found]
        named = [without_empty({**r, "extension": assembly.places[r["reference"]]}) for r in references]
        verified = any(r["reference"] in assembly.verified for r in references)
        assembly.add(documents.provenance(named, document, software, received, performers, verified=verified))
