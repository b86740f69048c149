"""What Airflow's API says of the runs: those of batches and those by hand, a few calls for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from include.airflow_api import AirflowApi, ApiError
from include.documents.batches import day_of_run
from include.reconciliation.place import SEAL, STAGES, DocumentRun
from include.reconciliation.reading import Progress, read_each

DOCUMENTS_DAG, INBOX_DAG = "documents_to_fhir", "documents_inbox"
_GROUP = "process_document"
_AT_ONCE = 4

ReadBatch = Callable[[str], Sequence[str]]
"""The documents of a batch manifest, by its key."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of documents_to_fhir: whose documents, in the order in which its tasks are mapped, and where each is.

    :param state: Airflow's.
    """

    run_id: str
    state: str
    documents: tuple[DocumentRun, ...]


def document_runs(
    api: AirflowApi, read_batch: ReadBatch, progress: Progress, days: Collection[str] | None = None
) -> list[Run]:
    """Every run of documents_to_fhir with its documents.

    :param days: leave out batches of other inbox partitions; None: of none.
    :raises ApiError: Airflow refuses.
    :raises PipelineError: an S3 code.
    """
    runs = [run for run in api.runs(DOCUMENTS_DAG)
            if days is None or day_of_run(run["dag_run_id"]) in {*days, None}]
    return read_each(runs, lambda run: _read(api, read_batch, run), "runs", progress, _AT_ONCE)


def open_runs(inbox_runs: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Ids of those that have not ended."""
    return frozenset(run["dag_run_id"] for run in inbox_runs if run["state"] in ("queued", "running"))


def looks(api: AirflowApi, inbox_runs: Iterable[Mapping[str, Any]], day: str, lookback_days: int) -> list[datetime]:
    """When a partition was listed by a run of documents_inbox that planned its batches then.

    :raises ApiError: Airflow refuses.
    """
    found = []
    for run in inbox_runs:
        if day not in partitions(run, lookback_days):
            continue
        for task in api.task_instances(INBOX_DAG, run["dag_run_id"]):
            if task["task_id"] == "plan_batches" and task["state"] == "success" and task["start_date"]:
                found.append(datetime.fromisoformat(task["start_date"]))
    return found


def partitions(run: Mapping[str, Any], lookback_days: int) -> frozenset[str]:
    """The days that a run of documents_inbox looks at; none that is known of one that events have started."""
    if run["run_type"] == "asset_triggered":
        return frozenset()
    named = (run["conf"] or {}).get("date")
    day = named or (run["data_interval_start"] or run["run_after"])[:10]
    if named or run["run_type"] == "backfill":
        return frozenset((day,))
    return frozenset(str(date.fromisoformat(day) - timedelta(days=back)) for back in range(lookback_days + 1))


def _read(api: AirflowApi, read_batch: ReadBatch, run: Mapping[str, Any]) -> Run:
    run_id, state = run["dag_run_id"], run["state"]
    rows: dict[int, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for task in api.task_instances(DOCUMENTS_DAG, run_id):
        group, _, name = task["task_id"].rpartition(".")
        if group == _GROUP and task["map_index"] >= 0 and name in (*STAGES, SEAL) and task["state"] != "removed":
            rows[task["map_index"]][name] = task
    named = _documents(api, read_batch, run, rows)
    return Run(run_id, state, tuple(
        DocumentRun(document, run_id, state, {name: task["state"] for name, task in rows.get(index, {}).items()},
                    rows[index]["ocr"]["try_number"] if "ocr" in rows.get(index, {}) else 0)
        for index, document in named.items()))


def _documents(
    api: AirflowApi, read_batch: ReadBatch, run: Mapping[str, Any], rows: Mapping[int, Mapping[str, Mapping[str, Any]]]
) -> dict[int, str]:
    """The run's documents by map index, as ``read_batch`` lists them."""
    conf = run["conf"] or {}
    named: Sequence[str] | None = None
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
