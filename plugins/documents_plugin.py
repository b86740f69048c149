"""What the project adds to Airflow itself."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from document_tasks.priority import NewestDayFirst


class DocumentsPlugin(AirflowPlugin):
    """Priority strategies have to be registered by a plugin, or no DAG that uses them can be serialized."""

    name = "documents"
    priority_weight_strategies = [NewestDayFirst]  # noqa: RUF012 - Airflow's own declaration
