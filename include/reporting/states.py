"""The states that a document can end in, as the report shows them."""

from __future__ import annotations

from dataclasses import dataclass

from include.reporting.outcome import FAILED, SUCCESS


@dataclass(frozen=True, slots=True)
class State:
    """``tone`` is a class of the style sheet: good, bad, hand or other."""

    name: str
    label: str
    tone: str


_ROWS = (
    State(FAILED, "failed", "bad"),
    State("resolved", "resolved", "hand"),
    State(SUCCESS, "done", "good"),
)
"""In the order of the documents table: what asks for somebody comes first."""

STATES = {row.name: row for row in _ROWS}


def state(name: str) -> State:
    """A state that has no row is shown under its own name."""
    return STATES.get(name, State(name, name.replace("_", " "), "other"))


def rank(name: str) -> int:
    """Place in the documents table; those without a row come after the failed ones."""
    order = list(STATES)
    return order.index(name) if name in order else 1
