"""The API client against a server that fails at first, as an API server under load does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from include.airflow_api import AirflowApi, ApiError


class Server(HTTPServer):
    """Answers each request with the next status of ``answers``, 200 when none is left."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[int] = []
        self.run_ids: list[str] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "dag_run_id" in body:
            self.server.run_ids.append(body["dag_run_id"])
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        content = json.dumps({"access_token": "t", "detail": "why"}).encode()
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Silent."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as started:
        Thread(target=started.serve_forever, daemon=True).start()
        yield started
        started.shutdown()


@pytest.fixture
def api(server: Server) -> AirflowApi:
    return AirflowApi(f"http://127.0.0.1:{server.server_port}", "admin", "secret")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_run_is_started_once_though_the_server_fails_at_first(server: Server, api: AirflowApi, status: int) -> None:
    server.answers = [status, status]
    run_id = api.trigger("documents_to_fhir")
    assert server.run_ids == [run_id] * 3


def test_a_run_whose_first_answer_was_lost_is_taken_for_ours(server: Server, api: AirflowApi) -> None:
    server.answers = [500, 409]
    assert api.trigger("documents_to_fhir", run_id="day") == "day"


def test_a_refusal_is_not_repeated_and_says_why(server: Server, api: AirflowApi) -> None:
    server.answers = [403]
    with pytest.raises(ApiError, match=r"403.*why"):
        api.trigger("documents_to_fhir")
    assert len(server.run_ids) == 1
