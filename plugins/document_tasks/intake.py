"""Registering documents: those of inbox partitions, or those that a run by hand names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context

from document_tasks.days import inbox_run, run_day
from document_tasks.failure import announcing_codes
from document_tasks.metrics import observe_event
from document_tasks.workspace import audit_bucket_beside, documents_bucket, writer
from include.settings import settings

if TYPE_CHECKING:
    from include.documents.batches import Batch, Planner
    from include.documents.intake import Source
    from include.documents.storage import Bucket

_WRITES_AT_ONCE = 8


def plan_inbox() -> list[dict[str, Any]]:
    """Register new documents and plan their batches; one entry per batch of the run, as JoinDagRunOperator's arguments.

    :raises PipelineError: an S3 code.
    """
    from include.documents.batches import Planner, of_day, read_batches

    context = get_current_context()
    bucket, run = documents_bucket(), inbox_run(context, settings().inbox_lookback_days)
    planner = Planner(day=run.day, run_id=context["dag_run"].run_id)
    found: list[Batch] = []
    for day in run.partitions:
        found += plan_partition(bucket, day, planner, context)
    if run.whole_day:
        for day in {run.day, *run.earlier}.difference(run.partitions):
            found += read_batches(bucket, day)
        own = of_day(run.day, found)
    else:
        own = [batch for batch in found if batch.planned_by == planner]
    return [{"trigger_run_id": batch.run_id, "conf": {"batch": batch.key}} for batch in own]


def plan_partition(bucket: Bucket, day: str, planner: Planner, context: Mapping[str, Any]) -> list[Batch]:
    """Every batch of a partition, after its documents that had none were registered and put into new ones.

    A document is registered before the manifest that names it is written: one with a batch needs nothing more.
    """
    from include.documents import batches
    from include.documents.intake import list_inbox

    known = batches.read_batches(bucket, day)
    sources = {source.document_id: source for source in list_inbox(bucket, day)}
    new = batches.without_a_batch(sources, known)
    register_all(bucket, [sources[document_id] for document_id in new], context)
    planned = batches.plan(day, new, known, settings().batch_size, planner)
    for batch in planned[len(known):]:
        batches.write_batch(bucket, batch)
    return planned


def documents_of_run() -> list[str]:
    """The ids of the run's documents: those of its batch manifest, those that it names, those under its keys.

    :raises PipelineError: S3_NOT_FOUND where a document is not registered or a key names nothing, and the other S3
        codes.
    """
    context = get_current_context()
    with announcing_codes(context):
        return _documents_of_run(context)


def _documents_of_run(context: Mapping[str, Any]) -> list[str]:
    from include.documents import batches
    from include.documents.intake import read_source, source_of_key

    bucket, params = documents_bucket(), context["params"]
    named = batches.read_batch(bucket, params["batch"]).document_ids if params["batch"] else ()
    sources = [read_source(bucket, document_id) for document_id in params["documents"]]
    sources += [source_of_key(bucket, key, run_day(context)) for key in params["keys"]]
    register_all(bucket, sources, context)
    return list(dict.fromkeys([*named, *(source.document_id for source in sources)]))


def register_all(bucket: Bucket, sources: Iterable[Source], context: Mapping[str, Any]) -> None:
    """Write every document's registration and its first audit event, once."""
    from include.audit.events import EventName
    from include.audit.trail import AuditTrail
    from include.documents.intake import register

    audit = audit_bucket_beside(bucket)

    def register_one(source: Source) -> None:
        register(bucket, source)
        trail = AuditTrail(audit, source.day, source.document_id, writer(context), observe=observe_event)
        trail.begin(EventName.DOCUMENT_RECEIVED)

    with ThreadPoolExecutor(_WRITES_AT_ONCE) as pool:
        list(pool.map(register_one, sources))
