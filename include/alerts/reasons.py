"""Why a document is open: a code of the error registry, or a state in which nothing has failed."""

from __future__ import annotations

from dataclasses import dataclass

from include.errors import REGISTRY, Role

WAITING, UNDER_WAY, NOT_PLANNED = "WAITING", "UNDER_WAY", "NOT_PLANNED"


@dataclass(frozen=True, slots=True)
class Reason:
    """``code`` as in :data:`REGISTRY`, or one of the three above; ``says`` is a constant without values."""

    code: str
    whose_move: Role
    says: str


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document that is neither in FHIR nor resolved by hand; ``code`` is that of its reason, ``day`` its inbox
    partition (YYYY-MM-DD) where that matters."""

    document_id: str
    code: str
    day: str = ""


_STATES = {
    WAITING: Reason(WAITING, Role.REVIEWER, "A person has to decide: see the review queue."),
    UNDER_WAY: Reason(UNDER_WAY, Role.OPERATOR, "Neither done nor failed. See in the run which task it is held up in."),
    NOT_PLANNED: Reason(NOT_PLANNED, Role.OPERATOR,
                        "In the inbox, but in no batch. Start documents_inbox with the day as its date."),
}


def reason(code: str) -> Reason:
    """Whose move a code is, and what it asks.

    :raises KeyError: the code is neither in the registry nor one of the states.
    """
    if code in _STATES:
        return _STATES[code]
    row = REGISTRY[code]
    return Reason(code, row.whose_move, row.operator_says)
