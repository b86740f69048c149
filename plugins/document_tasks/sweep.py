"""The day's sweep of the temporary bucket."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from airflow.sdk import get_current_context

from document_tasks.workspace import open_bucket, open_workspace
from include.errors import PipelineError
from include.settings import settings

log = logging.getLogger(__name__)


def sweep_temp_bucket() -> int:
    """Delete uploads older than ``OCR_TEMP_MAX_AGE_HOURS``; how many there were.

    :raises PipelineError: an S3 code.
    """
    from include.stages.sweep import delete_uploads, left_behind

    context = get_current_context()
    temp = open_bucket(settings().ocr_s3_bucket)
    before = datetime.now(UTC) - timedelta(hours=settings().ocr_temp_max_age_hours)
    count = 0
    for document_id, key in left_behind(temp, settings().ocr_s3_prefix, before):
        try:
            count += delete_uploads(open_workspace(document_id, context), [key])
        except PipelineError as error:
            if error.code != "S3_NOT_FOUND":
                raise
            temp.delete(key)
            log.warning("An upload of a document that is not registered is deleted.")
            count += 1
    log.info("%d uploads were left behind and are deleted.", count)
    return count
