"""What the project adds to Airflow itself."""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin

from document_tasks.priority import NewestDayFirst
from document_tasks.run_start import RunStart


async def review_queue_app(scope: Any, receive: Any, send: Any) -> None:
    """The queue's FastAPI application, imported at its first request: this file is loaded by every scheduler and task,
    and only the API server serves pages."""
    from review_queue.app import app

    await app(scope, receive, send)


class DocumentsPlugin(AirflowPlugin):
    """The review queue in Airflow's navigation and the run report as a tab of each run.

    Addresses are relative to Airflow's own, which may have a path. Priority strategies and deadline references have to
    be registered by a plugin, or a DAG that uses them cannot be serialized, and no run of it made.
    """

    name = "documents"
    fastapi_apps = [{"app": review_queue_app, "url_prefix": "/review-queue", "name": "Review queue"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012
        {"name": "Review", "href": "review-queue/", "destination": "nav", "url_route": "review-queue",
         "nav_top_level": True, "icon": "review-queue/static/icon.svg",
         "icon_dark_mode": "review-queue/static/icon-dark.svg"},
        {"name": "Report", "href": "review-queue/report?dag_id={DAG_ID}&run_id={RUN_ID}", "destination": "dag_run",
         "url_route": "report"},
    ]
    priority_weight_strategies = [NewestDayFirst]  # noqa: RUF012
    deadline_references = [RunStart]  # noqa: RUF012
