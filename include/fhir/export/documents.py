"""Which documents a run had, and whose records they touched."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from include.documents.batches import batch_key_of_run, read_batch
from include.documents.storage import Bucket, bundle_key, run_key
from include.fhir.merge import resources_by_patient
from include.reporting.outcome import FAILED, RESOLVED, Outcome
from include.reporting.stored_outcomes import latest, of_run

Json = dict[str, Any]

_READS_AT_ONCE = 8
_NOT_FACTS = frozenset(("Device", "DocumentReference", "Provenance"))


@dataclass(frozen=True, slots=True)
class RunDocument:
    """A document of a run: the records that it touched, how many of its facts are nobody's, and why it is left out,
    as a code of the error registry (None where it is in)."""

    document_id: str
    patients: tuple[str, ...] = ()
    nobodys: int = 0
    reason: str | None = None


def documents_of_run(bucket: Bucket, run_id: str) -> dict[str, str]:
    """Those of a batch, or those that the run's report lists, each with the run of documents_to_fhir that had it. A
    report of an earlier version does not name it: an empty string.

    :raises PipelineError: S3_NOT_FOUND, there is no such run or it has no report yet; the other S3 codes.
    """
    if key := batch_key_of_run(run_id):
        return dict.fromkeys(read_batch(bucket, key).document_ids, run_id)
    rows = csv.DictReader(io.StringIO(bucket.read(run_key(run_id, "documents.csv")).decode()))
    return {row["document_id"]: row.get("run_id") or "" for row in rows}


def look_up(bucket: Bucket, run_id: str, documents: Mapping[str, str]) -> Iterator[RunDocument]:
    """What became of each document, in their order. As in the run's report, one without an outcome of this run, or of
    the batch by which it joined the run, is TASK_LOST.

    :param documents: as :func:`documents_of_run` returns them.
    :raises PipelineError: S3 codes.
    """
    batch = cache(partial(_batch_documents, bucket))

    def find(document_id: str) -> Outcome | None:
        if own := documents[document_id]:
            return of_run(bucket, document_id, own)
        outcome = latest(bucket, document_id)
        if outcome and (outcome.run_id == run_id or document_id in batch(outcome.run_id)):
            return outcome
        return None

    def look(document_id: str) -> RunDocument:
        outcome = find(document_id)
        return _touched(bucket, outcome) if outcome else RunDocument(document_id, reason="TASK_LOST")

    with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
        yield from pool.map(look, documents)


def _batch_documents(bucket: Bucket, run_id: str) -> frozenset[str]:
    key = batch_key_of_run(run_id)
    return frozenset(read_batch(bucket, key).document_ids) if key else frozenset()


def _touched(bucket: Bucket, outcome: Outcome) -> RunDocument:
    if outcome.state == FAILED:
        return RunDocument(outcome.document_id, reason=outcome.error_code)
    stored = bucket.find(bundle_key(outcome.document_id))
    if stored is None:
        # One that a person has resolved by hand may never have had a bundle.
        return RunDocument(outcome.document_id, reason=None if outcome.state == RESOLVED else "S3_NOT_FOUND")
    bundle = json.loads(stored.body)
    parts = resources_by_patient(bundle)
    nobodys = _facts_of_nobody(bundle, parts)
    return RunDocument(outcome.document_id, tuple(sorted(parts)), nobodys, None if parts else "NO_PATIENT")


def _facts_of_nobody(bundle: Json, parts: dict[str, list[Json]]) -> int:
    owned = {resource["id"] for resources in parts.values() for resource in resources}
    resources = (entry["resource"] for entry in bundle.get("entry", ()))
    return sum(r["resourceType"] not in _NOT_FACTS and r["id"] not in owned for r in resources)
