"""The moment from which a run's deadline counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk.definitions.deadline import BaseDeadlineReference


class RunStart(BaseDeadlineReference):
    """When the run was queued for the first time.

    In place of Airflow's own DAGRUN_QUEUED_AT, with which nobody can clear a task of a run before its deadline: Airflow
    3.3.2 answers 500 (https://github.com/apache/airflow/issues/70368). Even where that is mended, a cleared task would
    put the deadline off. Runs of batches have no logical date, which is the other reference there is.
    """

    required_kwargs = frozenset({"dag_id", "run_id"})

    def _evaluate_with(self, *, session: Any, dag_id: str, run_id: str) -> datetime:
        """Called where the run is made: in the scheduler or the API server."""
        from airflow.models import DagRun

        [run] = DagRun.find(dag_id=dag_id, run_id=run_id, session=session)
        return run.queued_at or run.run_after
