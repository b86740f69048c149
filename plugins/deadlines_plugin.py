"""What the deadlines of runs add to Airflow itself."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from document_tasks.run_start import RunStart


class DeadlinesPlugin(AirflowPlugin):
    """A deadline's reference has to be registered by a plugin, or no run of a DAG that has it can be made."""

    name = "documents_deadlines"
    deadline_references = [RunStart]  # noqa: RUF012 - Airflow declares a list
