"""What a person decided goes into S3, in their name, before any task acts on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from review_queue.asked import FactCorrection
from review_queue.entries import Entry

if TYPE_CHECKING:
    from include.review.amendments import Amendment
    from include.workspace import Workspace


class RefusedError(Exception):
    """What was entered cannot be stored; the message tells the person what to mend."""


def decide(entry: Entry, approved: bool, corrections: Sequence[FactCorrection] | None, actor: str) -> None:
    """Store the decision on a document's facts.

    :param corrections: all that a person has put right, earlier corrections included; None where nobody has looked.
    :raises RefusedError: a correction cannot be read, or there is nothing to approve.
    :raises PipelineError: CORRECTIONS_STALE, a fact is read differently by now; DECISION_CONFLICT; an S3 code.
    """
    from include.review import facts_page
    from include.review.decisions import REJECTED, store_decision
    from include.review.entries import EntryError

    workspace = open_for(entry, actor)
    try:
        if not approved:
            store_decision(workspace, REJECTED, actor)
        elif corrections:
            facts_page.correct(workspace, [_amendment(correction) for correction in corrections], actor)
        elif corrections is None:
            facts_page.approve(workspace, actor)
        else:
            facts_page.approve_as_read(workspace, actor)
    except (EntryError, facts_page.NothingToApproveError) as error:
        raise RefusedError(str(error)) from None


def resolve(entry: Entry, reason: str, comment: str, actor: str) -> None:
    """Store that a document is done by hand in this run.

    :raises RefusedError: the reason is none of the list.
    :raises PipelineError: DECISION_CONFLICT, an S3 code.
    """
    from include.review import resolutions

    try:
        resolutions.resolve(open_for(entry, actor), reason, comment, entry.run_id, actor)
    except ValueError as error:
        raise RefusedError(f"It was not resolved: {error}.") from None


def reopen(entry: Entry, actor: str) -> None:
    """Take back that a document was done by hand in this run.

    :raises RefusedError: it was not.
    :raises PipelineError: DECISION_CONFLICT, an S3 code.
    """
    from include.review import resolutions

    if not resolutions.reopen(open_for(entry, actor), entry.run_id, actor):
        raise RefusedError("It was not resolved by hand in this run.")


def open_for(entry: Entry, actor: str) -> Workspace:
    """The document's workspace on behalf of a person.

    :raises PipelineError: S3_NOT_FOUND where the document is not registered, and the other S3 codes.
    """
    from document_tasks.workspace import workspace_for
    from include.audit.trail import Writer
    from include.errors import PipelineError

    if entry.document_id is None:
        raise PipelineError("S3_NOT_FOUND")
    return workspace_for(entry.document_id, Writer(
        run_id=entry.run_id, task_id=entry.task_id, try_number=entry.tries, actor=actor))


def _amendment(correction: FactCorrection) -> Amendment:
    from include.review import amendments

    place = correction.group, correction.index or 0, correction.fingerprint or ""
    if correction.remove:
        return amendments.remove(*place)
    if correction.index is None:
        return amendments.from_values({"action": "add", "group": correction.group, "entries": correction.fields})
    return amendments.change(*place, correction.fields)
