"""What every document states is in its patients' records, once, and nobody else's is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from include.reconciliation.accounts import Account
from include.reconciliation.contribution import Contribution, Record
from include.reconciliation.invariant import Invariant
from include.reconciliation.place import Place
from include.reconciliation.stored import Chain
from include.reporting.outcome import RESOLVED, SUCCESS

_DELIVERY = "FHIR_"
"""Begins the codes of the FHIR server, which comes behind the record."""


def records_hold_documents(
    found: Sequence[Account], records: Iterable[Record], chains: Mapping[str, Sequence[Chain]], *, whole: bool = True
) -> Invariant:
    """:param chains: by document.

    :param whole: these are all the documents that there are; otherwise a record may name others.
    """
    by_patient = {record.patient: record for record in records}
    by_document = {account.document_id: account for account in found}
    stated = [each for account in found if account.state == SUCCESS for each in account.stored.contributions or ()]
    problems = [f"{each.document_id}: {says}" for each in stated for says in _missing(each, by_patient)]
    for record in by_patient.values():
        problems += [f"{record.patient}: has {url} twice" for url in record.twice]
        problems += [f"{document}: {says} {record.patient}" for document in sorted(record.documents)
                     for says in _out_of_place(by_document.get(document), record, chains.get(document, ()), whole)]
    successes = [account for account in found if account.state == SUCCESS]
    counts = {"successful documents": len(successes),
              "of no patient who can be told": sum(not account.stored.contributions for account in successes),
              "facts stated": sum(len(each.evidence) for each in stated),
              "facts in records": sum(len(by_patient[each.patient].evidence.get(each.document_id, ()))
                                      for each in stated if each.patient in by_patient),
              "records": len(by_patient)}
    return Invariant("records-complete", counts, tuple(problems))


def _missing(each: Contribution, by_patient: Mapping[str, Record]) -> Iterable[str]:
    record = by_patient.get(each.patient)
    if record is None:
        yield f"there is no record of {each.patient}"
        return
    if lacking := each.targets - record.provenances.get(each.provenance, frozenset()):
        yield f"{len(lacking)} of its {len(each.targets)} statements are not in {each.patient}"
    elif gone := each.targets - record.addresses:
        yield f"{len(gone)} of its statements are named in {each.patient} and not there"
    elif silent := each.evidence - record.evidence.get(each.document_id, frozenset()):
        yield f"{len(silent)} facts in {each.patient} do not name it"


def _out_of_place(
    account: Account | None, record: Record, chains: Sequence[Chain], whole: bool
) -> Iterable[str]:
    if account is None:
        if whole:
            yield "is no document that we know and is in the record of"
        return
    if record.patient not in account.stored.records:
        yield "its merged.json does not name a record that it is in:"
    if account.state == SUCCESS:
        mine = [each for each in account.stored.contributions or () if each.patient == record.patient]
        if not mine and account.stored.contributions is not None and not record.confirms(account.document_id):
            yield "its bundle says nothing of a patient whose record it is in:"
        for each in mine:
            if more := record.evidence.get(each.document_id, frozenset()) - each.evidence - record.confirmed:
                yield f"{len(more)} facts that its bundle does not state are in"
    elif not _may_be_there(account, chains):
        yield f"is {account.state} and in the record of"


def _may_be_there(account: Account, chains: Sequence[Chain]) -> bool:
    """What is certain goes into the record before a person is asked about the rest, and stays whatever the answer; the
    FHIR server comes after it; and a document that was successful is in it while it is made anew."""
    if account.state in (Place.UNDER_WAY, Place.WAITING, RESOLVED):
        return True
    code = account.stored.outcome.error_code if account.stored.outcome else None
    return any(chain.reviewed for chain in chains) or (code or "").startswith(_DELIVERY)
