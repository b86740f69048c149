"""The chain of digests: each event carries the SHA-256 of the one before, the seal closes a stretch of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from include.audit.events import AuditEvent, EventName

FIRST = ""
"""``previous`` of a chain's first event."""


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What is wrong with a chain; ``problems`` is empty for a whole one. A chain that is whole and not sealed belongs
    to a document that is under way."""

    document_id: str
    events: int
    sealed: bool
    problems: tuple[str, ...]


def encode(event: AuditEvent) -> bytes:
    """The stored form: one canonical JSON object."""
    return json.dumps(event.as_dict(), sort_keys=True, separators=(",", ":")).encode()


def decode(stored: bytes) -> AuditEvent:
    """Read :func:`encode` back.

    :raises ValueError: the bytes are no event.
    """
    try:
        values = json.loads(stored)
        return AuditEvent(**{**values, "event": EventName(values["event"])})
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError("not an audit event") from error


def digest(stored: bytes) -> str:
    """SHA-256 of an event's stored bytes, in hexadecimal."""
    return hashlib.sha256(stored).hexdigest()


def verify(document_id: str, stored: Sequence[bytes]) -> ChainReport:
    """Check a whole chain, given its events in sequence: nothing missing before its end, nothing changed."""
    problems: list[str] = []
    previous, sealed = FIRST, False
    for number, body in enumerate(stored, start=1):
        try:
            event = decode(body)
        except ValueError:
            problems.append(f"event {number}: not readable")
            previous, sealed = digest(body), False
            continue
        if event.sequence != number:
            problems.append(f"event {number}: has the number {event.sequence}")
        if event.document_id != document_id:
            problems.append(f"event {number}: belongs to another document")
        if event.previous != previous:
            problems.append(f"event {number}: does not follow the one before")
        if encode(event) != body:
            problems.append(f"event {number}: not in its canonical form")
        previous, sealed = digest(body), event.event is EventName.DOCUMENT_SEALED
    return ChainReport(document_id=document_id, events=len(stored), sealed=sealed, problems=tuple(problems))
