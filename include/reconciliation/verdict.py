"""Every invariant over what was read of a deployment. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from include.reconciliation import accounts
from include.reconciliation.accounts import Intake
from include.reconciliation.billing import Allowed, pages_billed_once
from include.reconciliation.chains import audit_chains_whole
from include.reconciliation.contribution import Record
from include.reconciliation.digest import digest_of_all
from include.reconciliation.invariant import Invariant
from include.reconciliation.pages import pages_merged
from include.reconciliation.place import DocumentRun
from include.reconciliation.records import records_hold_documents
from include.reconciliation.stored import Chain, PageResult, StoredDocument
from include.reconciliation.uploads import temp_bucket_empty


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A deployment as it was read.

    :param whole: all days were.
    :param runs: each document in each of its runs.
    :param chains: by document.
    :param uploads: the document of each object in the temporary bucket.
    """

    whole: bool
    intake: Intake
    runs: Sequence[DocumentRun]
    stored: Sequence[StoredDocument]
    chains: Mapping[str, Sequence[Chain]]
    results: Sequence[PageResult]
    records: Sequence[Record]
    uploads: Sequence[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every invariant, and the figures over all of them.

    :param records_digest: see :mod:`include.reconciliation.digest`.
    """

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
    """:param allowed: what the caller can explain."""
    found = accounts.accounts(snapshot.intake, snapshot.stored, snapshot.runs)
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
