"""An operator's morning in a real browser: what needs a person is found and decided, and the run turns green."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from browsing import logged_in
from canaries import places
from cluster_system import ClusterSystem
from local_system import until
from playwright.sync_api import FrameLocator, Page, expect
from slips import slips

from benchmarks import letters
from include.airflow_api import AirflowApi
from review_queue.app import app

DAY = "2026-04-07"
DOCUMENTS = {
    "approved.pdf": letters.with_a_date_to_be_read_in_two_ways(70310001),
    "corrected.pdf": letters.with_a_date_to_be_read_in_two_ways(70310002),
    "of_nobody.pdf": letters.of_nobody(),
    "retried.pdf": slips(101, 1, lines=2),
    "in_bulk_1.pdf": slips(102, 1, lines=2),
    "in_bulk_2.pdf": slips(103, 1, lines=2),
    "damaged.pdf": b"%PDF-1.4 and nothing that a PDF needs",
    "certain.pdf": letters.certain(70310003),
}
FAULTY = {
    "approved.pdf": ("awaiting_input", "AMBIGUOUS_DATE"),
    "corrected.pdf": ("awaiting_input", "AMBIGUOUS_DATE"),
    "of_nobody.pdf": ("awaiting_input", "NO_PATIENT"),
    "retried.pdf": ("failed", "AccessDeniedException"),
    "in_bulk_1.pdf": ("failed", "AccessDeniedException"),
    "in_bulk_2.pdf": ("failed", "AccessDeniedException"),
    "damaged.pdf": ("failed", "CORRUPT"),
}


class Morning:
    """A run whose documents have come as far as they can without a person."""

    def __init__(self, cluster: ClusterSystem) -> None:
        self.cluster = cluster
        self.ids = {name: cluster.put(f"inbox/{DAY}/{name}", body) for name, body in DOCUMENTS.items()}
        self.billed_before = cluster.pages_billed()
        cluster.fault({"operation": "AnalyzeDocument", "error": "AccessDeniedException"})
        self.run_id = cluster.process([f"inbox/{DAY}/{name}" for name in DOCUMENTS])
        until(self._settled, 180, "every document to be green, red or waiting")
        cluster.no_faults()

    def _settled(self) -> bool | None:
        rows = self.cluster.rows(self.run_id).values()
        return (len(rows) == len(DOCUMENTS) and all(row.state != "running" for row in rows)) or None

    def queue(self, user: str = "operator") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api(user).call("GET", f"/review-queue/api/entries?run={self.run_id}")["rows"]
        return found

    def api(self, user: str) -> AirflowApi:
        return AirflowApi(self.cluster.local.api_url, user, self.cluster.local.passwords[user])

    def place(self, name: str) -> dict[str, Any]:
        return {"run_id": self.run_id, "map_index": list(DOCUMENTS).index(name)}

    def events(self, name: str) -> list[dict[str, Any]]:
        trail = self.cluster.audit_bucket
        keys = [each.key for each in trail.list("audit/") if f"/{self.ids[name]}/" in each.key]
        return [json.loads(trail.read(key)) for key in keys]


@pytest.fixture(scope="module")
def morning(cluster: ClusterSystem) -> Morning:
    return Morning(cluster)


@pytest.fixture(scope="module")
def page(morning: Morning, chromium: Path) -> Iterator[Page]:
    with logged_in(chromium, morning.cluster.local, "operator") as opened:
        yield opened


def test_the_queue_shows_exactly_what_needs_somebody(morning: Morning) -> None:
    names = {document: name for name, document in morning.ids.items()}
    assert {names[row["document_id"]]: (row["state"], *row["codes"]) for row in morning.queue("viewer")} == FAULTY


ALLOWED = {"viewer": 1, "operator": 2, "admin": 3}
ROUTES: dict[str, tuple[str, int]] = {
    "GET /": ("/", 1),
    "GET /document": ("/document", 2),
    "GET /static/{name}": ("/static/style.css", 1),
    "GET /api/entries": ("/api/entries", 1),
    "POST /api/actions": ("/api/actions", 2),
    "GET /api/document": ("/api/document?run_id=none&map_index=0", 2),
    "GET /api/page.png": ("/api/page.png?run_id=none&map_index=0&number=1", 2),
    "POST /api/decision": ("/api/decision", 2),
    "GET /report": ("/report?dag_id=documents_to_fhir&run_id=none", 1),
}
"""Every route with the lowest role that may use it; asked for what does not exist, it says so to whoever may ask."""


def test_every_route_of_the_queue_is_in_the_table_of_access() -> None:
    found = {f"{method} {route.path}" for route in app.routes for method in getattr(route, "methods", ()) or ()}  # type: ignore[attr-defined]
    assert found - {f"HEAD {path}" for path in ("/", "/document")} == set(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_answers_those_who_may_ask_and_nobody_else(morning: Morning, route: str) -> None:
    path, lowest = ROUTES[route]
    method = route.partition(" ")[0]
    address = f"{morning.cluster.local.api_url}/review-queue{path}"
    asked = requests.request(method, address, json={}, timeout=60)
    assert asked.status_code == 401
    assert asked.headers["Cache-Control"] == "no-store"
    for user, role in ALLOWED.items():
        login = str(morning.api(user)._session.headers["Authorization"])
        answer = requests.request(
            method, address, json={}, headers={"Authorization": login, "X-Review-Queue": "1"}, timeout=60)
        assert (answer.status_code == 403) is (role < lowest), (user, answer.status_code, answer.text)
        assert answer.status_code in ((403,) if role < lowest else (200, 404, 422)), (user, answer.text)
        assert answer.headers["Cache-Control"] == "no-store"


def test_another_sites_page_changes_nothing_with_the_cookie_of_an_operator(morning: Morning) -> None:
    token = str(morning.api("operator")._session.headers["Authorization"]).removeprefix("Bearer ")
    body: dict[str, Any] = {"action": "retry", "places": [morning.place("damaged.pdf")]}
    for headers in ({}, {"X-Review-Queue": "1", "Origin": "https://elsewhere.example"},
                    {"X-Review-Queue": "1", "Sec-Fetch-Site": "cross-site"}):
        answer = requests.post(
            f"{morning.cluster.local.api_url}/review-queue/api/actions", json=body, headers=headers,
            cookies={"_token": token}, timeout=60)
        assert answer.status_code == 403, headers
    assert {row["state"] for row in morning.queue() if row["codes"] == ["CORRUPT"]} == {"failed"}


def test_nobody_finds_a_description_of_the_routes(morning: Morning) -> None:
    for path in ("docs", "redoc", "openapi.json"):
        login = morning.api("admin")._session.headers
        address = f"{morning.cluster.local.api_url}/review-queue/{path}"
        assert requests.get(address, headers=login, timeout=60).status_code == 404


def test_airflows_own_list_of_required_actions_has_the_waiting_ones_without_a_word_of_the_document(
        morning: Morning) -> None:
    asked = morning.api("operator").call(
        "GET", f"/api/v2/dags/documents_to_fhir/dagRuns/{morning.run_id}/hitlDetails")["hitl_details"]
    names = [name for name, (state, _) in FAULTY.items() if state == "awaiting_input"]
    assert {each["subject"] for each in asked} == {
        f"Document {morning.ids[name]}: {FAULTY[name][1]}" for name in names}
    assert not [each for each in asked if "Oakenshaw" in json.dumps(each) or "03/04/2024" in json.dumps(each)]


def test_the_operator_has_done_with_all_of_them_and_the_run_turns_green(morning: Morning, page: Page) -> None:
    neighbours = _tries(morning, "certain.pdf")
    queue = _open_queue(page)
    queue.locator(f"[data-document={morning.ids['damaged.pdf']}]").get_by_role("link", name="Log").click()
    page.wait_for_url(re.compile(rf"/runs/{morning.run_id}/tasks/process_document.classify/mapped/6"))
    queue = _open_queue(page)
    _shot(page, "queue")

    queue.locator(f"[data-document={morning.ids['approved.pdf']}] td.id a").click()
    expect(queue.locator(".sheet img")).to_be_visible()
    expect(queue.locator(".sheet")).not_to_have_class(re.compile("loading"))
    queue.locator(".fact", has_text="Glucose").click()
    expect(queue.locator(".region.on")).to_have_attribute("aria-label", re.compile("Glucose"))
    _shot(page, "document")
    queue.get_by_role("button", name="Approve").click()
    expect(queue.locator("#message")).to_have_text(re.compile("Approved"))

    _open(page, morning, "corrected.pdf")
    fact = queue.locator(".fact", has_text="Glucose")
    fact.get_by_role("button", name="Correct").click()
    queue.get_by_label("Glucose: 101 mg/dL: effective").fill("2024-04-03")
    queue.get_by_role("button", name="The same for 1 other").click()
    _shot(page, "correcting")
    queue.get_by_role("button", name="Approve with 2 corrections").click()
    expect(queue.locator("#message")).to_have_text(re.compile("Approved"))

    _open(page, morning, "of_nobody.pdf")
    queue.get_by_label("Patient: name").fill("Tamsin Oakenshaw")
    queue.get_by_label("Patient: birth_date").fill("1971-03-27")
    queue.get_by_label("Patient: record_number").fill("70310004")
    queue.get_by_role("button", name="Approve with 1 correction").click()
    expect(queue.locator("#message")).to_have_text(re.compile("Approved"))

    queue = _open_queue(page)
    _choose(queue, morning.ids["retried.pdf"])
    queue.locator("[data-action=retry]").click()
    expect(queue.locator("#message")).to_have_text(re.compile("1 document is tried again"))
    queue.locator("#codes button", has_text="AccessDeniedException").click()
    queue.locator("[data-action=retry]").click()
    expect(queue.locator("#confirmed")).to_have_text("Retry all 2 documents with AccessDeniedException?")
    queue.locator("#confirm").click()
    expect(queue.locator("#message")).to_have_text(re.compile("2 documents are tried again"))

    queue = _open_queue(page)
    _choose(queue, morning.ids["damaged.pdf"])
    queue.locator("[data-action=resolve]").click()
    queue.get_by_label("Reason").select_option("sender_sends_again")
    queue.get_by_label("Comment").fill("Asked Dr. Oakenshaw's office by telephone")
    _shot(page, "resolving")
    queue.locator("#resolve").click()
    expect(queue.locator("#message")).to_have_text(re.compile("1 document marked as done"))

    assert morning.cluster.finish(morning.run_id, seconds=240) == "success"
    page.goto(f"{morning.cluster.local.api_url}/dags/documents_to_fhir/runs/{morning.run_id}")
    page.get_by_text("Success").first.wait_for()
    _shot(page, "green")
    assert morning.queue() == []
    assert _tries(morning, "certain.pdf") == neighbours
    assert morning.cluster.pages_billed() - morning.billed_before == 3
    assert morning.cluster.broken_chains() == []


def test_what_was_decided_is_in_the_records_as_it_was_decided(morning: Morning) -> None:
    dates = {number: _glucose_dates(morning, number) for number in ("70310001", "70310002")}
    assert dates == {"70310001": [None], "70310002": ["2024-04-03"]}
    assert _medications(morning, "70310004") == ["Lisinopril", "Metformin"]
    assert morning.cluster.outcome(morning.ids["damaged.pdf"])["state"] == "resolved"


def test_each_view_and_each_decision_is_audited_in_the_operators_name(morning: Morning) -> None:
    events = morning.events("corrected.pdf")
    viewed = [event for event in events if event["event"] == "document_viewed"]
    assert {(event["actor"], event["data_accessed"]) for event in viewed} == {("operator", True)}
    assert not [event for event in events if event["data_accessed"] and event["event"] != "document_viewed"]
    decided = {name: [event["decision"] for event in morning.events(name) if event["event"] == "review_decided"]
               for name in ("approved.pdf", "corrected.pdf", "damaged.pdf")}
    assert decided == {"approved.pdf": ["approved"], "corrected.pdf": ["corrected"],
                       "damaged.pdf": ["resolved:sender_sends_again"]}


def test_nothing_of_what_was_looked_at_is_kept_by_airflow(morning: Morning) -> None:
    """Neither in its database nor in any log."""
    words = (b"70310004", b"Oakenshaw")
    cluster = morning.cluster
    kept = [*places.database(cluster.database_url), *places.files(cluster.home / "logs", places.LOGS),
            *places.files(cluster.log_folder, places.LOGS)]
    assert [item.name for item in kept if any(word in item.data for word in words)] == []
    logs = cluster.task_logs()
    assert logs
    assert [key for key, log in logs.items() if any(word in log for word in words)] == []


def test_the_report_is_beside_the_run(morning: Morning, page: Page) -> None:
    page.goto(f"{morning.cluster.local.api_url}/dags/documents_to_fhir/runs/{morning.run_id}/plugin/report")
    report = page.frame_locator("iframe[title=Report]")
    expect(report.locator("body")).to_contain_text(morning.ids["damaged.pdf"])
    _shot(page, "report")


def _open_queue(page: Page) -> FrameLocator:
    address = page.url.partition("/plugin")[0].partition("/dags")[0].rstrip("/")
    page.goto(f"{address}/plugin/review-queue")
    queue = page.frame_locator("iframe[title=Review]")
    queue.locator("tr[data-document]").first.wait_for()
    return queue


def _open(page: Page, morning: Morning, name: str) -> None:
    queue = _open_queue(page)
    queue.locator(f"[data-document={morning.ids[name]}] td.id a").click()
    queue.locator(".fact").first.wait_for()


def _choose(queue: FrameLocator, document: str) -> None:
    queue.locator(f"[data-document={document}] input[type=checkbox]").check()


def _tries(morning: Morning, name: str) -> list[int]:
    index = list(DOCUMENTS).index(name)
    tasks = morning.cluster.api.task_instances("documents_to_fhir", morning.run_id)
    return [task["try_number"] for task in tasks if task["map_index"] == index]


def _records(morning: Morning, number: str) -> list[dict[str, Any]]:
    stored = [json.loads(morning.cluster.bucket.read(each.key)) for each in morning.cluster.bucket.list("patients/")]
    return [record for record in stored if number in json.dumps(record)]


def _resources(morning: Morning, number: str, kind: str) -> list[dict[str, Any]]:
    [record] = _records(morning, number)
    return [entry["resource"] for entry in record["entry"] if entry["resource"]["resourceType"] == kind]


def _glucose_dates(morning: Morning, number: str) -> list[str | None]:
    return [each.get("effectiveDateTime") for each in _resources(morning, number, "Observation")
            if "Glucose" in json.dumps(each["code"])]


def _medications(morning: Morning, number: str) -> list[str]:
    return sorted(each["medicationCodeableConcept"]["text"]
                  for each in _resources(morning, number, "MedicationStatement"))


def _shot(page: Page, name: str) -> None:
    """A picture for whoever wants to look; pytest says where the cluster's home is."""
    folder = Path(__file__).resolve().parents[2] / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")
