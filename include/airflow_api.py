"""The few calls of Airflow's REST API (v2) that are made from outside: by whoever looks after a deployment, by the demo
and the tests."""

from __future__ import annotations

import os
import urllib.parse
import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

_PAGE = 100
"""Airflow's own most (``[api] maximum_page_limit``)."""
_TIMEOUT_SECONDS = 120
# An API server under load, or on SQLite while another process writes, answers 5xx and means "later". Every call made
# here may be sent twice: a run is started under an id of ours, what was cleared stays cleared.
_LATER = Retry(
    total=8, backoff_factor=0.5, backoff_max=8, allowed_methods=None, raise_on_status=False,
    status_forcelist=[HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE,
                      HTTPStatus.GATEWAY_TIMEOUT])


class ApiError(RuntimeError):
    """Airflow's API refused, or failed again and again; the message holds its answer.

    :param status: of HTTP.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class AirflowApi:
    """A logged-in user of Airflow's API.

    :param url: the API server's address.
    :param token: a token that was got elsewhere, in place of user and password.
    :param retries: how often a call is repeated that the server fails, or that finds nobody.
    :param timeout_seconds: to connect, and between two parts of an answer.
    :raises ApiError: the server refuses the login.
    :raises requests.RequestException: nobody answers.
    """

    def __init__(
        self, url: str, user: str = "", password: str = "", *, token: str = "", retries: Retry = _LATER,
        timeout_seconds: float = _TIMEOUT_SECONDS,
    ) -> None:
        self.url = url.rstrip("/")
        self._timeout_seconds = timeout_seconds
        self._session = requests.Session()
        # No proxy, no .netrc, which would take the token's place; a private certificate authority is named as usual.
        self._session.trust_env = False
        self._session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        self._session.mount(self.url, HTTPAdapter(max_retries=retries))
        if not token:
            token = self.call("POST", "/auth/token", {"username": user, "password": password})["access_token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request.

        :raises ApiError: the server refuses.
        """
        answer = self._send(method, path, body)
        _raise_for_status(answer)
        return answer.json() if answer.content else None

    def _send(self, method: str, path: str, body: Any) -> requests.Response:
        return self._session.request(method, self.url + path, json=body, timeout=self._timeout_seconds)

    def dag_ids(self) -> set[str]:
        return {dag["dag_id"] for dag in self.dags()}

    def import_errors(self) -> list[dict[str, Any]]:
        errors: list[dict[str, Any]] = self.call("GET", "/api/v2/importErrors")["import_errors"]
        return errors

    def trigger(self, dag_id: str, run_id: str | None = None, conf: dict[str, Any] | None = None) -> str:
        """Start a run by hand; its id. A run of this id that is there already is taken for it: a first request may have
        been carried out though its answer was lost.
        """
        run_id = run_id or f"manual__{uuid.uuid4()}"
        body = {"dag_run_id": run_id, "logical_date": None, "conf": conf or {}}
        _raise_for_status(self._send("POST", f"/api/v2/dags/{dag_id}/dagRuns", body), HTTPStatus.CONFLICT)
        return run_id

    def make_pool(self, name: str, slots: int, description: str, include_deferred: bool = False) -> None:
        """Make a pool, unless it is there; whether a deferred task holds a slot, ``include_deferred`` says."""
        body = {"name": name, "slots": slots, "description": description, "include_deferred": include_deferred}
        _raise_for_status(self._send("POST", "/api/v2/pools", body), HTTPStatus.CONFLICT)

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        return self._pages(f"/api/v2/dags/{dag_id}/dagRuns", "dag_runs")

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        run: dict[str, Any] = self.call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{_quoted(run_id)}")
        return run

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        return self._pages(f"/api/v2/dags/{dag_id}/dagRuns/{_quoted(run_id)}/taskInstances", "task_instances")

    def xcom(self, dag_id: str, run_id: str, task_id: str) -> Any:
        path = f"/api/v2/dags/{dag_id}/dagRuns/{_quoted(run_id)}/taskInstances/{task_id}/xcomEntries/return_value"
        return self.call("GET", f"{path}?deserialize=false")["value"]

    def clear(self, dag_id: str, run_id: str, task_ids: list[Any]) -> int:
        """Clear tasks (``[task_id, map_index]`` pairs) of a run with everything downstream; how many were cleared."""
        answer = self.call("POST", f"/api/v2/dags/{dag_id}/clearTaskInstances", {
            "dry_run": False, "dag_run_id": run_id, "task_ids": task_ids, "include_downstream": True,
            "only_failed": False, "reset_dag_runs": True})
        return int(answer["total_entries"])

    def act(self, action: str, places: Sequence[Mapping[str, Any]], **more: str) -> dict[str, Any]:
        """Retry, approve, reject or resolve documents of the review queue (docs/operating.md); what became of them."""
        answer = self._session.post(
            f"{self.url}/review-queue/api/actions", json={"action": action, "places": list(places), **more},
            headers={"X-Review-Queue": "1"}, timeout=self._timeout_seconds)
        _raise_for_status(answer)
        done: dict[str, Any] = answer.json()
        return done

    def count(self, path: str) -> int:
        """How many a listing holds, without fetching them.

        :param path: with its filters, if any.
        """
        return int(self.call("GET", f"{path}{'&' if '?' in path else '?'}limit=1")["total_entries"])

    def pools(self) -> list[dict[str, Any]]:
        return self._pages("/api/v2/pools", "pools")

    def dags(self) -> list[dict[str, Any]]:
        return self._pages("/api/v2/dags", "dags")

    def _pages(self, path: str, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = self.call("GET", f"{path}?limit={_PAGE}&offset={len(found)}")
            found += page[name]
            if len(found) >= page["total_entries"] or not page[name]:
                return found


def _raise_for_status(answer: requests.Response, *also_good: int) -> None:
    if not answer.ok and answer.status_code not in also_good:
        raise ApiError(
            f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:2000]}", answer.status_code)


def _quoted(run_id: str) -> str:
    return urllib.parse.quote(run_id, safe="")
