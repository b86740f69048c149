"""What the deployment adds to Airflow itself: the operators' page and the report beside each run."""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin


async def review_queue_app(scope: Any, receive: Any, send: Any) -> None:
    """The queue's FastAPI application, imported at its first request: this file is loaded by every scheduler and task,
    and only the API server serves pages."""
    from review_queue.app import app

    await app(scope, receive, send)


class DocumentsPlugin(AirflowPlugin):
    """The review queue in Airflow's navigation; the run report as a tab of each run."""

    name = "documents"
    fastapi_apps = [{"app": review_queue_app, "url_prefix": "/review-queue", "name": "Review queue"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012
        {"name": "Review", "href": "/review-queue/", "destination": "nav", "url_route": "review-queue",
         "nav_top_level": True, "icon": "/review-queue/static/icon.svg",
         "icon_dark_mode": "/review-queue/static/icon-dark.svg"},
        {"name": "Report", "href": "/review-queue/report?dag_id={DAG_ID}&run_id={RUN_ID}", "destination": "dag_run",
         "url_route": "report"},
    ]
