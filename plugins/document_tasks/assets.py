"""The records as an Airflow asset, so that other DAGs can be scheduled on new ones, and the lineage of a batch.

Assets and lineage name buckets and prefixes, never files.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from airflow.sdk import Asset, AssetAlias, get_current_context
from airflow.sdk.lineage import get_hook_lineage_collector

from document_tasks.priority import day_of_run_id
from include.settings import settings

if TYPE_CHECKING:
    from airflow.sdk import Context

FHIR_RECORDS = AssetAlias("fhir_records")
"""Stands for the asset of the same name where a DAG is parsed: an ``s3://`` asset would load the Amazon provider there.
"""


def announce_records() -> None:
    """Say what is new in the asset ``fhir_records``; Airflow sends the event only if the task ends green.

    The event's extra: ``day`` (YYYY-MM-DD) of the batch, or of the run where it is of no batch; ``run_id`` of
    documents_to_fhir; ``documents``, their number.
    """
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook

    context: Context = get_current_context()
    instance, bucket = context["ti"], settings().documents_bucket
    run_after: datetime = context["dag_run"].run_after
    day = day_of_run_id(instance.run_id) or run_after.astimezone(UTC).date()
    records = Asset("fhir_records", uri=f"s3://{bucket}/patients")
    context["outlet_events"][FHIR_RECORDS].add(records, extra={
        "day": day.isoformat(), "run_id": instance.run_id,
        "documents": len(instance.xcom_pull(task_ids="read_batch"))})
    lineage, hook = get_hook_lineage_collector(), S3Hook(aws_conn_id=settings().aws_conn_id)
    lineage.add_input_asset(hook, uri=f"s3://{bucket}/inbox")
    lineage.add_output_asset(hook, uri=records.uri)
