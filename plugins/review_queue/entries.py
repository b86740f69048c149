"""The documents that have not come through: read from Airflow's task instances, without a look into S3."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from include.errors import REGISTRY

DAG_ID = "documents_to_fhir"
GROUP = "process_document"
STAGES = ("read_batch", "classify", "ocr", "merge_pages", "convert_to_fhir", "audit")
"""In the order of a document's way; ``read_batch`` stands for a batch that could not be read."""

FAILED, WAITING, RETRYING = "failed", "awaiting_input", "up_for_retry"
STATES = (FAILED, WAITING, RETRYING)
CODES_KEY = "codes"
"""The XCom in which a task leaves the codes of the registry that tell why."""
UNTOLD = "TASK_LOST"
"""What a failure without a code is called: nobody was left to tell."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of one run that needs somebody.

    ``document_id`` is None where it is not known (the batch itself was not read). ``since``: when the run began, from
    which ages are counted; ``changed``: when the task got into its state. Times are in UTC.
    """

    run_id: str
    map_index: int
    stage: str
    state: str
    codes: tuple[str, ...]
    document_id: str | None
    tries: int
    since: datetime
    changed: datetime

    @property
    def task_id(self) -> str:
        return self.stage if self.stage == STAGES[0] else f"{GROUP}.{self.stage}"

    @property
    def code(self) -> str:
        """The first and most important of its codes."""
        return self.codes[0]

    @property
    def whose_move(self) -> str:
        return str(REGISTRY[self.code].whose_move)


def read_entries(run_id: str | None = None) -> list[Entry]:
    """Every document that needs somebody, of one run or of all, oldest first."""
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import and_, select

    task_ids = [stage if stage == STAGES[0] else f"{GROUP}.{stage}" for stage in STAGES]
    chosen = (
        select(
            TaskInstance.run_id, TaskInstance.map_index, TaskInstance.task_id, TaskInstance.state, XComModel.value,
            TaskInstance._rendered_map_index, TaskInstance.try_number, DagRun.run_after, TaskInstance.updated_at)
        .join(DagRun, and_(DagRun.dag_id == TaskInstance.dag_id, DagRun.run_id == TaskInstance.run_id))
        .outerjoin(XComModel, and_(
            XComModel.dag_run_id == DagRun.id, XComModel.task_id == TaskInstance.task_id,
            XComModel.map_index == TaskInstance.map_index, XComModel.key == CODES_KEY))
        .where(
            TaskInstance.dag_id == DAG_ID, TaskInstance.state.in_(STATES), TaskInstance.task_id.in_(task_ids))
        .order_by(DagRun.run_after, TaskInstance.run_id, TaskInstance.map_index)
    )
    if run_id is not None:
        chosen = chosen.where(TaskInstance.run_id == run_id)
    with create_session(scoped=False) as session:
        return one_per_document(_entry(row) for row in session.execute(chosen))


def one_per_document(entries: Iterable[Entry]) -> list[Entry]:
    """Of a document with two red tasks (its seal failed as well) the one that comes first on its way."""
    found: dict[tuple[str, int], Entry] = {}
    for entry in entries:
        place = entry.run_id, entry.map_index
        if place not in found or STAGES.index(entry.stage) < STAGES.index(found[place].stage):
            found[place] = entry
    return list(found.values())


def codes_of(stored: Any) -> tuple[str, ...]:
    """The codes of a stored XCom: a JSON list, as such or as a text; what the registry does not know is left out."""
    if isinstance(stored, str):
        try:
            stored = json.loads(stored)
        except ValueError:
            stored = None
    codes = stored if isinstance(stored, list) else []
    return tuple(code for code in codes if isinstance(code, str) and code in REGISTRY) or (UNTOLD,)


def _entry(row: Sequence[Any]) -> Entry:
    run_id, map_index, task_id, state, stored, rendered, tries, since, changed = row
    return Entry(
        run_id=run_id, map_index=map_index, stage=task_id.rpartition(".")[2], state=str(state), codes=codes_of(stored),
        document_id=rendered if rendered and rendered.startswith("doc-") else None, tries=tries, since=since,
        changed=changed or since)
