"""Writing what a person has decided onto exactly what they saw decided before."""

from __future__ import annotations

from include.documents.storage import Bucket, ConditionFailedError, Stored
from include.errors import PipelineError


def write_on(bucket: Bucket, key: str, body: bytes, stored: Stored | None) -> None:
    """Write on top of exactly what was read.

    :raises PipelineError: DECISION_CONFLICT; S3 codes.
    """
    try:
        bucket.replace(key, body, stored.etag) if stored else bucket.create(key, body)
    except ConditionFailedError:
        # botocore sends a write again whose answer was lost, and meets what it has written itself.
        if bucket.read(key) != body:
            raise PipelineError("DECISION_CONFLICT") from None
