"""A person's decision on a document's facts (``review.json``), each with its audit event. A later one replaces it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from include.audit.events import EventName
from include.audit.trail import AuditTrail
from include.documents.storage import review_key
from include.review.amendments import Amendment, as_values, from_values
from include.review.resolutions import lift
from include.review.writing import write_on
from include.workspace import Workspace

APPROVED, REJECTED, CORRECTED = "approved", "rejected", "corrected"
"""``corrected`` is ``approved`` once the amendments are applied."""


@dataclass(frozen=True, slots=True)
class Decision:
    """``time`` is ISO 8601 in UTC; one that an earlier version stored has neither time nor actor."""

    decision: str
    actor: str = ""
    time: str = ""
    amendments: tuple[Amendment, ...] = ()

    @property
    def mark(self) -> str:
        """Tells this decision from every other on the document."""
        return hashlib.sha256(encode(self)).hexdigest()[:16]

    def says(self, decision: str, amendments: Sequence[Amendment]) -> bool:
        return (self.decision, self.amendments) == (decision, tuple(amendments))


def find_decision(workspace: Workspace) -> Decision | None:
    """The decision that stands.

    :raises PipelineError: an S3 code.
    """
    stored = workspace.documents.find(review_key(workspace.document_id))
    return decode(stored.body) if stored else None


def store_decision(workspace: Workspace, decision: str, actor: str, amendments: Sequence[Amendment] = ()) -> None:
    """Store what a person has decided; nothing else happens: the conversion task acts on it when it runs next.

    The same decision a second time writes nothing new, whoever repeats it, unless its audit event is missing. A
    resolution of the same run is lifted.

    :param decision: APPROVED, REJECTED or CORRECTED.
    :param actor: the name of the user who decided.
    :param amendments: of CORRECTED one or more, checked by :func:`amendments.check`; of the others none.
    :raises PipelineError: DECISION_CONFLICT, somebody else has decided at this moment; S3 codes.
    :raises ValueError: the decision is not one of the three, or does not go with the amendments.
    """
    if decision not in (APPROVED, REJECTED, CORRECTED):
        raise ValueError("a decision is approved, rejected or corrected")
    if bool(amendments) is not (decision == CORRECTED):
        raise ValueError("a corrected document has amendments, any other has none")
    key = review_key(workspace.document_id)
    stored = workspace.documents.find(key)
    if stored and decode(stored.body).says(decision, amendments):
        _complete_trail(workspace, decode(stored.body))
    else:
        made = Decision(decision, actor, datetime.now(UTC).isoformat(timespec="milliseconds"), tuple(amendments))
        write_on(workspace.documents, key, encode(made), stored)
        _write_event(workspace.trail, made)
    lift(workspace, workspace.trail.writer.run_id)


def encode(decision: Decision) -> bytes:
    """The stored form."""
    values = {"decision": decision.decision, "actor": decision.actor, "time": decision.time,
              "amendments": [as_values(amendment) for amendment in decision.amendments]}
    return json.dumps({name: value for name, value in values.items() if value}, sort_keys=True).encode()


def decode(stored: bytes) -> Decision:
    """Read :func:`encode` back."""
    values = json.loads(stored)
    return Decision(values["decision"], values.get("actor", ""), values.get("time", ""),
                    tuple(from_values(amendment) for amendment in values.get("amendments", ())))


def _complete_trail(workspace: Workspace, decision: Decision) -> None:
    """A process that died between the two left a decision without its event."""
    noted = [event for event in workspace.trail.events() if event.event is EventName.REVIEW_DECIDED
             and (event.decision or "").partition(":")[0] != "resolved"]
    if not noted or noted[-1].decision not in (None, decision.decision):
        _write_event(workspace.trail, decision)


def _write_event(trail: AuditTrail, decision: Decision) -> None:
    trail.by(decision.actor).write(EventName.REVIEW_DECIDED, decision=decision.decision)
