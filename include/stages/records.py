"""Part of the fourth stage: a document's resources into the records of its patients, and out of those they left."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from include.audit.events import EventName
from include.documents.storage import merged_key
from include.fhir.merge import resources_by_patient
from include.fhir.record import merge_into_record, withdraw_from_record
from include.stages.stopwatch import Stopwatch
from include.workspace import Workspace


def merge_into_records(workspace: Workspace, bundle: dict[str, Any], *, confirmed: bool) -> None:
    """Into the record of each patient who can be identified; what is nobody's stays in the bundle alone.

    A document that was converted anew, and is now another patient's, leaves the record of the former. Which records it
    is in is stored before it goes into any: a task that dies between the two does not forget one.

    :param confirmed: a person has approved the resources.
    :raises PipelineError: MERGE_CONFLICT; S3 codes.
    """
    parts = resources_by_patient(bundle)
    before = _merged_before(workspace)
    if not before.issuperset(parts):
        _note(workspace, before.union(parts))
    for record, resources in parts.items():
        watch = Stopwatch()
        merge_into_record(workspace.documents, record, resources, workspace.document_id, confirmed=confirmed)
        workspace.trail.write(EventName.RECORD_MERGED, duration_ms=watch.milliseconds)
    if left := before.difference(parts):
        for record in sorted(left):
            watch = Stopwatch()
            withdraw_from_record(workspace.documents, record, workspace.document_id)
            workspace.trail.write(EventName.RECORD_MERGED, duration_ms=watch.milliseconds)
        _note(workspace, parts)


def _merged_before(workspace: Workspace) -> frozenset[str]:
    stored = workspace.documents.find(merged_key(workspace.document_id))
    return frozenset(json.loads(stored.body)["patients"]) if stored else frozenset()


def _note(workspace: Workspace, records: Iterable[str]) -> None:
    body = json.dumps({"patients": sorted(records)}).encode()
    workspace.documents.write(merged_key(workspace.document_id), body)
