"""Planning the batches of documents that another version of the converter made."""

from __future__ import annotations

import logging
from typing import Any

from airflow.sdk import get_current_context

from document_tasks.days import run_day
from document_tasks.workspace import documents_bucket
from include.settings import settings

log = logging.getLogger(__name__)


def plan_reprocessing() -> list[dict[str, Any]]:
    """Write a manifest for each batch; one entry each, as JoinDagRunOperator's arguments.

    A task that is tried again finds what it has written: batches that this run has planned are taken as they are, and
    only what is in none of them is new.

    :raises PipelineError: an S3 code.
    """
    from include.documents.batches import Planner
    from include.fhir.converter import CONVERTER_VERSION
    from include.reprocessing import batches
    from include.reprocessing.survey import survey

    context = get_current_context()
    bucket, params = documents_bucket(), context["params"]
    planner = Planner(day=run_day(context), run_id=context["dag_run"].run_id)
    before = batches.read_all(bucket, CONVERTER_VERSION)
    found = survey(bucket, again=params["again"])
    own = batches.plan(
        CONVERTER_VERSION, found.to_do, before, settings().batch_size, planner, params["limit"])
    for planned in own:
        batches.write(bucket, planned)
    log.info("%d documents in %d batches are made anew.", sum(len(each.batch.document_ids) for each in own), len(own))
    return [{"trigger_run_id": each.run_id, "conf": {"batch": each.key}} for each in own]
