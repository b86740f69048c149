"""The deadline of a run, as its DAG declares it; what happens when it passes is proven on a real Airflow."""

from __future__ import annotations

from datetime import timedelta

from document_tasks.deadlines import deadline, deadline_passed
from document_tasks.run_start import RunStart


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
