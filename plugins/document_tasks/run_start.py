"""The moment from which a run's deadline counts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from airflow.sdk.definitions.deadline import BaseDeadlineReference

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class RunStart(BaseDeadlineReference):
    """When the run was queued for the first time.

    In place of Airflow's own DAGRUN_QUEUED_AT, with which nobody can clear a task of a run before its deadline: Airflow
    3.3.2 answers 500 (https://github.com/apache/airflow/issues/70368). Even where that is mended, a cleared task would
    put the deadline off. Runs of batches have no logical date, which is the other reference there is.
    """

    required_kwargs = frozenset({"dag_id", "run_id"})

    def _evaluate_with(self, *, session: Session, dag_id: str, run_id: str) -> datetime:
        """Called where the run is made: in the scheduler or the API server."""
        from airflow.models import DagRun
        from sqlalchemy import select

        query = select(DagRun.queued_at, DagRun.run_after).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)
        queued_at, run_after = session.execute(query).one()
        return queued_at or run_after
