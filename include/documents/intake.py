"""Which documents a day brought, and under which opaque name each goes on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from include.documents.storage import Bucket, Listed, document_id, inbox_prefix, source_key
from include.errors import PipelineError


@dataclass(frozen=True, slots=True)
class Source:
    """A document's origin (``source.json``). ``key`` is patient data; ``size`` in bytes, ``day`` as YYYY-MM-DD."""

    document_id: str
    key: str
    size: int
    etag: str
    day: str


def list_inbox(bucket: Bucket, day: str) -> list[Source]:
    """Every object of a day's inbox in key order, empty files too; folder markers are none."""
    return [_source(listed, day) for listed in bucket.list(inbox_prefix(day)) if not listed.key.endswith("/")]


def source_of_key(bucket: Bucket, key: str, day: str) -> Source:
    """One object that was named by hand, from anywhere in the bucket.

    :raises PipelineError: S3_NOT_FOUND, also for a folder marker.
    """
    listed = next((entry for entry in bucket.list(key) if entry.key == key and not key.endswith("/")), None)
    if listed is None:
        raise PipelineError("S3_NOT_FOUND")
    return _source(listed, day)


def register(bucket: Bucket, source: Source) -> None:
    """Write ``source.json``; the same source gives the same bytes, so a second time changes nothing."""
    bucket.write(source_key(source.document_id), json.dumps(asdict(source), sort_keys=True).encode())


def read_source(bucket: Bucket, document_id: str) -> Source:
    """What :func:`register` wrote.

    :raises PipelineError: S3_NOT_FOUND.
    """
    return Source(**json.loads(bucket.read(source_key(document_id))))


def _source(listed: Listed, day: str) -> Source:
    etag = listed.etag.strip('"')
    return Source(document_id(listed.key, etag), listed.key, listed.size, etag, day)
