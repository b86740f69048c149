"""Uploads for asynchronous OCR that nobody deleted, because the worker that would have was killed.

The bucket's lifecycle rule is the last resort: S3 expires objects from midnight UTC after a day on, not at once
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from include.audit.events import EventName
from include.documents.storage import Bucket, document_of_temp_key, temp_prefix
from include.workspace import Workspace


def sweep_document(workspace: Workspace) -> int:
    """Delete every upload of a document none of whose tasks runs; how many there were.

    :raises PipelineError: an S3 code.
    """
    prefix = temp_prefix(workspace.settings.ocr_s3_prefix, workspace.document_id)
    return delete_uploads(workspace, (listed.key for listed in workspace.temp.list(prefix)))


def delete_uploads(workspace: Workspace, keys: Iterable[str]) -> int:
    """Delete uploads of this document, each with its audit event; how many.

    :raises PipelineError: an S3 code.
    """
    count = 0
    for key in keys:
        workspace.temp.delete(key)
        workspace.trail.write(EventName.OCR_TEMP_DELETE)
        count += 1
    return count


def left_behind(temp: Bucket, ocr_s3_prefix: str, before: datetime) -> Iterator[tuple[str, str]]:
    """Document id and key of each upload that was last written before this moment (UTC).

    :raises PipelineError: an S3 code.
    """
    for listed in temp.list(ocr_s3_prefix):
        if listed.modified < before:
            yield document_of_temp_key(ocr_s3_prefix, listed.key), listed.key
