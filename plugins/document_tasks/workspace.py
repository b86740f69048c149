"""Buckets through the Airflow connection, and the workspace of one document in one task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from document_tasks.metrics import observe_event, observe_s3_failure
from include.settings import settings

if TYPE_CHECKING:
    from include.audit.trail import Writer
    from include.documents.storage import Bucket
    from include.workspace import Workspace


def open_bucket(name: str) -> Bucket:
    """A bucket, through the connection that the setting AWS_CONN_ID names."""
    from document_tasks.s3_hook import SharedModelsS3Hook
    from include.documents.storage import Bucket

    hook = SharedModelsS3Hook(aws_conn_id=settings().aws_conn_id, region_name=settings().aws_default_region)
    return Bucket(hook.get_conn(), name, observe_s3_failure)


def documents_bucket() -> Bucket:
    return open_bucket(settings().documents_bucket)


def audit_bucket_beside(bucket: Bucket) -> Bucket:
    """The audit trail's bucket, through the client of another."""
    from include.documents.storage import Bucket

    return Bucket(bucket.client, settings().audit_bucket, observe_s3_failure)


def writer(context: Mapping[str, Any]) -> Writer:
    """On whose behalf the running task writes audit events."""
    from include.audit.trail import Writer

    instance = context["ti"]
    return Writer(run_id=instance.run_id, task_id=instance.task_id, try_number=instance.try_number)


def open_workspace(document_id: str, context: Mapping[str, Any]) -> Workspace:
    """The workspace of a registered document in the running task.

    :raises PipelineError: as :func:`workspace_for`.
    """
    return workspace_for(document_id, writer(context))


def workspace_for(document_id: str, writer: Writer) -> Workspace:
    """The workspace of a registered document, on behalf of a task or of a person.

    :raises PipelineError: S3_NOT_FOUND where the document was never registered, and the other S3 codes.
    """
    from include.audit.trail import AuditTrail
    from include.documents.intake import read_source
    from include.documents.storage import Bucket
    from include.workspace import Workspace

    bucket = documents_bucket()
    source = read_source(bucket, document_id)
    return Workspace(
        document_id=document_id,
        documents=bucket,
        temp=Bucket(bucket.client, settings().ocr_s3_bucket, observe_s3_failure),
        settings=settings(),
        trail=AuditTrail(
            audit_bucket_beside(bucket), source.day, document_id, writer, observe=observe_event),
        source=source,
    )
