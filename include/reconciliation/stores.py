"""Reading the buckets: what came in, what is stored of each document, chains, results, records. Nothing is written."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from include.audit.chain import decode, verify
from include.documents import batches, intake, storage
from include.documents.storage import Bucket
from include.reconciliation.chains import chain_of
from include.reconciliation.contribution import Contribution, Record, contributions, record_of
from include.reconciliation.digest import digest_of_record
from include.reconciliation.reading import Progress, read_each
from include.reconciliation.stored import Chain, PageResult, StoredDocument
from include.reporting.stored_outcomes import latest, of_run

_INBOX = "inbox/"


@dataclass(frozen=True, slots=True)
class Partition:
    """A day's inbox: when each document landed, and the batches that were planned."""

    day: str
    landed: Mapping[str, datetime]
    batches: tuple[batches.Batch, ...]


def days_of(documents: Bucket, audit: Bucket) -> list[str]:
    """Every day that has an inbox partition or an audit chain."""
    folders = [folder.removeprefix(prefix).rstrip("/") for bucket, prefix in
               ((documents, _INBOX), (audit, storage.AUDIT)) for folder in bucket.list_folders(prefix)]
    return sorted(set(folders))


def partition(documents: Bucket, day: str) -> Partition:
    """One day's inbox as it is now."""
    landed = {storage.document_id(listed.key, listed.etag): listed.modified
              for listed in documents.list(storage.inbox_prefix(day)) if not listed.key.endswith("/")}
    return Partition(day, landed, tuple(batches.read_batches(documents, day)))


def registered(documents: Bucket) -> list[str]:
    """Every document that has a folder."""
    return [storage.document_of_folder(folder) for folder in documents.list_folders(storage.documents_prefix())]


def stored_document(documents: Bucket, document_id: str, run_ids: Iterable[str]) -> StoredDocument:
    """What is stored of a document.

    :param run_ids: those whose outcomes are asked for.
    """
    last = latest(documents, document_id)
    outcomes = {run_id: last if last and last.run_id == run_id else of_run(documents, document_id, run_id)
                for run_id in run_ids}
    manifest = _json(documents, storage.manifest_key(document_id))
    merged = _json(documents, storage.content_key(document_id))
    return StoredDocument(
        document_id,
        registered=documents.exists(storage.source_key(document_id)),
        outcome=last,
        run_outcomes={run_id: outcome for run_id, outcome in outcomes.items() if outcome},
        pages=tuple(page["number"] for page in manifest["pages"]) if manifest else None,
        ocr_pages={page["number"]: str(page["page_hash"]) for page in manifest["pages"] if page["needs_ocr"]}
        if manifest else {},
        merged_pages=tuple(page["number"] for page in merged["pages"]) if merged else None,
        merged_by_ocr=frozenset(page["number"] for page in merged["pages"] if page["origin"] == "ocr")
        if merged else frozenset(),
        contributions=_contributions(documents, document_id),
        records=frozenset((_json(documents, storage.merged_key(document_id)) or {"patients": ()})["patients"]),
    )


def chains(
    audit: Bucket, days: Sequence[str], progress: Progress
) -> dict[str, list[Chain]]:
    """The chains of these days by document, each event read."""
    found: dict[str, list[Chain]] = defaultdict(list)
    for chain in read_each(_chain_keys(audit, days), lambda keys: _chain(audit, keys), "audit chains", progress):
        found[chain.document_id].append(chain)
    return found


def chain_of_day(audit: Bucket, day: str, document_id: str) -> Chain | None:
    """One chain; None where there is none of this day."""
    keys = [listed.key for listed in audit.list(storage.audit_prefix(day, document_id))]
    return _chain(audit, keys) if keys else None


def registration_day(documents: Bucket, document_id: str) -> str:
    """The day below which the document's audit chain is."""
    return intake.read_source(documents, document_id).day


def page_results(documents: Bucket) -> list[PageResult]:
    """Every page that is stored, whatever features it was read with."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for listed in documents.list("ocr/"):
        found[listed.key.removeprefix("ocr/").partition("-")[0]].append(listed.modified)
    return [PageResult(page_hash, len(times), min(times)) for page_hash, times in found.items()]


def patients(documents: Bucket) -> list[str]:
    """Everybody who has a record."""
    return [listed.key.removeprefix("patients/").removesuffix(".json") for listed in documents.list("patients/")]


def records(documents: Bucket, wanted: Collection[str], progress: Progress) -> list[Record]:
    """These patients' records, each read once; one that is not there is left out."""
    found = read_each(sorted(wanted), lambda patient: _record(documents, patient), "records", progress)
    return [record for record in found if record]


def uploads(temp: Bucket, ocr_s3_prefix: str, before: datetime) -> list[str]:
    """The document of each object in the temporary bucket that was there at a moment (UTC)."""
    return [storage.document_of_temp_key(ocr_s3_prefix, listed.key) for listed in temp.list(ocr_s3_prefix)
            if listed.modified < before]


def _record(documents: Bucket, patient: str) -> Record | None:
    stored = _json(documents, storage.patient_key(patient))
    return record_of(stored, patient, digest_of_record(stored)) if stored else None


def _contributions(documents: Bucket, document_id: str) -> tuple[Contribution, ...] | None:
    bundle = _json(documents, storage.bundle_key(document_id))
    return contributions(bundle, document_id) if bundle else None


def _chain_keys(audit: Bucket, days: Sequence[str]) -> list[list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for day in days:
        for listed in audit.list(f"{storage.AUDIT}{day}/"):
            found[listed.key.rpartition("/")[0]].append(listed.key)
    return list(found.values())


def _chain(audit: Bucket, keys: Sequence[str]) -> Chain:
    _, day, document_id, _ = keys[0].split("/")
    bodies = [audit.read(key) for key in keys]
    events = []
    for body in bodies:
        # An event that cannot be read is one of the report's problems.
        with suppress(ValueError):
            events.append(decode(body))
    return chain_of(day, verify(document_id, bodies), events)


def _json(documents: Bucket, key: str) -> Any:
    stored = documents.find(key)
    return json.loads(stored.body) if stored else None
