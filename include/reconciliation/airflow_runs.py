"""What Airflow's API says of the runs: those of batches and those by hand, a few calls for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any, Protocol

from include.airflow_api import AirflowApi, ApiError
from include.documents.batches import day_of_run
from include.reconciliation.place import SEAL, STAGES, DocumentRun
from include.reconciliation.reading import Progress, read_each

DOCUMENTS_DAG, INBOX_DAG = "documents_to_fhir", "documents_inbox"
_GROUP = "process_document"
_AT_ONCE = 4

ReadBatch = Callable[[str], Sequence[str]]
"""The documents of a batch manifest, by its key."""


class Airflow(Protocol):
    """What is asked of Airflow."""

    def document_runs(
        self, read_batch: ReadBatch, progress: Progress, days: Collection[str] | None = None
    ) -> list[DocumentRun]: ...
    def planning(self) -> frozenset[str]: ...
    def looks(self, day: str) -> list[datetime]: ...


class AirflowRuns:
    """The runs of a deployment, by its REST API.

    :param lookback_days: of the setting INBOX_LOOKBACK_DAYS.
    :raises ApiError: Airflow refuses; of every method.
    """

    def __init__(self, api: AirflowApi, lookback_days: int) -> None:
        self._api = api
        self._lookback_days = lookback_days

    def document_runs(
        self, read_batch: ReadBatch, progress: Progress, days: Collection[str] | None = None
    ) -> list[DocumentRun]:
        """Every document of every run of documents_to_fhir, in the order of its map indexes.

        :param days: leave out batches of other inbox partitions; None: of none.
        :raises PipelineError: an S3 code.
        """
        runs = [run for run in self._api.runs(DOCUMENTS_DAG)
                if days is None or day_of_run(run["dag_run_id"]) in {*days, None}]
        found = read_each(runs, lambda run: _documents_of(self._api, read_batch, run), "runs", progress, _AT_ONCE)
        return [document for of_run in found for document in of_run]

    def planning(self) -> frozenset[str]:
        """Ids of the runs of documents_inbox that have not ended: they may still start runs of their batches."""
        return frozenset(
            run["dag_run_id"] for run in self._api.runs(INBOX_DAG) if run["state"] in ("queued", "running"))

    def looks(self, day: str) -> list[datetime]:
        """When a run of documents_inbox began to list this partition and then planned its batches."""
        tasks = [task for run in self._api.runs(INBOX_DAG) if day in partitions(run, self._lookback_days)
                 for task in self._api.task_instances(INBOX_DAG, run["dag_run_id"])]
        return [datetime.fromisoformat(task["start_date"]) for task in tasks
                if task["task_id"] == "plan_batches" and task["state"] == "success" and task["start_date"]]


def partitions(run: Mapping[str, Any], lookback_days: int) -> frozenset[str]:
    """The days that a run of documents_inbox looks at; none that is known of one that events have started."""
    if run["run_type"] == "asset_triggered":
        return frozenset()
    named = (run["conf"] or {}).get("date")
    day = named or (run["data_interval_start"] or run["run_after"])[:10]
    if named or run["run_type"] == "backfill":
        return frozenset((day,))
    return frozenset(str(date.fromisoformat(day) - timedelta(days=back)) for back in range(lookback_days + 1))


def _documents_of(api: AirflowApi, read_batch: ReadBatch, run: Mapping[str, Any]) -> list[DocumentRun]:
    run_id, state = run["dag_run_id"], run["state"]
    rows: dict[int, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for task in api.task_instances(DOCUMENTS_DAG, run_id):
        group, _, name = task["task_id"].rpartition(".")
        if group == _GROUP and task["map_index"] >= 0 and name in (*STAGES, SEAL) and task["state"] != "removed":
            rows[task["map_index"]][name] = task
    return [_in_run(document, run_id, state, rows.get(index, {}))
            for index, document in _documents(api, read_batch, run, rows).items()]


def _in_run(document: str, run_id: str, state: str, tasks: Mapping[str, Mapping[str, Any]]) -> DocumentRun:
    tries = tasks["ocr"]["try_number"] if "ocr" in tasks else 0
    return DocumentRun(document, run_id, state, {name: task["state"] for name, task in tasks.items()}, tries)


def _documents(
    api: AirflowApi, read_batch: ReadBatch, run: Mapping[str, Any], rows: Mapping[int, Mapping[str, Mapping[str, Any]]]
) -> dict[int, str]:
    """The run's documents by map index, as ``read_batch`` lists them."""
    conf = run["conf"] or {}
    named: Sequence[str] | None
    if conf.get("batch") and not (conf.get("documents") or conf.get("keys")):
        named = read_batch(conf["batch"])
    elif conf.get("documents") and not (conf.get("batch") or conf.get("keys")):
        named = conf["documents"]
    else:
        named = _returned(api, run["dag_run_id"])
    if named is not None:
        return dict(enumerate(dict.fromkeys(named)))
    labels = {index: task.get("rendered_map_index") or "" for index, row in rows.items() for task in row.values()}
    return {index: label for index, label in labels.items() if label.startswith("doc-")}


def _returned(api: AirflowApi, run_id: str) -> Sequence[str] | None:
    """What ``read_batch`` returned; None where it has not yet, or where XCom is kept out of Airflow's reach."""
    try:
        value = api.xcom(DOCUMENTS_DAG, run_id, "read_batch")
    except ApiError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return None
    return value if isinstance(value, list) else None
