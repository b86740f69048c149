"""Which waiting task goes first: the newest day's."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from airflow.task.priority_strategy import PriorityWeightStrategy

from include.reprocessing.batches import RUN_PREFIX

if TYPE_CHECKING:
    from airflow.models.taskinstance import TaskInstance

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class NewestDayFirst(PriorityWeightStrategy):
    """The weight is the day that the run's id names, so that today's documents go before a backfill's.

    ``get_weight`` is asked before a mapped task instance is in the database (Airflow 3.3.2,
    ``TaskInstance.insert_mapping``): it knows the run's id and the task, and neither the run nor its logical date.
    A run whose id names no day was started by a person, who waits for it: it counts as today's. One that makes
    documents anew comes after every day.
    """

    def get_weight(self, ti: TaskInstance) -> int:
        """Days since the year 1: far below the 32 bits that a weight has."""
        if ti.run_id.startswith(RUN_PREFIX):
            return 1
        return (day_of_run_id(ti.run_id) or datetime.now(UTC).date()).toordinal()


def day_of_run_id(run_id: str) -> date | None:
    """The first day that is written in a run's id; None where there is none."""
    for found in _DAY.findall(run_id):
        try:
            return date.fromisoformat(found)
        except ValueError:
            continue
    return None
