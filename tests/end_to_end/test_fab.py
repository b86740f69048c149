"""The review queue behind the FAB provider's logins and an address with a path, as a hospital's proxy gives it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from browsing import logged_in
from fab_server import FabServer
from playwright.sync_api import expect
from test_review_queue import ROUTES

from benchmarks import letters
from demo.environment import Local
from demo.inbox import AUDIT_BUCKET, BUCKET, s3_client
from include.audit.events import EventName
from include.audit.trail import AuditTrail, Writer
from include.documents.intake import register, source_of_key
from include.documents.storage import Bucket
from include.sandbox.provision import provision
from include.settings import Settings
from include.stages.classify import classify
from include.workspace import Workspace

DAY, DAG = "2026-04-21", "documents_to_fhir"
ALLOWED = {"stranger": 0, "viewer": 1, "reviewer": 2, "operator": 2, "admin": 3}
"""What each user may do, in the terms of :data:`test_review_queue.ROUTES`."""


class Office:
    """A FAB server with one red document in its queue; no task of it ever ran."""

    def __init__(self, server: FabServer, bucket: Bucket) -> None:
        self.server = server
        self.bucket = bucket
        source = source_of_key(bucket, f"inbox/{DAY}/letter.pdf", DAY)
        register(bucket, source)
        self.document = source.document_id
        self.trail = AuditTrail(Bucket(bucket.client, AUDIT_BUCKET), DAY, self.document, Writer("run", "task", 1))
        self.trail.begin(EventName.DOCUMENT_RECEIVED)
        classify(Workspace(self.document, bucket, bucket, Settings(), self.trail))
        self.run_id = server.api("admin").trigger(DAG, "manual__fab")
        with closing(sqlite3.connect(server.local.airflow_home / "airflow.db", timeout=15)) as database, database:
            changed = database.execute(
                "UPDATE task_instance SET map_index = 0, state = 'failed', rendered_map_index = ? "
                "WHERE run_id = ? AND task_id = 'process_document.classify'", [self.document, self.run_id])
            assert changed.rowcount == 1
            database.execute("INSERT INTO task_map (dag_id, task_id, run_id, map_index, length) "
                             "VALUES (?, 'read_batch', ?, -1, 1)", [DAG, self.run_id])

    @property
    def place(self) -> dict[str, Any]:
        return {"run_id": self.run_id, "map_index": 0}

    def state(self) -> str | None:
        found = self.server.api("admin").task_instances(DAG, self.run_id)
        [state] = [task["state"] for task in found if task["task_id"] == "process_document.classify"]
        return None if state is None else str(state)


@pytest.fixture(scope="module")
def office(sandbox: Local, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    s3 = s3_client(sandbox)
    provision(s3, BUCKET, "ocr-temp", AUDIT_BUCKET)
    s3.put_object(Bucket=BUCKET, Key=f"inbox/{DAY}/letter.pdf", Body=letters.certain(70350001))
    server = FabServer(tmp_path_factory.mktemp("fab"), sandbox)
    try:
        server.start()
        yield Office(server, Bucket(s3, BUCKET))
    finally:
        server.stop()


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_answers_those_whose_role_allows_it_and_nobody_else(office: Office, route: str) -> None:
    path, lowest = ROUTES[route]
    method, address = route.partition(" ")[0], f"{office.server.url}/review-queue{path}"
    assert requests.request(method, address, json={}, timeout=60).status_code == 401
    for user, role in ALLOWED.items():
        answer = requests.request(method, address, json={}, timeout=60, headers={
            "Authorization": office.server.login(user), "X-Review-Queue": "1"})
        assert answer.status_code in ((403,) if role < lowest else (200, 404, 422)), (user, answer.text)


def test_the_reviewers_role_ends_at_the_documents(office: Office) -> None:
    """No connection, no variable, no configuration, no other DAG."""
    login = {"Authorization": office.server.login("reviewer")}
    refused = ("connections", "variables", "config", "pools", "eventLogs", "dags/documents_inbox/dagRuns", "backfills")
    answers = {path: requests.get(f"{office.server.url}/api/v2/{path}", headers=login, timeout=60).status_code
               for path in refused}
    assert set(answers.values()) <= {403, 422}, answers
    dags = requests.get(f"{office.server.url}/api/v2/dags", headers=login, timeout=60).json()["dags"]
    assert [dag["dag_id"] for dag in dags] == [DAG]


def test_nobody_reads_the_configuration(office: Office) -> None:
    answer = requests.get(f"{office.server.url}/api/v2/config", timeout=60,
                          headers={"Authorization": office.server.login("admin")})
    assert answer.status_code == 403


def test_a_reviewer_logs_in_looks_and_retries_and_the_trail_has_the_name(office: Office, chromium: Path) -> None:
    server = office.server
    with logged_in(chromium, server.local, "reviewer", server.url) as page:
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
        page.get_by_role("link", name="Review", exact=True).click()
        queue = page.frame_locator("iframe[title=Review]")
        row = queue.locator(f"[data-document={office.document}]")
        row.locator("td.id a").click()
        expect(queue.locator(".sheet img")).to_be_visible()
        queue.get_by_role("button", name="Retry").click()
        expect(queue.locator("#message")).to_have_text("It is tried again.")
    assert office.state() is None
    viewed = [event for event in office.trail.events() if event.event is EventName.DOCUMENT_VIEWED]
    assert {(event.actor, event.data_accessed) for event in viewed} == {("reviewer", True)}
    assert all((cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == ("/clinic/", True, "Lax")
               for cookie in cookies.values())
    logged = server.api("admin").call("GET", f"/api/v2/eventLogs?dag_id={DAG}&limit=100")["event_logs"]
    assert "reviewer" in {entry["owner"] for entry in logged if "clear" in entry["event"]}


def test_another_sites_page_changes_nothing_with_a_reviewers_cookie(office: Office) -> None:
    token = office.server.login("reviewer").removeprefix("Bearer ")
    body = json.dumps({"action": "retry", "places": [office.place]})
    for headers in ({}, {"X-Review-Queue": "1", "Origin": "https://elsewhere.example"},
                    {"X-Review-Queue": "1", "Sec-Fetch-Site": "cross-site"}):
        answer = requests.post(
            f"{office.server.url}/review-queue/api/actions", data=body, cookies={"_token": token}, timeout=60,
            headers={**headers, "Content-Type": "application/json"})
        assert answer.status_code == 403, headers


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_login_cookie_is_secure_where_the_proxy_says_that_it_has_tls(office: Office, scheme: str) -> None:
    session, page = requests.Session(), f"{office.server.url}/auth/login/"
    # Over TLS the form is taken from its own page only, by the Referer that browsers send.
    session.headers.update({"X-Forwarded-Proto": scheme, "Referer": page.replace("http", scheme, 1)})
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', session.get(page, timeout=60).text)
    assert token
    form = {"csrf_token": token[1], "username": "viewer", "password": office.server.local.passwords["viewer"]}
    answer = session.post(page, data=form, allow_redirects=False, timeout=60)
    [cookie] = [text for text in answer.raw.headers.getlist("Set-Cookie") if text.startswith("_token=")]
    assert ("; Secure" in cookie) is (scheme == "https"), answer.status_code


def test_a_login_form_without_its_token_is_refused(office: Office) -> None:
    form = {"username": "viewer", "password": office.server.local.passwords["viewer"]}
    answer = requests.post(f"{office.server.url}/auth/login/", data=form, allow_redirects=False, timeout=60)
    assert "_token=" not in str(answer.headers.get("Set-Cookie"))
