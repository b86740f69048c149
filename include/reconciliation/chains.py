"""Every document has its audit chain, whole, from its reception to its seal. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from include.audit.chain import ChainReport
from include.audit.events import BILLED_EVENTS, AuditEvent, EventName
from include.reconciliation.accounts import Account
from include.reconciliation.invariant import Invariant
from include.reconciliation.stored import Chain

AFTER_THE_SEAL = frozenset(
    (EventName.DOCUMENT_VIEWED, EventName.REVIEW_DECIDED, EventName.OCR_TEMP_DELETE))
"""What people and the day's sweep do to a document that has ended."""


def chain_of(day: str, report: ChainReport, events: Sequence[AuditEvent]) -> Chain:
    """:param events: those that can be read."""
    first = events[0] if events and events[0].event is EventName.DOCUMENT_RECEIVED else None
    work = [event for event in events if event.event not in AFTER_THE_SEAL]
    return Chain(
        report.document_id, day, report.events, report.problems,
        received=datetime.fromisoformat(first.time) if first else None,
        sealed=bool(work) and work[-1].event is EventName.DOCUMENT_SEALED,
        pages_billed=sum(event.page_count or 0 for event in events if event.event in BILLED_EVENTS),
        reviewed=any(event.event is EventName.REVIEW_REQUESTED for event in events))


def audit_chains_whole(found: Sequence[Account], chains: Mapping[str, Sequence[Chain]]) -> Invariant:
    """:param chains: by document; a document that was registered on two days has two."""
    every = [chain for of_document in chains.values() for chain in of_document]
    problems = [f"{chain.document_id}: {says}" for chain in every for says in chain.problems]
    problems += [f"{chain.document_id}: does not begin with document_received" for chain in every
                 if chain.received is None]
    ended = {account.document_id for account in found if account.has_ended}
    problems += [f"{chain.document_id}: has ended and is not sealed" for chain in every
                 if chain.document_id in ended and not chain.sealed]
    problems += [f"{account.document_id}: is registered and has no audit chain" for account in found
                 if account.stored.registered and not chains.get(account.document_id)]
    counts = {"documents": len(found), "chains": len(every), "events": sum(chain.events for chain in every),
              "whole": sum(not chain.problems for chain in every), "sealed": sum(chain.sealed for chain in every)}
    return Invariant("audit-chains-whole", counts, tuple(problems))
