"""Part of the fourth stage: a document's resources into the records of its patients, and out of those they left."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from include.audit.events import EventName
from include.documents.storage import merged_key
from include.fhir.merge import resources_by_patient
from include.fhir.record import merge_into_record, withdraw_from_record
from include.review.decisions import APPROVED, Decision
from include.stages.stopwatch import Stopwatch
from include.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Merged:
    """The records that a document is in, and the decision that it was merged by."""

    patients: frozenset[str] = frozenset()
    decision: str | None = None


def merge_into_records(
    workspace: Workspace, bundle: dict[str, Any], *, confirmed: bool, decision: Decision | None = None
) -> None:
    """Into the record of each patient who can be identified; what is nobody's stays in the bundle alone.

    A document that was converted anew, and is now another patient's, leaves the record of the former. Which records it
    is in is stored before it goes into any: a task that dies between the two does not forget one. Where a person has
    decided anew, what was confirmed by the decision before leaves the records, too.

    :param confirmed: a person has approved the resources.
    :param decision: by which they are merged; None where there was nothing to decide, or nobody has decided yet.
    :raises PipelineError: MERGE_CONFLICT; S3 codes.
    """
    parts = resources_by_patient(bundle)
    before = _merged_before(workspace)
    anew = _is_anew(decision, before)
    if not before.patients.issuperset(parts):
        _note(workspace, before.patients.union(parts), before.decision)
    for record, resources in parts.items():
        watch = Stopwatch()
        merge_into_record(
            workspace.documents, record, resources, workspace.document_id, confirmed=confirmed, decided_anew=anew)
        workspace.trail.write(EventName.RECORD_MERGED, duration_ms=watch.milliseconds)
    left = before.patients.difference(parts)
    for record in sorted(left):
        watch = Stopwatch()
        withdraw_from_record(workspace.documents, record, workspace.document_id, decided_anew=anew)
        workspace.trail.write(EventName.RECORD_MERGED, duration_ms=watch.milliseconds)
    mark = decision.mark if decision else before.decision
    if left or mark != before.decision:
        _note(workspace, parts, mark)


def is_merged_by_another(workspace: Workspace, decision: Decision) -> bool:
    """Whether the records hold the document as another decision, or none, had it."""
    before = _merged_before(workspace)
    return bool(before.patients) and before.decision != decision.mark


def _is_anew(decision: Decision | None, before: _Merged) -> bool:
    """An approval after none confirms what is there; any other decision replaces it."""
    if decision is None or decision.mark == before.decision:
        return False
    return before.decision is not None or decision.decision != APPROVED


def _merged_before(workspace: Workspace) -> _Merged:
    stored = workspace.documents.find(merged_key(workspace.document_id))
    if stored is None:
        return _Merged()
    values = json.loads(stored.body)
    return _Merged(frozenset(values["patients"]), values.get("decision"))


def _note(workspace: Workspace, records: Iterable[str], decision: str | None) -> None:
    values = {"patients": sorted(records), **({"decision": decision} if decision else {})}
    workspace.documents.write(merged_key(workspace.document_id), json.dumps(values).encode())
