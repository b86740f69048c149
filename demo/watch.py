"""Following the documents of a day through Airflow's API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from include.airflow_api import AirflowApi

DAG_ID = "documents_to_fhir"
GROUP = "process_document"
STAGES = ("classify", "ocr", "merge_pages", "convert_to_fhir", "audit")
_ENDED = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
_RED = frozenset({"failed", "upstream_failed"})


@dataclass(frozen=True, slots=True)
class Row:
    """A document's row of tasks: Airflow's state of each stage."""

    document_id: str
    run_id: str
    states: Mapping[str, str]

    @property
    def state(self) -> str:
        """``running``, ``awaiting_input``, ``success`` or ``failed``."""
        if "awaiting_input" in self.states.values():
            return "awaiting_input"
        if set(self.states) < set(STAGES) or not _ENDED.issuperset(self.states.values()):
            return "running"
        return "failed" if _RED.intersection(self.states.values()) else "success"

    @property
    def stage(self) -> str:
        """The first stage that has not ended."""
        return next((name for name in STAGES if self.states.get(name) not in _ENDED), STAGES[-1])


def rows(api: AirflowApi, run_ids: Sequence[str]) -> Iterator[Row]:
    """The rows of these runs, as far as Airflow has made them."""
    for run_id in run_ids:
        states: dict[int, dict[str, str]] = defaultdict(dict)
        for instance in api.task_instances(DAG_ID, run_id):
            group, _, stage = instance["task_id"].rpartition(".")
            if group == GROUP and instance["map_index"] >= 0:
                states[instance["map_index"]][stage] = instance["state"] or "waiting"
        if not states:
            continue
        for index, document_id in enumerate(api.xcom(DAG_ID, run_id, "read_batch")):
            yield Row(document_id=document_id, run_id=run_id, states=states.get(index, {}))


def day_runs(api: AirflowApi, day: str) -> list[str]:
    """The runs of a day's batches."""
    return [run["dag_run_id"] for run in api.runs(DAG_ID) if run["dag_run_id"].startswith(f"batch__{day}__")]
