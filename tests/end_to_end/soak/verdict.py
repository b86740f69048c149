"""Whether the day kept its promises: every document accounted for, everything said that is printed, nothing else."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local_system import LocalSystem

from demo.watch import Row, day_runs, rows
from include.documents.storage import Bucket, bundle_key
from include.samples.specimens.documents import Specimen, problems


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the documents.

    :param states: how many documents are in each state.
    :param lost: documents without a row of tasks, or with more than one.
    :param false_successes: what is wrong with each document that says success and does not say what it prints.
    :param records: what is wrong with each patient's record.
    :param billed: pages that the service was paid for; ``needed``, those that are pictures.
    """

    documents: int
    states: Mapping[str, int]
    lost: int
    false_successes: Sequence[str]
    records: Sequence[str]
    billed: int
    needed: int
    broken_chains: int
    uploads_left: int
    promises: Mapping[str, bool] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "promises", {
            "every document is accounted for, once": not self.lost,
            "every document is a success": self.states.get("success", 0) == self.documents,
            "no success says less, more or other than is printed": not self.false_successes,
            "every patient's record says what all documents print": not self.records,
            "every page was billed once": self.billed == self.needed,
            "every audit chain is whole": not self.broken_chains,
            "no upload is left": not self.uploads_left})


def judge(system: LocalSystem, day: str, delivered: Mapping[str, Specimen]) -> Verdict:
    """Look at everything that the day has left."""
    found = list(rows(system.api, day_runs(system.api, day)))
    seen = Counter(row.document_id for row in found)
    return Verdict(
        documents=len(delivered),
        states=Counter(row.state for row in found),
        lost=sum(seen[document] != 1 for document in delivered) + len(seen.keys() - delivered.keys()),
        false_successes=false_successes(system.bucket, found, delivered),
        records=wrong_records(system.bucket, delivered.values()),
        billed=system.pages_billed(),
        needed=sum(specimen.pages_to_ocr for specimen in delivered.values()),
        broken_chains=len(system.broken_chains()), uploads_left=len(system.temp_objects()))


def false_successes(bucket: Bucket, found: Sequence[Row], delivered: Mapping[str, Specimen]) -> list[str]:
    wrong = []
    for row in found:
        if row.state == "success" and row.document_id in delivered:
            stored = bucket.find(bundle_key(row.document_id))
            said = _resources(stored.body) if stored else []
            wrong += [f"{row.document_id}: {each}" for each in problems([delivered[row.document_id]], said)]
    return wrong


def wrong_records(bucket: Bucket, specimens: Sequence[Specimen] | Any) -> list[str]:
    """Records by their patients' record numbers beside what the patients' documents print."""
    documents, stored = defaultdict[str, list[Specimen]](list), defaultdict[str, list[list[Any]]](list)
    for specimen in specimens:
        documents[specimen.patient.record_number].append(specimen)
    for entry in bucket.list("patients/"):
        resources = _resources(bucket.read(entry.key))
        for number in _record_numbers(resources):
            stored[number].append(resources)
    wrong = []
    for number, theirs in documents.items():
        name = f"patient of specimen {theirs[0].number}"
        if len(stored[number]) != 1:
            wrong.append(f"{name}: {len(stored[number])} records")
        else:
            wrong += [f"{name}: {each}" for each in problems(theirs, stored[number][0])]
    return wrong


def _record_numbers(resources: Sequence[Any]) -> set[str]:
    return {identifier["value"] for each in resources if each["resourceType"] == "Patient"
            for identifier in each.get("identifier", ()) if identifier.get("type")}


def _resources(stored: bytes) -> list[Any]:
    return [entry["resource"] for entry in json.loads(stored)["entry"]]
