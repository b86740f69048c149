"""The documents that have not come through: read from Airflow's task instances, without a look into S3."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from document_tasks.failure import CODES
from include.errors import REGISTRY

DAG_ID = "documents_to_fhir"
GROUP = "process_document"
DOCUMENT_STAGES = ("classify", "ocr", "merge_pages", "convert_to_fhir")
STAGES = ("read_batch", *DOCUMENT_STAGES, "audit", "report")
"""In the order of a document's way. ``read_batch`` stands for a batch that could not be read, ``report`` for a run that
is red although no document of it is."""
OF_THE_RUN = frozenset({"read_batch", "report"})

FAILED, WAITING, RETRYING = "failed", "awaiting_input", "up_for_retry"
STATES = (FAILED, WAITING, RETRYING)
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
        return _task_id(self.stage)

    @property
    def code(self) -> str:
        """The first and most important of its codes."""
        return self.codes[0]

    @property
    def whose_move(self) -> str:
        return str(REGISTRY[self.code].whose_move)


def read_entries(run_id: str | None = None) -> list[Entry]:
    """Every document that needs somebody, of one run or of all, oldest first."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session

    conditions: list[Any] = [
        TaskInstance.state.in_(STATES), TaskInstance.task_id.in_([_task_id(stage) for stage in STAGES])]
    if run_id is not None:
        conditions.append(TaskInstance.run_id == run_id)
    with create_session(scoped=False) as session:
        found = one_per_document(_entry(row) for row in session.execute(_selected(*conditions)))
        return _named(session, without_needless_reports(found))


def read_documents(places: Sequence[tuple[str, int]]) -> list[Entry]:
    """These rows of runs at their first stage, whatever state they are in."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import tuple_

    at_first = TaskInstance.task_id == _task_id(DOCUMENT_STAGES[0])
    with create_session(scoped=False) as session:
        rows = session.execute(_selected(
            at_first, tuple_(TaskInstance.run_id, TaskInstance.map_index).in_(list(places))))
        return _named(session, [_entry(row) for row in rows])


def _selected(*conditions: Any) -> Any:
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.xcom import XComModel
    from sqlalchemy import and_, select

    return (
        select(
            TaskInstance.run_id, TaskInstance.map_index, TaskInstance.task_id, TaskInstance.state, XComModel.value,
            TaskInstance._rendered_map_index, TaskInstance.try_number, DagRun.run_after, TaskInstance.updated_at)
        .join(DagRun, and_(DagRun.dag_id == TaskInstance.dag_id, DagRun.run_id == TaskInstance.run_id))
        .outerjoin(XComModel, and_(
            XComModel.dag_run_id == DagRun.id, XComModel.task_id == TaskInstance.task_id,
            XComModel.map_index == TaskInstance.map_index, XComModel.key == CODES))
        .where(TaskInstance.dag_id == DAG_ID, *conditions)
        .order_by(DagRun.run_after, TaskInstance.run_id, TaskInstance.map_index)
    )


def _named(session: Any, entries: Sequence[Entry]) -> list[Entry]:
    """With the ids of documents whose task was lost before it could say its own: from what ``read_batch`` returned."""
    from airflow.models.xcom import XComModel
    from sqlalchemy import select

    runs = {entry.run_id for entry in entries if entry.document_id is None and entry.map_index >= 0}
    if not runs:
        return list(entries)
    batches = {run_id: _listed(_from_backend(value)) for run_id, value in session.execute(
        select(XComModel.run_id, XComModel.value).where(
            XComModel.dag_id == DAG_ID, XComModel.task_id == STAGES[0], XComModel.key == "return_value",
            XComModel.run_id.in_(runs)))}
    return [replace(entry, document_id=_at(batches.get(entry.run_id, []), entry.map_index))
            if entry.document_id is None else entry for entry in entries]


def without_needless_reports(entries: Sequence[Entry]) -> list[Entry]:
    """A run's report is red while a document is; it needs somebody where no document does."""
    with_documents = {entry.run_id for entry in entries if entry.stage != STAGES[-1]}
    return [entry for entry in entries if entry.stage != STAGES[-1] or entry.run_id not in with_documents]


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
    return tuple(code for code in _listed(stored) if isinstance(code, str) and code in REGISTRY) or (UNTOLD,)


def _listed(stored: Any) -> list[Any]:
    if isinstance(stored, str):
        try:
            stored = json.loads(stored)
        except ValueError:
            return []
    return stored if isinstance(stored, list) else []


def _from_backend(stored: Any) -> Any:
    """A long XCom may lie in an object store (docs/security.md); codes are too short for that."""
    from types import SimpleNamespace

    from airflow.sdk.execution_time.xcom import XCom

    return XCom.deserialize_value(SimpleNamespace(value=stored))


def _at(document_ids: Sequence[Any], index: int) -> str | None:
    return str(document_ids[index]) if 0 <= index < len(document_ids) else None


def _task_id(stage: str) -> str:
    return stage if stage in OF_THE_RUN else f"{GROUP}.{stage}"


def _entry(row: Sequence[Any]) -> Entry:
    run_id, map_index, task_id, state, stored, rendered, tries, since, changed = row
    return Entry(
        run_id=run_id, map_index=map_index, stage=task_id.rpartition(".")[2], state=str(state), codes=codes_of(stored),
        document_id=rendered if rendered and rendered.startswith("doc-") else None, tries=tries, since=since,
        changed=changed or since)
