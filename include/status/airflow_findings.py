"""What Airflow's state means for the person on duty. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from include.settings import Settings
from include.status.airflow_state import DOCUMENTS_DAG, AirflowState
from include.status.finding import Finding, attention, duration, ok, problem

COMPONENTS = {"metadatabase": "the database", "scheduler": "a scheduler", "dag_processor": "a DAG processor",
              "triggerer": "a triggerer"}
"""Airflow's names of what has to be healthy, and what to start where it is not."""
PAUSED = {
    DOCUMENTS_DAG: "no document is processed",
    "documents_inbox": "no new document is found",
    "documents_overdue": "nobody is alerted of late documents",
    "documents_reprocess": "make reprocess waits",
}
"""What a paused DAG means. A run that starts another's waits for ever where that one is paused."""
LONGEST_QUEUED_SECONDS = 600
"""An executor that has workers takes a queued task within seconds; with none running, this long means it has none."""


def judge(state: AirflowState, settings: Settings) -> list[Finding]:
    """Every line about Airflow, in the order in which they are shown."""
    return [
        *_components(state),
        *_dags(state),
        _pool(state.pools, "ocr", settings.ocr_pool_slots, "OCR_POOL_SLOTS", deferred=False),
        _pool(state.pools, "batches", settings.batch_runs_at_once, "BATCH_RUNS_AT_ONCE", deferred=True),
        _work(state),
        _queue(state),
        _oldest(state, settings),
    ]


def _components(state: AirflowState) -> Iterator[Finding]:
    for name, start in COMPONENTS.items():
        status, subject = state.health.get(name), name.replace("_", " ")
        if status == "healthy":
            yield ok(subject, "healthy")
        elif status is None:
            yield problem(subject, "never ran here", f"Start {start}.")
        else:
            yield problem(subject, status, f"See its log; start {start} anew.")


def _dags(state: AirflowState) -> Iterator[Finding]:
    if state.import_errors:
        yield problem("DAG files", f"do not load: {', '.join(sorted(state.import_errors))}",
                      "Airflow's start page shows the import error; mend it, or go back to the image before.")
    missing = sorted(PAUSED.keys() - state.paused.keys())
    if missing:
        yield problem("DAGs", f"missing: {', '.join(missing)}", "Is AIRFLOW__CORE__DAGS_FOLDER the pipeline's?")
    for name in (name for name in PAUSED if state.paused.get(name)):
        yield _is_paused(name)
    if not (state.import_errors or missing or any(state.paused.get(name) for name in PAUSED)):
        yield ok("DAGs", f"{len(PAUSED)} loaded, none paused")


def _is_paused(name: str) -> Finding:
    says, do = f"{name} is paused: {PAUSED[name]}", f"airflow dags unpause {name}"
    return problem("DAGs", says, do) if name == DOCUMENTS_DAG else attention("DAGs", says, do)


def _pool(
    pools: Mapping[str, Mapping[str, Any]], name: str, slots: int, setting: str, *, deferred: bool
) -> Finding:
    subject, pool = f"pool {name}", pools.get(name)
    make = f"airflow pools set {name} {slots} {setting}{' --include-deferred' if deferred else ''}"
    if pool is None:
        return problem(subject, "missing: its tasks stay scheduled", make)
    says = f"{pool['occupied_slots']} of {pool['slots']} slots in use"
    if deferred and not pool["include_deferred"]:
        return problem(subject, f"{says}, deferred tasks not counted: it limits nothing", make)
    if pool["slots"] != slots:
        return attention(subject, f"{says}, and {setting} is {slots}", f"Change both together: {make}")
    return ok(subject, says)


def _work(state: AirflowState) -> Finding:
    tasks = ", ".join(f"{count:,} {name}" for name, count in state.tasks.items() if count) or "none"
    runs = ", ".join(f"{count:,} of {name}" for name, count in state.open_runs.items()) or "none"
    says = f"tasks: {tasks}; open runs: {runs}"
    if state.queued_for > LONGEST_QUEUED_SECONDS and not state.tasks.get("running"):
        return problem("work", f"{says}; queued for {duration(state.queued_for)} and nothing runs",
                       "Are there workers, and do they listen to the tasks' queues?")
    return ok("work", says)


def _queue(state: AirflowState) -> Finding:
    if state.queue is None:
        return problem("review queue", "not installed in the API server",
                       "Is AIRFLOW__CORE__PLUGINS_FOLDER the pipeline's, also for the API server?")
    waiting = state.queue["by_state"].get("awaiting_input", 0)
    if not state.queue["total"]:
        return ok("review queue", "empty")
    codes = ", ".join(f"{row['code']} {row['count']:,}" for row in state.queue["by_code"])
    others = state.queue["total"] - waiting
    return attention("review queue", f"{waiting:,} wait for a person, {others:,} failed or are tried again: {codes}",
                     "Open Review in Airflow's navigation.")


def _oldest(state: AirflowState, settings: Settings) -> Finding:
    subject, oldest = "oldest open document", state.oldest
    if oldest is None:
        return ok(subject, "none is open")
    name = oldest.document_id or "a document"
    says = f"{name}, {duration(oldest.age)}, {' '.join((oldest.state, *oldest.codes))} in {oldest.run_id}"
    do = "Decide or mend it in Review; if it is not listed there, see where in its run it is held up."
    if 0 < settings.document_max_age_hours * 3600 < oldest.age:
        return problem(subject, f"{says}: older than DOCUMENT_MAX_AGE_HOURS", do)
    if oldest.age > settings.review_timeout_hours * 3600:
        return attention(subject, f"{says}: older than REVIEW_TIMEOUT_HOURS", do)
    return ok(subject, says)
