"""``python -m benchmarks.review_queue_rows COUNT``: documents that need somebody, written into Airflow's database.

For measuring only: the tasks of these rows never ran. Each run has 50 documents, one in ten of which came through.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import insert

from document_tasks.failure import CODES
from include.errors import REGISTRY
from review_queue.entries import DAG_ID, STATES

SEED = 6
BATCH = 50
STAGES = ("classify", "ocr", "convert_to_fhir")


def fill(count: int) -> None:
    """Write ``count`` open documents and their neighbours."""
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    drawn = random.Random(SEED)  # noqa: S311 - measured rows, no secrets
    runs, tasks, codes = [], [], []
    for number in range(-(-count * 10 // 9 // BATCH)):
        began = datetime.now(UTC) - timedelta(minutes=15 * number)
        run = {"id": number + 1, "dag_id": DAG_ID, "run_id": f"batch__2026-11-20__{number:04d}__{number:012x}",
               "run_type": "manual", "state": "failed", "run_after": began, "clear_number": 0}
        runs.append(run)
        for index in range(BATCH):
            open_now = index % 10 != 0
            task = _task(run, index, drawn.choice(STATES) if open_now else "success", drawn)
            tasks.append(task)
            if open_now:
                codes.append({"dag_run_id": run["id"], "task_id": task["task_id"], "map_index": index, "key": CODES,
                              "dag_id": DAG_ID, "run_id": run["run_id"], "value": [drawn.choice(list(REGISTRY))],
                              "timestamp": began})
    with create_session() as session:
        session.execute(insert(DagRun.__table__), runs)
        session.execute(insert(TaskInstance.__table__), tasks)
        session.execute(insert(XComModel.__table__), codes)


def _task(run: dict[str, Any], index: int, state: str, drawn: random.Random) -> dict[str, Any]:
    return {
        "id": uuid4(), "dag_id": DAG_ID, "run_id": run["run_id"], "task_id": f"process_document.{drawn.choice(STAGES)}",
        "map_index": index, "state": state, "try_number": drawn.randint(1, 4), "max_tries": 3, "pool": "default_pool",
        "pool_slots": 1, "updated_at": run["run_after"], "rendered_map_index": f"doc-{drawn.getrandbits(96):024x}",
        "start_date": run["run_after"], "end_date": run["run_after"], "span_status": "not_started"}


if __name__ == "__main__":
    fill(int(sys.argv[1]))
