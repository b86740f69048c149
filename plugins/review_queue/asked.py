"""What the page asks for, as it arrives. Pydantic refuses whatever does not have this form."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_AT_ONCE = 500

Text = Annotated[str, Field(max_length=2000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Place(_Strict):
    """Where a document stands: the run and its row in it."""

    run_id: Annotated[str, Field(max_length=250)]
    map_index: int


class Action(_Strict):
    """One thing to do with many documents. ``reason`` and ``comment`` are for ``resolve``."""

    action: Literal["retry", "approve", "reject", "resolve", "reopen"]
    places: Annotated[list[Place], Field(min_length=1, max_length=MOST_AT_ONCE)]
    reason: Text | None = None
    comment: Text | None = None


class FactCorrection(_Strict):
    """A change of one fact: new texts of its fields by name, or its removal.

    ``group``, ``index`` and ``fingerprint`` are those under which the fact was shown; a fact that the document lacks
    has no index and no fingerprint.
    """

    group: Annotated[str, Field(max_length=50)]
    index: int | None = None
    fingerprint: Annotated[str, Field(max_length=100)] | None = None
    fields: dict[Annotated[str, Field(max_length=50)], Text] = {}
    remove: bool = False


class Decision(_Strict):
    """What a person decides about one document, having looked at it; ``corrections`` are all that there are."""

    place: Place
    decision: Literal["approve", "reject"]
    corrections: Annotated[list[FactCorrection], Field(max_length=1000)] = []
