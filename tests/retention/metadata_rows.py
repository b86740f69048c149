"""Rows of Airflow's metadata database as runs of documents leave them, of any age."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, insert, select


@dataclass(frozen=True, slots=True)
class Rows:
    """Writes into a database that ``airflow db migrate`` has made."""

    engine: Engine
    version: uuid.UUID

    @classmethod
    def of(cls, engine: Engine, *dags: str) -> Rows:
        from airflow.models.dag import DagModel
        from airflow.models.dag_version import DagVersion
        from airflow.models.dagbundle import DagBundleModel

        rows = cls(engine, uuid.uuid4())
        rows.add(DagBundleModel, name="here")
        for number, dag in enumerate(dags):
            rows.add(DagModel, dag_id=dag, bundle_name="here", is_stale=False, fileloc="here", max_active_tasks=16,
                     max_active_runs=16, max_consecutive_failed_dag_runs=0, has_task_concurrency_limits=False)
            rows.add(DagVersion, id=rows.version if not number else uuid.uuid4(), dag_id=dag, version_number=1)
        return rows

    def add(self, model: Any, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(insert(model.__table__).values(**values))

    def run(self, run_id: str, state: str, moment: datetime, dag_id: str = "documents_to_fhir",
            started: datetime | None = None) -> str:
        """A run of a moment; one that was cleared since began anew when it was ``started``."""
        from airflow.models.dagrun import DagRun

        self.add(DagRun, dag_id=dag_id, run_id=run_id, state=state, run_type="manual", run_after=moment,
                 queued_at=moment, start_date=started or moment, clear_number=0, span_status="not_started", conf={})
        return run_id

    def task(self, run_id: str, task_id: str, state: str, moment: datetime, map_index: int = -1,
             dag_id: str = "documents_to_fhir") -> uuid.UUID:
        """A task instance with an XCom."""
        from airflow.models.taskinstance import TaskInstance
        from airflow.models.xcom import XComModel

        identifier = uuid.uuid4()
        self.add(TaskInstance, id=identifier, dag_id=dag_id, run_id=run_id, task_id=task_id, map_index=map_index,
                 state=state, start_date=moment, try_number=1, max_tries=3, pool="default_pool", pool_slots=1,
                 dag_version_id=self.version, span_status="not_started")
        self.add(XComModel, dag_run_id=self.number_of(run_id), dag_id=dag_id, run_id=run_id, task_id=task_id,
                 map_index=map_index, key="codes", value=["LOW_CONFIDENCE"], timestamp=moment)
        return identifier

    def asks(self, task: uuid.UUID, moment: datetime) -> None:
        """The human-in-the-loop request of a task."""
        from airflow.models.hitl import HITLDetail

        self.add(HITLDetail, ti_id=task, options=["Approve", "Reject"], subject="A document waits", body="",
                 multiple=False, params={}, assignees=[], created_at=moment)

    def number_of(self, run_id: str) -> int:
        from airflow.models.dagrun import DagRun

        with self.engine.connect() as connection:
            return int(connection.execute(select(DagRun.__table__.c.id).where(
                DagRun.__table__.c.run_id == run_id)).scalar_one())

    def count(self, model: Any) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(model.__table__)).scalar_one())

    def runs(self) -> set[str]:
        from airflow.models.dagrun import DagRun

        with self.engine.connect() as connection:
            return set(connection.execute(select(DagRun.__table__.c.run_id)).scalars())

    def tasks(self) -> set[tuple[str, str, int, str]]:
        from airflow.models.taskinstance import TaskInstance

        columns = TaskInstance.__table__.c
        with self.engine.connect() as connection:
            return {tuple(row) for row in connection.execute(
                select(columns.run_id, columns.task_id, columns.map_index, columns.state))}
