"""What a document adds to a patient's record, and what a record holds. Pure.

A document's part of a record is found as merging finds it: its Provenance names what it states, and the evidence of
each fact names the document.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from include.fhir.evidence import is_confirmed, named
from include.fhir.merge import merge, resources_by_patient

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Contribution:
    """One document in one record; addresses are the record's ``fullUrl``.

    :param provenance: the address of the document's Provenance.
    :param targets: what it states: the patient, its DocumentReference, its facts.
    :param evidence: the facts that name the document.
    """

    patient: str
    document_id: str
    provenance: str
    targets: frozenset[str]
    evidence: frozenset[str]


@dataclass(frozen=True, slots=True)
class Record:
    """A patient's record.

    :param twice: addresses that it has more than once.
    :param addresses: of all that it holds.
    :param provenances: what each Provenance states, by its address.
    :param evidence: the facts that name a document, by document.
    :param confirmed: facts that a person has approved: they stay, whatever their document says when it is made anew.
    :param documents: every document that it names.
    :param digest: see :func:`include.reconciliation.digest.digest_of_record`.
    """

    patient: str
    twice: tuple[str, ...]
    addresses: frozenset[str]
    provenances: Mapping[str, frozenset[str]]
    evidence: Mapping[str, frozenset[str]]
    confirmed: frozenset[str]
    documents: frozenset[str]
    digest: str

    def confirms(self, document_id: str) -> bool:
        """Whether all that the document states here was approved by a person."""
        return self.evidence.get(document_id, frozenset()) <= self.confirmed


def contributions(bundle: Json, document_id: str) -> tuple[Contribution, ...]:
    """What a document's bundle adds to each record: that of an empty one that it is merged into."""
    return tuple(_contribution(merge(None, resources, patient, document_id).record, patient, document_id)
                 for patient, resources in resources_by_patient(bundle).items())


def record_of(stored: Json, patient: str, digest: str) -> Record:
    """A record as it is stored."""
    resources = [(entry["fullUrl"], entry["resource"]) for entry in stored["entry"]]
    times = Counter(url for url, _ in resources)
    evidence = _evidence(dict(resources))
    references = {resource["identifier"][0]["value"] for _, resource in resources
                  if resource["resourceType"] == "DocumentReference"}
    return Record(
        patient, tuple(url for url, count in times.items() if count > 1), frozenset(times),
        _provenances(dict(resources)), evidence,
        frozenset(url for url, resource in resources if is_confirmed(resource)),
        frozenset(references | evidence.keys()), digest)


def _contribution(alone: Json, patient: str, document_id: str) -> Contribution:
    resources = {entry["fullUrl"]: entry["resource"] for entry in alone["entry"]}
    [(provenance, targets)] = _provenances(resources).items()
    return Contribution(
        patient, document_id, provenance, targets, _evidence(resources).get(document_id, frozenset()))


def _provenances(resources: Mapping[str, Json]) -> dict[str, frozenset[str]]:
    return {url: frozenset(target["reference"] for target in resource["target"])
            for url, resource in resources.items() if resource["resourceType"] == "Provenance"}


def _evidence(resources: Mapping[str, Json]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for url, resource in resources.items():
        for document in named(resource):
            found[document].add(url)
    return {document: frozenset(urls) for document, urls in found.items()}
