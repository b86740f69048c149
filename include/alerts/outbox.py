"""Each alert as an object that is written before it is sent: written once, sent once, and never lost.

The object comes first, under a key that follows from what is alerted, with If-None-Match: of two that would send the
same alert, one wins. The object then remembers by which channels the alert has gone out. Where a channel fails, or the
sender dies, the object stays pending, and the next occasion sends by the channels that are missing. Sending first would
be shorter, but of two senders both would send, and a failure would leave no trace. What remains: a sender that dies
between a channel's answer and the note of it makes that alert come twice. Twice costs a glance; never costs a document.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from include.alerts.message import Alert, Run
from include.documents.storage import ALERTS, Bucket, ConditionFailedError, alerted_documents_key

LEASE = timedelta(minutes=10)
"""How long a sender has an alert to itself; all channels' timeouts together are shorter."""
LOOK_BACK = timedelta(days=14)
"""An entry that nobody has touched for longer is not read any more; each try to send it touches it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An alert in the outbox.

    :param run: the run that it is about; None where it is about documents of several.
    :param failures: ``<document id> <code>``, where it is about failures.
    :param documents: documents by inbox partition, where it is about their age.
    :param claimed: when a sender took it (ISO 8601); None: nobody has it.
    :param sent: the channels by which it has gone out.
    :param closed: nothing is left to do.
    """

    subject: str
    text: str
    run: Run | None = None
    failures: tuple[str, ...] = ()
    documents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    claimed: str | None = None
    sent: tuple[str, ...] = ()
    closed: bool = False

    @property
    def alert(self) -> Alert:
        return Alert(self.subject, self.text)


@dataclass(frozen=True, slots=True)
class Claim:
    """An entry that its holder alone may send, for :data:`LEASE`."""

    key: str
    etag: str
    entry: Entry


def put(bucket: Bucket, key: str, entry: Entry, now: datetime) -> Claim | None:
    """Write an entry and take it; None where it is there already, whoever sends it.

    :raises PipelineError: an S3 code.
    """
    taken = replace(entry, claimed=now.isoformat())
    try:
        return Claim(key, bucket.create(key, to_json(taken)), taken)
    except ConditionFailedError:
        return None


def pending(bucket: Bucket, now: datetime) -> Iterator[Claim]:
    """Take, one by one, the entries that were not sent by every channel and that nobody has.

    :raises PipelineError: an S3 code.
    """
    kinds = tuple(f"{ALERTS}{kind}/" for kind in ("failed", "late", "overdue"))
    recent = [listed.key for listed in bucket.list(ALERTS)
              if listed.key.startswith(kinds) and listed.modified > now - LOOK_BACK]
    for key in recent:
        stored = bucket.read_version(key)
        entry = from_json(stored.body)
        if entry.closed or (entry.claimed and datetime.fromisoformat(entry.claimed) > now - LEASE):
            continue
        taken = note(bucket, Claim(key, stored.etag, entry), claimed=now.isoformat())
        if taken:
            yield taken


def note(bucket: Bucket, claim: Claim, **changes: Any) -> Claim | None:
    """Change an entry that one holds; None where somebody else has it by now.

    :raises PipelineError: an S3 code.
    """
    entry = replace(claim.entry, **changes)
    try:
        return Claim(claim.key, bucket.replace(claim.key, to_json(entry), claim.etag), entry)
    except ConditionFailedError:
        return None


def failures_of(bucket: Bucket, prefix: str) -> frozenset[str]:
    """Every ``<document id> <code>`` that was alerted below a prefix.

    :raises PipelineError: an S3 code.
    """
    entries = (from_json(bucket.read(listed.key)) for listed in bucket.list(prefix))
    return frozenset(failure for entry in entries for failure in entry.failures)


def alerted_documents(bucket: Bucket, day: str) -> frozenset[str]:
    """The documents of an inbox partition that were alerted for their age.

    :raises PipelineError: an S3 code.
    """
    stored = bucket.find(alerted_documents_key(day))
    return frozenset(json.loads(stored.body)["documents"]) if stored else frozenset()


def remember_documents(bucket: Bucket, day: str, document_ids: tuple[str, ...]) -> None:
    """Add documents of an inbox partition to those that were alerted, whoever else does so at the same moment.

    :raises PipelineError: an S3 code.
    """
    key = alerted_documents_key(day)
    while True:
        stored = bucket.find(key)
        known = set(json.loads(stored.body)["documents"]) if stored else set()
        if known.issuperset(document_ids):
            return
        body = json.dumps({"documents": sorted(known.union(document_ids))}, indent=1).encode()
        try:
            bucket.replace(key, body, stored.etag) if stored else bucket.create(key, body)
        except ConditionFailedError:
            continue
        return


def to_json(entry: Entry) -> bytes:
    return json.dumps(asdict(entry), indent=1).encode()


def from_json(stored: bytes) -> Entry:
    values = json.loads(stored)
    run = values.pop("run")
    documents = {day: tuple(ids) for day, ids in values.pop("documents").items()}
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return Entry(run=Run(**run) if run else None, documents=documents, **fields)
