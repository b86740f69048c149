"""What Airflow's API says of a deployment, in about a dozen calls however many documents there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from include.airflow_api import AirflowApi, ApiError

DOCUMENTS_DAG = "documents_to_fhir"
COUNTED_STATES = ("running", "queued", "scheduled", "deferred", "up_for_retry", "awaiting_input")
"""The states of task instances that are counted, over all DAGs (Airflow's ``TaskInstanceState``)."""

_ALL_TASKS = "/api/v2/dags/~/dagRuns/~/taskInstances"


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """The document that has been on its way for longest: ``age`` in seconds since its run was due, ``state`` of a task.

    :param document_id: None where its task has not said it yet.
    """

    document_id: str | None
    run_id: str
    state: str
    codes: tuple[str, ...]
    age: float


@dataclass(frozen=True, slots=True)
class AirflowState:
    """One look.

    :param health: Airflow's own word of each component, by its name; None for one that never ran.
    :param paused: of each DAG, by its id.
    :param import_errors: the DAG files that do not load.
    :param pools: as the API describes each, by its name.
    :param tasks: task instances by state (:data:`COUNTED_STATES`).
    :param open_runs: running and queued runs by DAG, of those DAGs that have some.
    :param queued_for: seconds since the executor got the task that it has had for longest; 0 where it has none.
    :param queue: what waits in the review queue: ``total``, ``by_code``, ``by_state``; None where it is not installed.
    :param oldest: None where no document is open.
    """

    health: Mapping[str, str | None]
    paused: Mapping[str, bool]
    import_errors: Sequence[str]
    pools: Mapping[str, Mapping[str, Any]]
    tasks: Mapping[str, int]
    open_runs: Mapping[str, int]
    queued_for: float
    queue: Mapping[str, Any] | None
    oldest: OpenDocument | None


def look(api: AirflowApi, now: datetime) -> AirflowState:
    """:param now: in UTC.

    :raises ApiError: the API refuses; the user needs what the role ``viewer`` may.

    :raises requests.RequestException: nobody answers.
    """
    dags = api.dags()
    queue = _review_queue(api)
    return AirflowState(
        health={name: (part or {}).get("status")
                for name, part in api.call("GET", "/api/v2/monitor/health").items()},
        paused={dag["dag_id"]: dag["is_paused"] for dag in dags},
        import_errors=[error["filename"] for error in api.import_errors()],
        pools={pool["name"]: pool for pool in api.pools()},
        tasks={state: api.count(f"{_ALL_TASKS}?state={state}") for state in COUNTED_STATES},
        open_runs={dag["dag_id"]: count for dag in dags if (count := api.count(
            f"/api/v2/dags/{dag['dag_id']}/dagRuns?state=running&state=queued"))},
        queued_for=_queued_for(api, now),
        queue=queue,
        oldest=_oldest(_first_in_queue(queue), _first_at_work(api, now) if _has_documents(dags) else None),
    )


def _has_documents(dags: Sequence[Mapping[str, Any]]) -> bool:
    """Of a DAG that it does not know, the API tells no tasks."""
    return any(dag["dag_id"] == DOCUMENTS_DAG for dag in dags)


def _review_queue(api: AirflowApi) -> dict[str, Any] | None:
    """Counts over all entries, and the oldest one."""
    try:
        found: dict[str, Any] = api.call("GET", "/review-queue/api/entries?limit=1")
    except ApiError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return None
    return found


def _first_in_queue(queue: Mapping[str, Any] | None) -> OpenDocument | None:
    if not queue or not queue["rows"]:
        return None
    [row] = queue["rows"]
    return OpenDocument(row["document_id"], row["run_id"], row["state"], tuple(row["codes"]), row["age"])


def _first_at_work(api: AirflowApi, now: datetime) -> OpenDocument | None:
    states = "&".join(f"state={state}" for state in COUNTED_STATES if state != "awaiting_input")
    found = api.call("GET", f"/api/v2/dags/{DOCUMENTS_DAG}/dagRuns/~/taskInstances?{states}&order_by=run_after&limit=1")
    if not found["task_instances"]:
        return None
    [task] = found["task_instances"]
    name = task["rendered_map_index"]
    return OpenDocument(
        name if name and name.startswith("doc-") else None, task["dag_run_id"], task["state"], (),
        _seconds_since(task["run_after"], now))


def _oldest(*found: OpenDocument | None) -> OpenDocument | None:
    return max((each for each in found if each), key=lambda each: each.age, default=None)


def _queued_for(api: AirflowApi, now: datetime) -> float:
    tasks = api.call("GET", f"{_ALL_TASKS}?state=queued&order_by=run_after&limit=100")["task_instances"]
    return max((_seconds_since(task["queued_when"], now) for task in tasks if task["queued_when"]), default=0.0)


def _seconds_since(moment: str, now: datetime) -> float:
    return (now - datetime.fromisoformat(moment)).total_seconds()
