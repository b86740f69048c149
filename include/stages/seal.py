"""Last stage: write the document's outcome and seal its audit chain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from include.audit.events import EventName
from include.documents import manifest as manifests
from include.documents.manifest import Manifest, Route
from include.documents.storage import bundle_key, manifest_key
from include.ocr.page_store import missing_pages
from include.reporting import outcome as outcomes
from include.reporting import stored_outcomes
from include.reporting.outcome import Outcome
from include.review.resolutions import find_resolution
from include.stages.sweep import sweep_document
from include.workspace import Workspace


def seal(workspace: Workspace, run_id: str, since: datetime, states: Mapping[str, str]) -> Outcome:
    """Delete what a killed worker left in the temporary bucket, write its outcome, then close the chain.

    :param states: Airflow's states of the document's other tasks, by task.
    :raises PipelineError: an S3 code.
    """
    document_id = workspace.document_id
    stored = workspace.documents.find(manifest_key(document_id))
    manifest = manifests.from_json(stored.body) if stored else None
    if manifest and manifest.extraction_method is Route.ASYNC_OCR:
        sweep_document(workspace)
    bundle = workspace.documents.find(bundle_key(document_id))
    outcome = outcomes.work_out(
        document_id=document_id,
        run_id=run_id,
        since=since,
        states=states,
        events=workspace.trail.events(),
        manifest=manifest,
        bundle=json.loads(bundle.body) if bundle else None,
        resolved=find_resolution(workspace, run_id) is not None,
    )
    if manifest and outcome.state == outcomes.FAILED:
        outcome = replace(outcome, pages_unread=_unread(workspace, manifest))
    stored_outcomes.store(workspace.documents, outcome)
    workspace.trail.write(EventName.DOCUMENT_SEALED, error_code=outcome.error_code)
    return outcome


def _unread(workspace: Workspace, manifest: Manifest) -> tuple[int, ...]:
    pages = missing_pages(workspace.documents, manifest, workspace.settings.textract_feature_types)
    return tuple(page.number for page in pages)
