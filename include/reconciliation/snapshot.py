"""Reading a deployment.

What came in is listed first, then Airflow is asked, then the stores are read: whatever Airflow says has ended is in the
stores by then, and what goes on meanwhile is under way.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from include.documents.batches import read_batch
from include.documents.storage import Bucket
from include.reconciliation import stores
from include.reconciliation.accounts import Intake
from include.reconciliation.airflow_runs import Airflow
from include.reconciliation.place import DocumentRun
from include.reconciliation.reading import Progress, read_each
from include.reconciliation.stored import Chain, StoredDocument
from include.reconciliation.stores import Partition
from include.reconciliation.verdict import Snapshot


@dataclass(frozen=True, slots=True)
class Buckets:
    """Where a deployment keeps what it has.

    :param ocr_s3_prefix: below it lie the uploads in ``temp``.
    """

    documents: Bucket
    audit: Bucket
    temp: Bucket
    ocr_s3_prefix: str


def read(airflow: Airflow, buckets: Buckets, days: Sequence[str], progress: Progress) -> Snapshot:
    """Look at a deployment; nothing is changed.

    :param days: inbox partitions (YYYY-MM-DD); none: all that there is.
    :raises ApiError: Airflow refuses.
    :raises PipelineError: an S3 code.
    """
    now, whole, documents = datetime.now(UTC), not days, buckets.documents
    days = days or stores.days_of(documents, buckets.audit)
    partitions = [stores.partition(documents, day) for day in days]
    folders = stores.registered(documents) if whole else []
    planning = airflow.planning()
    runs = airflow.document_runs(
        lambda key: read_batch(documents, key).document_ids, progress, None if whole else days)
    chains = stores.chains(buckets.audit, days, progress)
    ids = {*_named(partitions), *chains, *folders, *(run.document_id for run in runs if whole)}
    stored = _stored(documents, sorted(ids), runs, progress)
    _add_chains_of_other_days(buckets, stored, chains)
    patients = stores.patients(documents) if whole else {patient for each in stored for patient in _patients(each)}
    return Snapshot(
        whole, _intake(airflow, partitions, planning, runs), runs, stored, chains, stores.page_results(documents),
        stores.records(documents, patients, progress), stores.uploads(buckets.temp, buckets.ocr_s3_prefix, now))


def _named(partitions: Sequence[Partition]) -> set[str]:
    batched = {document for each in partitions for batch in each.batches for document in batch.document_ids}
    return batched.union(*(each.landed for each in partitions))


def _stored(
    documents: Bucket, ids: Sequence[str], runs: Sequence[DocumentRun], progress: Progress
) -> list[StoredDocument]:
    run_ids: dict[str, list[str]] = {}
    for run in runs:
        run_ids.setdefault(run.document_id, []).append(run.run_id)
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
    airflow: Airflow, partitions: Sequence[Partition], planning: Collection[str], runs: Sequence[DocumentRun]
) -> Intake:
    batches: dict[str, list[str]] = {}
    for batch in (batch for each in partitions for batch in each.batches):
        for document in batch.document_ids:
            batches.setdefault(document, []).append(batch.run_id)
    handled = {*batches, *(run.document_id for run in runs)}
    started = {run.run_id for run in runs}
    return Intake(
        frozenset(document for each in partitions for document in each.landed), batches,
        frozenset(document for each in partitions for document in _to_be_planned(airflow, each, handled)),
        frozenset(batch.run_id for each in partitions for batch in each.batches
                  if batch.run_id not in started and batch.planned_by.run_id in planning))


def _to_be_planned(airflow: Airflow, each: Partition, handled: Collection[str]) -> list[str]:
    new = {document: landed for document, landed in each.landed.items() if document not in handled}
    looks = airflow.looks(each.day) if new else []
    return [document for document, landed in new.items() if all(look <= landed for look in looks)]


def _patients(each: StoredDocument) -> set[str]:
    return {*each.records, *(contribution.patient for contribution in each.contributions or ())}
