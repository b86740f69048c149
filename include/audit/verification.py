"""Verifying every chain of a bucket (``make audit-verify``)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from include.audit.chain import ChainReport, verify
from include.documents.storage import AUDIT, Bucket


def verify_all(bucket: Bucket, day: str | None = None) -> Iterator[ChainReport]:
    """One report per document, of one day (``YYYY-MM-DD``) or of all days, in key order.

    :raises PipelineError: S3 refuses.
    """
    listed = (entry.key for entry in bucket.list(f"{AUDIT}{day}/" if day else AUDIT))
    for prefix, keys in groupby(listed, key=lambda key: key.rsplit("/", 1)[0]):
        yield verify(prefix.rsplit("/", 1)[1], [bucket.read(key) for key in keys])


def chains_of_day(bucket: Bucket, day: str) -> list[str]:
    """The prefix of each chain of a day (``YYYY-MM-DD``), without a look at its events.

    :raises PipelineError: S3 refuses.
    """
    return list(bucket.list_folders(f"{AUDIT}{day}/"))


def verify_chain(bucket: Bucket, prefix: str) -> ChainReport:
    """The report of one chain.

    :param prefix: one of :func:`chains_of_day`.
    :raises PipelineError: S3 refuses.
    """
    bodies = [bucket.read(listed.key) for listed in bucket.list(prefix)]
    return verify(prefix.rstrip("/").rsplit("/", 1)[1], bodies)
