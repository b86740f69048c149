"""Airflow's floor: the shape of ``documents_to_fhir`` with nothing in it. Only benchmarks load this folder."""

from __future__ import annotations

from airflow.sdk import DAG, Param, TriggerRule, chain, get_current_context, task, task_group


@task
def rows() -> list[int]:
    """As many rows as the run asks for."""
    return list(range(get_current_context()["params"]["rows"]))


@task
def nothing(row: int) -> None:
    """A task that does nothing; Airflow's EmptyOperator is never started."""


@task_group
def five(row: int) -> None:
    """As many tasks as a document has."""
    chain(*(nothing.override(task_id=f"nothing_{number}")(row=row) for number in range(1, 6)))


@task(trigger_rule=TriggerRule.ALL_DONE)
def end() -> None:
    """Where the rows meet."""


with DAG(
    "airflow_floor", schedule=None, catchup=False, max_active_runs=10_000, params={"rows": Param(1, type="integer")},
):
    five.expand(row=rows()) >> end()
