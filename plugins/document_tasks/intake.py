"""Registering documents: those of an inbox partition, or those that a run by hand names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context

from document_tasks.workspace import documents_bucket, writer
from include.settings import settings

if TYPE_CHECKING:
    from include.documents.intake import Source
    from include.documents.storage import Bucket

_WRITES_AT_ONCE = 8


def batches_of_day() -> list[dict[str, Any]]:
    """Register the day's documents; one entry per batch, as JoinDagRunOperator's arguments.

    :raises PipelineError: an S3 code.
    """
    from include.documents import batches
    from include.documents.intake import list_inbox

    context = get_current_context()
    bucket, day = documents_bucket(), partition(context)
    sources = list_inbox(bucket, day)
    register_all(bucket, sources, context)
    known = batches.read_batches(bucket, day)
    planned = batches.plan(day, [source.document_id for source in sources], known, settings().batch_size)
    for batch in planned[len(known):]:
        batches.write_batch(bucket, batch)
    return [{"trigger_run_id": batch.run_id, "conf": {"batch": batch.key}} for batch in planned]


def documents_of_run() -> list[str]:
    """The ids of the run's documents, from its batch manifest or its list of keys.

    :raises PipelineError: S3_NOT_FOUND where a key names nothing, and the other S3 codes.
    """
    from include.documents import batches
    from include.documents.intake import source_of_key

    context = get_current_context()
    bucket, params = documents_bucket(), context["params"]
    named = batches.read_batch(bucket, params["batch"]).document_ids if params["batch"] else ()
    day = run_day(context)
    sources = [source_of_key(bucket, key, day) for key in params["keys"]]
    register_all(bucket, sources, context)
    return list(dict.fromkeys([*named, *(source.document_id for source in sources)]))


def register_all(bucket: Bucket, sources: Iterable[Source], context: Mapping[str, Any]) -> None:
    """Write every document's registration and its first audit event, once."""
    from include.audit.events import EventName
    from include.audit.trail import AuditTrail
    from include.documents.intake import register

    def register_one(source: Source) -> None:
        register(bucket, source)
        AuditTrail(bucket, source.day, source.document_id, writer(context)).begin(EventName.DOCUMENT_RECEIVED)

    with ThreadPoolExecutor(_WRITES_AT_ONCE) as pool:
        list(pool.map(register_one, sources))


def partition(context: Mapping[str, Any]) -> str:
    """The day of the run: its ``date`` parameter, else the day its data interval begins, else today (UTC)."""
    if context["params"].get("date"):
        return str(context["params"]["date"])
    start = context.get("data_interval_start")
    return start.strftime("%Y-%m-%d") if start else run_day(context)


def run_day(context: Mapping[str, Any]) -> str:
    """The day (UTC) on which the run was due, or was made by hand."""
    run_after: datetime = context["dag_run"].run_after
    return run_after.astimezone(UTC).strftime("%Y-%m-%d")
