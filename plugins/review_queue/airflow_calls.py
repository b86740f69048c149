"""Airflow's public REST API, called within the API server's own process with the caller's own login.

So every change is made by Airflow's code, with its permissions and in its audit log, wherever the server is reached.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import Request

from review_queue.entries import DAG_ID, Entry

_FORWARDED = ("authorization", "cookie")

PAUSES = (0.5, 1.0, 2.0, 4.0, 0.0)
"""Seconds after each try that the API server failed: under load, or on SQLite while others write, that passes."""


class AirflowRefusedError(Exception):
    """Airflow's API answered with this status; ``says`` is its own word."""

    def __init__(self, status: int, says: str) -> None:
        self.status = status
        self.says = says
        super().__init__(f"{status} {says}")


@dataclass(frozen=True, slots=True)
class AirflowCalls:
    """The calls that the queue makes, on behalf of one user."""

    client: httpx.AsyncClient

    @classmethod
    def of(cls, request: Request) -> AirflowCalls:
        from airflow.api_fastapi.main import app

        headers = {name: request.headers[name] for name in _FORWARDED if name in request.headers}
        # What Airflow fails on is answered with 500, as over HTTP; else it would be raised here, and never tried again.
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        return cls(httpx.AsyncClient(transport=transport, base_url="http://airflow", headers=headers, timeout=60.0))

    async def clear(self, entries: Sequence[Entry], note: str | None = None) -> int:
        """Clear these documents' tasks with what follows them, the run's report included, and nothing of their
        neighbours; one call a run. How many task instances were cleared.

        :raises AirflowRefusedError: Airflow does not clear them.
        """
        by_run: dict[str, list[Any]] = defaultdict(list)
        for entry in entries:
            marker = entry.task_id if entry.map_index < 0 else [entry.task_id, entry.map_index]
            by_run[entry.run_id].append(marker)
        cleared = 0
        for run_id, task_ids in by_run.items():
            answer = await self._call("POST", f"/api/v2/dags/{DAG_ID}/clearTaskInstances", {
                "dry_run": False, "dag_run_id": run_id, "task_ids": task_ids, "include_downstream": True,
                # The default would leave out what is not red: the document's seal, and the report.
                "only_failed": False, "reset_dag_runs": True})
            cleared += int(answer["total_entries"])
        return cleared

    async def answer(self, entry: Entry, option: str) -> None:
        """Answer a document's human-in-the-loop request.

        :raises AirflowRefusedError: it was answered before, or does not wait any more.
        """
        path = (f"/api/v2/dags/{DAG_ID}/dagRuns/{quote(entry.run_id, safe='')}/taskInstances/{entry.task_id}/"
                f"{entry.map_index}/hitlDetails")
        await self._call("PATCH", path, {"chosen_options": [option], "params_input": {}})

    async def _call(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Each of these calls may be made twice: what is cleared stays cleared, what is answered is refused."""
        for pause in PAUSES:
            answer = await self.client.request(method, path, json=body)
            if answer.status_code < 500:
                break
            await asyncio.sleep(pause)
        if answer.is_error:
            raise AirflowRefusedError(answer.status_code, _sentence(answer))
        found: dict[str, Any] = answer.json()
        return found


def _sentence(answer: httpx.Response) -> str:
    """Airflow's own word for what it refuses; of its failures it tells statements and stack traces."""
    if answer.status_code < 500 and answer.headers.get("content-type") == "application/json":
        return str(answer.json().get("detail") or answer.reason_phrase)
    return f"Airflow's API server answers {answer.status_code}: try again, and see its log if it stays so."
