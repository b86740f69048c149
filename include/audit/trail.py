"""Writing events to S3, write-once, each behind the one before, also when several tasks write at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from include.audit import chain
from include.audit.events import READS_PATIENT_DATA, AuditEvent, EventName, identifier
from include.documents.storage import Bucket, ConditionFailedError, audit_prefix

_MAX_ATTEMPTS = 50


@dataclass(frozen=True, slots=True)
class Writer:
    """On whose behalf events are written."""

    run_id: str
    task_id: str
    try_number: int
    actor: str = "pipeline"


class AuditTrail:
    """The trail of one document.

    :param bucket: the bucket of the audit trail.
    :param day: the day the document was received (``YYYY-MM-DD``); all its events lie below it.
    :param document_id: the document's opaque id.
    :param writer: run, task and actor, the same for every event written through this object.
    :param now: the clock, in UTC.
    :param observe: told of each event once it is written; must not raise.
    """

    def __init__(
        self,
        bucket: Bucket,
        day: str,
        document_id: str,
        writer: Writer,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        observe: Callable[[AuditEvent], None] = lambda _event: None,
    ) -> None:
        self.bucket = bucket
        self.day = day
        self.prefix = audit_prefix(day, document_id)
        self.document_id = document_id
        self.writer = writer
        self._now = now
        self._observe = observe
        self._lock = threading.Lock()
        self._head: tuple[int, str] | None = None

    def by(self, actor: str) -> AuditTrail:
        """The same trail, written on behalf of a person.

        :param actor: the user's name.
        """
        return AuditTrail(
            self.bucket, self.day, self.document_id, replace(self.writer, actor=actor), self._now, self._observe)

    def begin(self, event: EventName) -> None:
        """Write the trail's first event, once; a trail that has begun stays as it is.

        :raises PipelineError: S3 refuses.
        """
        first = self._event(event, 1, chain.FIRST)
        with suppress(ConditionFailedError):
            self.bucket.create(f"{self.prefix}{1:06d}.json", chain.encode(first))
            self._observe(first)

    def write(
        self,
        event: EventName,
        *,
        job_id: str | None = None,
        page_count: int | None = None,
        resource_count: int | None = None,
        duration_ms: int | None = None,
        error_code: str | None = None,
        decision: str | None = None,
    ) -> None:
        """Append one event.

        :raises PipelineError: S3 refuses.
        :raises ConditionFailedError: others wrote first, time after time.
        """
        details = {"job_id": job_id, "page_count": page_count, "resource_count": resource_count,
                   "duration_ms": duration_ms, "error_code": error_code, "decision": decision}
        with self._lock:
            for _ in range(_MAX_ATTEMPTS):
                if self._append(event, *(self._head or self._read_head()), details):
                    return
        raise ConditionFailedError

    def write_once(self, event: EventName, *, job_id: str, page_count: int | None, duration_ms: int | None) -> None:
        """As :meth:`write`, unless the trail has this event of this job already, whoever has written it.

        :raises ValueError: an object of the trail is no event.
        """
        details = {"job_id": job_id, "page_count": page_count, "duration_ms": duration_ms}
        with self._lock:
            for _ in range(_MAX_ATTEMPTS):
                if any(known.event is event and known.job_id == job_id for known in self.events()):
                    return
                if self._append(event, *(self._head or (0, chain.FIRST)), details):
                    return
        raise ConditionFailedError

    def _append(self, event: EventName, sequence: int, previous: str, details: Mapping[str, Any]) -> bool:
        """Whether nobody else was faster to write behind this head."""
        written = self._event(event, sequence + 1, previous, **details)
        stored = chain.encode(written)
        key = f"{self.prefix}{sequence + 1:06d}.json"
        try:
            self.bucket.create(key, stored)
        except ConditionFailedError:
            # botocore sends a write again whose answer was lost, and meets what it has written itself.
            if self.bucket.read(key) != stored:
                self._head = None
                return False
        self._head = sequence + 1, chain.digest(stored)
        self._observe(written)
        return True

    def first(self) -> AuditEvent:
        """The event that began the trail: one object, however many there are.

        :raises PipelineError: S3_NOT_FOUND, the trail has not begun; the other S3 codes.
        """
        return chain.decode(self.bucket.read(f"{self.prefix}{1:06d}.json"))

    def read(self) -> list[bytes]:
        """Every event's stored bytes, in sequence."""
        return [self.bucket.read(listed.key) for listed in self.bucket.list(self.prefix)]

    def events(self) -> list[AuditEvent]:
        """Every event, in sequence.

        :raises ValueError: an object of the trail is no event.
        """
        stored = self.read()
        events = [chain.decode(body) for body in stored]
        if events:
            # What is written next follows them; where somebody else is faster, it is tried again behind that.
            self._head = events[-1].sequence, chain.digest(stored[-1])
        return events

    def _event(self, event: EventName, sequence: int, previous: str, **details: Any) -> AuditEvent:
        return AuditEvent(
            sequence=sequence,
            time=self._now().isoformat(timespec="milliseconds"),
            event=event,
            document_id=self.document_id,
            run_id=identifier(self.writer.run_id),
            task_id=identifier(self.writer.task_id),
            try_number=self.writer.try_number,
            actor=identifier(self.writer.actor),
            previous=previous,
            data_accessed=event in READS_PATIENT_DATA,
            **details,
        )

    def _read_head(self) -> tuple[int, str]:
        last = None
        for listed in self.bucket.list(self.prefix):
            last = listed.key
        if last is None:
            return 0, chain.FIRST
        body = self.bucket.read(last)
        return chain.decode(body).sequence, chain.digest(body)
