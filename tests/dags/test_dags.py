"""Every DAG loads, serializes, and tells the person on call what it asks of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
DAGS = ("documents_inbox", "documents_overdue", "documents_reprocess", "documents_to_fhir")


@pytest.fixture(scope="module")
def dag_bag(tmp_path_factory: pytest.TempPathFactory) -> object:
    import os

    os.environ.setdefault("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(str(PROJECT / "dags"))


def test_no_dag_fails_to_load(dag_bag: object) -> None:
    assert dag_bag.import_errors == {}  # type: ignore[attr-defined]
    assert sorted(dag_bag.dags) == sorted(DAGS)  # type: ignore[attr-defined]


@pytest.mark.parametrize("dag_id", DAGS)
def test_a_dag_survives_serialization(dag_bag: object, dag_id: str) -> None:
    """Only serialization finds a template field that is called like an attribute of BaseOperator."""
    from airflow.serialization.serialized_objects import DagSerialization

    dag = dag_bag.dags[dag_id]  # type: ignore[attr-defined]
    read_back = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    assert sorted(read_back.task_dict) == sorted(dag.task_dict)


@pytest.mark.parametrize("dag_id", DAGS)
def test_a_dag_carries_its_runbook_and_its_tag(dag_bag: object, dag_id: str) -> None:
    dag = dag_bag.dags[dag_id]  # type: ignore[attr-defined]
    assert "asks of you" in dag.doc_md
    assert "phi" in dag.tags


def test_a_document_has_five_tasks_and_shows_its_id(dag_bag: object) -> None:
    dag = dag_bag.dags["documents_to_fhir"]  # type: ignore[attr-defined]
    of_document = {task.task_id for task in dag.tasks if task.task_id.startswith("process_document.")}
    assert of_document == {
        f"process_document.{name}" for name in ("classify", "ocr", "merge_pages", "convert_to_fhir", "audit")}
    assert all(dag.get_task(task_id).map_index_template for task_id in of_document)


def test_every_task_has_the_registry_decide_on_its_retries(dag_bag: object) -> None:
    from document_tasks.retry import RegistryRetryPolicy

    for dag in dag_bag.dags.values():  # type: ignore[attr-defined]
        assert [task.task_id for task in dag.tasks if not isinstance(task.retry_policy, RegistryRetryPolicy)] == []
        assert [task.task_id for task in dag.tasks if task.retries != dag.default_args["retries"]] == []


def test_parsing_a_dag_loads_none_of_the_heavy_libraries() -> None:
    """Airflow parses the file again in every task process."""
    code = (
        f"import sys; sys.path[:0] = ['dags', 'plugins', '.']; import {', '.join(DAGS)}; "
        "print(sorted({'pandas', 'boto3', 'pdfplumber', 'pypdfium2', 'fhir', 'PIL'} & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"
