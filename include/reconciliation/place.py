"""Where a document is in a run, by Airflow's states of its tasks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

STAGES = ("classify", "ocr", "merge_pages", "convert_to_fhir")
SEAL = "audit"
"""The task behind a document's stages, which writes what became of it."""

_GREEN = frozenset(("success", "skipped"))
_RED = frozenset(("failed", "upstream_failed"))
_OPEN_RUN = frozenset(("queued", "running"))


class Place(StrEnum):
    """LOST: its run has ended and its tasks have not. UNSEALED: its last task is red, so that nothing says what became
    of it. NOT_BEGUN: its run has ended before it had tasks."""

    SUCCESS = "success"
    FAILED = "failed"
    WAITING = "waiting for a person"
    UNDER_WAY = "under way"
    LOST = "lost"
    UNSEALED = "not sealed"
    NOT_BEGUN = "not begun"


ENDED = frozenset((Place.SUCCESS, Place.FAILED))
ASTRAY = frozenset((Place.LOST, Place.UNSEALED, Place.NOT_BEGUN))
"""Somebody has to look: no task of the document goes on by itself, and nothing says what became of it."""


@dataclass(frozen=True, slots=True)
class DocumentRun:
    """A document in a run of documents_to_fhir.

    :param run_state: Airflow's.
    :param states: Airflow's state of each task of the document, by :data:`STAGES` and :data:`SEAL`; empty where the run
        has made none.
    :param ocr_tries: of its task ``ocr``, over all clears.
    """

    document_id: str
    run_id: str
    run_state: str
    states: Mapping[str, str | None]
    ocr_tries: int = 0

    @property
    def place(self) -> Place:
        seal, values = self.states.get(SEAL), self.states.values()
        if "awaiting_input" in values:
            return Place.WAITING
        if len(self.states) > len(STAGES) and all(state in _GREEN | _RED for state in values):
            if seal in _RED:
                return Place.UNSEALED
            return Place.FAILED if _RED.intersection(values) else Place.SUCCESS
        if self.run_state in _OPEN_RUN:
            return Place.UNDER_WAY
        return Place.LOST if self.states else Place.NOT_BEGUN
