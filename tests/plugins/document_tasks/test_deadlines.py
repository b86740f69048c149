"""The deadline of a run, as its DAG declares it; what happens when it passes is proven on a real Airflow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

from document_tasks.deadlines import CLOSED, deadline, deadline_passed, run_state
from document_tasks.run_start import RunStart
from include.alerts.message import Run


def test_no_hours_are_no_deadline() -> None:
    assert deadline(0.0) == []


def test_a_deadline_counts_from_the_run_s_start_and_calls_the_triggerer() -> None:
    [found] = deadline(1.5)
    assert found.reference == RunStart()
    assert found.interval == timedelta(minutes=90)
    assert found.callback.path == f"{deadline_passed.__module__}.{deadline_passed.__qualname__}"
    assert found.callback.kwargs == {"hours": 1.5}


def test_the_reference_is_registered_or_no_run_could_be_made() -> None:
    from documents_plugin import DocumentsPlugin

    assert DocumentsPlugin.deadline_references == [RunStart]


def answer_with(monkeypatch: pytest.MonkeyPatch, status_code: int) -> None:
    """As the supervisor passes on what the API server refuses (``airflow.sdk.execution_time.supervisor``)."""
    error = ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"status_code": status_code, "message": "refused"})

    def refuse(_dag_id: str, _run_id: str) -> str:
        raise AirflowRuntimeError(error)

    monkeypatch.setattr(RuntimeTaskInstance, "get_dagrun_state", refuse)


def test_of_a_run_that_was_deleted_nothing_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, 404)
    assert run_state(Run("documents_to_fhir", "deleted")) in CLOSED


def test_a_server_that_does_not_answer_closes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, 503)
    with pytest.raises(AirflowRuntimeError):
        run_state(Run("documents_to_fhir", "run"))
