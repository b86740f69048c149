"""What the pipeline is held against has the pipeline's shape; the pace is worked out from what Airflow says."""

from __future__ import annotations

import io

import pdfplumber
import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

from benchmarks import document_growth, letters
from benchmarks.batch_runs import Pace
from demo.environment import PROJECT


def dag_of(path: str) -> DAG:
    bag = DagBag(str(PROJECT / path))
    assert bag.import_errors == {}
    [dag] = bag.dags.values()
    return dag


def mapped_and_single(dag: DAG) -> tuple[int, int]:
    mapped = [task for task in dag.tasks if "." in task.task_id]
    return len(mapped), len(dag.tasks) - len(mapped)


def test_the_floor_has_as_many_tasks_as_the_pipeline() -> None:
    floor = dag_of("benchmarks/floor_dags/airflow_floor.py")
    assert mapped_and_single(floor) == mapped_and_single(dag_of("dags/documents_to_fhir.py")) == (5, 2)


def test_the_floor_s_tasks_are_run() -> None:
    """Airflow marks an EmptyOperator as done without starting it."""
    floor = dag_of("benchmarks/floor_dags/airflow_floor.py")
    assert {task.task_type for task in floor.tasks} == {"_PythonDecoratedOperator"}


def test_the_documents_are_text_of_two_pages() -> None:
    with pdfplumber.open(io.BytesIO(letters.certain_of_two_pages(5))) as pdf:
        assert [bool(page.extract_text()) for page in pdf.pages] == [True, True]


def test_a_pace_counts_the_time_of_the_runs_and_the_processor_of_all_components() -> None:
    pace = Pace(documents=50, seconds=100, cpu={"scheduler": 60.0, "api": 15.0})
    assert (pace.a_minute, pace.cpu_a_document) == (30, 1.5)


@pytest.mark.parametrize(("of_1000", "kept"), [(40.0, True), (36.0, True), (35.0, False)])
def test_a_long_day_may_be_a_tenth_slower(of_1000: float, kept: bool) -> None:
    figures = {"growth": [{"documents": 100, "per_minute": 40.0}, {"documents": 1000, "per_minute": of_1000}]}
    assert document_growth.kept(figures) is kept


def test_a_day_that_was_not_measured_is_no_promise_kept() -> None:
    assert document_growth.kept({"growth": [{"documents": 100, "per_minute": 40.0}]}) is None
