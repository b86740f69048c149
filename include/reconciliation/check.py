"""Read a deployment, then judge it.

What came in is listed first, then Airflow is asked, then the stores are read: whatever Airflow says has ended is in the
stores by then, and what goes on meanwhile is under way.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from include.airflow_api import AirflowApi
from include.documents.batches import read_batch
from include.documents.storage import Bucket
from include.reconciliation import accounts, airflow_runs, stores
from include.reconciliation.accounts import Intake
from include.reconciliation.airflow_runs import Run
from include.reconciliation.billing import Allowed, pages_billed_once
from include.reconciliation.chains import audit_chains_whole
from include.reconciliation.contribution import Record
from include.reconciliation.digest import digest_of_all
from include.reconciliation.invariant import Invariant
from include.reconciliation.pages import pages_merged
from include.reconciliation.reading import Progress, read_each
from include.reconciliation.records import records_hold_documents
from include.reconciliation.stored import Chain, PageResult, StoredDocument
from include.reconciliation.stores import Partition
from include.reconciliation.uploads import temp_bucket_empty
from include.settings import Settings


@dataclass(frozen=True, slots=True)
class Buckets:
    """Where a deployment keeps what it has."""

    documents: Bucket
    audit: Bucket
    temp: Bucket


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A deployment as it was read.

    :param whole: all days were.
    :param chains: by document.
    :param uploads: the document of each object in the temporary bucket.
    """

    whole: bool
    intake: Intake
    runs: Sequence[Run]
    stored: Sequence[StoredDocument]
    chains: dict[str, list[Chain]]
    results: Sequence[PageResult]
    records: Sequence[Record]
    uploads: Sequence[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every invariant, and the figures over all of them. ``records_digest``: see :mod:`digest`."""

    invariants: tuple[Invariant, ...]
    documents: int
    pages_read: int
    pages_billed: int
    billed_again: int
    records_digest: str

    @property
    def holds(self) -> bool:
        return all(invariant.holds for invariant in self.invariants)


def judge(snapshot: Snapshot, allowed: Allowed) -> Verdict:
    """Pure."""
    of_runs = [document for run in snapshot.runs for document in run.documents]
    found = accounts.accounts(snapshot.intake, snapshot.stored, of_runs)
    bill = pages_billed_once(found, snapshot.chains, snapshot.results, allowed, whole=snapshot.whole)
    known = {account.document_id for account in found}
    uploads = [each for each in snapshot.uploads if snapshot.whole or each in known]
    return Verdict(
        (accounts.documents_accounted_for(found), accounts.no_false_success(found),
         pages_merged(found, {result.page_hash for result in snapshot.results}), bill.invariant,
         audit_chains_whole(found, snapshot.chains),
         records_hold_documents(found, snapshot.records, snapshot.chains, whole=snapshot.whole),
         temp_bucket_empty(found, uploads)),
        len(found), bill.read, bill.billed, bill.again,
        digest_of_all((record.patient, record.digest) for record in snapshot.records))


def read(api: AirflowApi, buckets: Buckets, settings: Settings, days: Sequence[str], progress: Progress) -> Snapshot:
    """Look at a deployment; nothing is changed.

    :param days: inbox partitions (YYYY-MM-DD); none: all that there is.
    :raises ApiError: Airflow refuses.
    :raises PipelineError: an S3 code.
    """
    now, whole = datetime.now(UTC), not days
    days = days or stores.days_of(buckets.documents, buckets.audit)
    partitions = [stores.partition(buckets.documents, day) for day in days]
    folders = stores.registered(buckets.documents) if whole else []
    inbox_runs = api.runs(airflow_runs.INBOX_DAG)
    runs = airflow_runs.document_runs(
        api, lambda key: read_batch(buckets.documents, key).document_ids, progress, None if whole else days)
    chains = stores.chains(buckets.audit, days, progress)
    batched = {document for each in partitions for batch in each.batches for document in batch.document_ids}
    landed = {document for each in partitions for document in each.landed}
    named = {document.document_id for run in runs for document in run.documents} if whole else set()
    ids = sorted({*landed, *batched, *chains, *folders, *named})
    stored = _stored(buckets.documents, ids, runs, progress)
    _add_chains_of_other_days(buckets, stored, chains)
    patients = stores.patients(buckets.documents) if whole else {
        patient for each in stored for patient in _patients(each)}
    return Snapshot(
        whole, _intake(api, partitions, inbox_runs, runs, settings), runs, stored, chains,
        stores.page_results(buckets.documents), stores.records(buckets.documents, patients, progress),
        stores.uploads(buckets.temp, settings.ocr_s3_prefix, now))


def _stored(
    documents: Bucket, ids: Sequence[str], runs: Sequence[Run], progress: Progress
) -> list[StoredDocument]:
    run_ids: dict[str, list[str]] = {}
    for run in runs:
        for document in run.documents:
            run_ids.setdefault(document.document_id, []).append(run.run_id)
    return read_each(
        ids, lambda each: stores.stored_document(documents, each, run_ids.get(each, ())), "documents", progress)


def _add_chains_of_other_days(
    buckets: Buckets, stored: Sequence[StoredDocument], chains: dict[str, list[Chain]]
) -> None:
    """A document that a run by hand has registered has its chain below the day of that run."""
    for each in stored:
        if each.registered and each.document_id not in chains:
            day = stores.registration_day(buckets.documents, each.document_id)
            if chain := stores.chain_of_day(buckets.audit, day, each.document_id):
                chains[each.document_id] = [chain]


def _intake(
    api: AirflowApi, partitions: Sequence[Partition], inbox_runs: Sequence[dict[str, Any]], runs: Sequence[Run],
    settings: Settings,
) -> Intake:
    started = {run.run_id for run in runs}
    batches: dict[str, list[str]] = {}
    for batch in (batch for each in partitions for batch in each.batches):
        for document in batch.document_ids:
            batches.setdefault(document, []).append(batch.run_id)
    open_inbox = airflow_runs.open_runs(inbox_runs)
    handled = {*batches, *(document.document_id for run in runs for document in run.documents)}
    return Intake(
        frozenset(document for each in partitions for document in each.landed), batches,
        frozenset(document for each in partitions
                  for document in _to_be_planned(api, each, inbox_runs, handled, settings)),
        frozenset(batch.run_id for each in partitions for batch in each.batches
                  if batch.run_id not in started and batch.planned_by.run_id in open_inbox))


def _to_be_planned(
    api: AirflowApi, each: Partition, inbox_runs: Sequence[dict[str, Any]], handled: Collection[str], settings: Settings
) -> list[str]:
    new = {document: landed for document, landed in each.landed.items() if document not in handled}
    looks = airflow_runs.looks(api, inbox_runs, each.day, settings.inbox_lookback_days) if new else []
    return [document for document, landed in new.items() if all(look <= landed for look in looks)]


def _patients(each: StoredDocument) -> set[str]:
    return {*each.records, *(contribution.patient for contribution in each.contributions or ())}
