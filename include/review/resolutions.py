"""A document that a person resolves by hand in one run (``resolution.json``): the run goes on without it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

from include.audit.events import EventName
from include.documents.storage import Stored, resolution_key
from include.review.writing import write_on
from include.workspace import Workspace

REASONS: dict[str, str] = {
    "entered_by_hand": "Its facts were entered into the record by hand.",
    "duplicate": "The same document came in before.",
    "not_medical": "It holds nothing for a patient's record.",
    "sender_sends_again": "The sender sends a copy that can be read.",
    "other_record": "It belongs to a record that another system keeps.",
    "not_wanted": "The sender has withdrawn it, or sent it by mistake.",
    "not_readable": "Nobody can read it, and there is no other copy.",
}
"""Why a document needs nothing more of the pipeline: a closed list, each with its sentence."""

LONGEST_COMMENT = 2000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Of one document in one run. ``comment`` may quote the document: it stays in S3. ``time`` is ISO 8601 in UTC."""

    run_id: str
    reason: str
    actor: str
    time: str
    comment: str = field(default="", repr=False)
    lifted: bool = False

    @property
    def label(self) -> str:
        """As audit events name it."""
        return f"resolved:{self.reason}"


def find_resolution(workspace: Workspace, run_id: str) -> Resolution | None:
    """The document's resolution in this run; None where there is none.

    :raises PipelineError: an S3 code.
    """
    found = _of_run(_decoded(_stored(workspace)), run_id)
    return found if found and not found.lifted else None


def resolve(workspace: Workspace, reason: str, comment: str, run_id: str, actor: str) -> None:
    """Store that a document is resolved by hand in this run; its stages then skip themselves.

    The same again writes nothing new.

    :param reason: one of :data:`REASONS`.
    :param comment: at most LONGEST_COMMENT characters; empty for none.
    :param run_id: Airflow's id of the run.
    :param actor: the name of the user.
    :raises PipelineError: DECISION_CONFLICT, somebody else has decided at this moment; S3 codes.
    :raises ValueError: the reason is not listed, or the comment too long.
    """
    if reason not in REASONS:
        raise ValueError("the reason is not one of the list")
    if len(comment) > LONGEST_COMMENT:
        raise ValueError("the comment is too long")
    stored = _stored(workspace)
    known = _decoded(stored)
    before = _of_run(known, run_id)
    if before and (before.reason, before.comment, before.lifted) == (reason, comment, False):
        return _complete_trail(workspace, before)
    made = Resolution(run_id, reason, actor, datetime.now(UTC).isoformat(timespec="milliseconds"), comment)
    _write(workspace, _with(known, made), stored)
    _write_event(workspace, made)
    return None


def lift(workspace: Workspace, run_id: str) -> None:
    """The document is resolved no more in this run, as somebody has decided on its facts.

    :raises PipelineError: DECISION_CONFLICT; S3 codes.
    """
    stored = _stored(workspace)
    known = _decoded(stored)
    before = _of_run(known, run_id)
    if before and not before.lifted:
        _write(workspace, _with(known, replace(before, lifted=True)), stored)


def reopen(workspace: Workspace, run_id: str, actor: str) -> bool:
    """Take a resolution back: the document goes its way again in this run. False where there is none.

    :raises PipelineError: DECISION_CONFLICT; S3 codes.
    """
    if find_resolution(workspace, run_id) is None:
        return False
    workspace.trail.by(actor).write(EventName.REVIEW_DECIDED, decision="reopened")
    lift(workspace, run_id)
    return True


def _stored(workspace: Workspace) -> Stored | None:
    return workspace.documents.find(resolution_key(workspace.document_id))


def _decoded(stored: Stored | None) -> tuple[Resolution, ...]:
    return tuple(Resolution(**values) for values in json.loads(stored.body)["resolutions"]) if stored else ()


def _of_run(known: tuple[Resolution, ...], run_id: str) -> Resolution | None:
    return next((resolution for resolution in known if resolution.run_id == run_id), None)


def _with(known: tuple[Resolution, ...], made: Resolution) -> tuple[Resolution, ...]:
    return (*(resolution for resolution in known if resolution.run_id != made.run_id), made)


def _write(workspace: Workspace, resolutions: tuple[Resolution, ...], stored: Stored | None) -> None:
    body = json.dumps({"resolutions": [asdict(resolution) for resolution in resolutions]}, sort_keys=True).encode()
    write_on(workspace.documents, resolution_key(workspace.document_id), body, stored)


def _complete_trail(workspace: Workspace, resolution: Resolution) -> None:
    """A process that died between the two left a resolution without its event."""
    since = datetime.fromisoformat(resolution.time)
    noted = [event for event in workspace.trail.events() if event.event is EventName.REVIEW_DECIDED
             and event.decision == resolution.label and datetime.fromisoformat(event.time) >= since]
    if not noted:
        _write_event(workspace, resolution)


def _write_event(workspace: Workspace, resolution: Resolution) -> None:
    workspace.trail.by(resolution.actor).write(EventName.REVIEW_DECIDED, decision=resolution.label)
