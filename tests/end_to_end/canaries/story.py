"""What happens to the documents: every way through the pipeline, and every way out of it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import requests
from browsing import logged_in
from local_system import TOPIC, LocalSystem, until
from playwright.sync_api import expect
from subscriber import Subscriber

from canaries.canary import Canary, Kind, Patient, patient
from canaries.documents import Document, documents
from include.airflow_api import AirflowApi
from include.alerts.message import Alert
from include.documents.manifest_builder import build_manifest
from include.documents.register import conf_of
from include.documents.storage import page_result_key
from include.settings import Settings

DAY, DAY_BY_HAND, FORGOTTEN_DAY = "2026-06-17", "2026-06-18", "2026-06-19"
WAITING = ("approved", "rejected", "corrected", "left waiting")
EXPECTED = {
    "text": "success", "scan": "success", "picture": "success", "hybrid": "success", "job": "success",
    "job, failed": "failed", **dict.fromkeys(WAITING, "awaiting_input"), "encrypted": "failed", "corrupt": "failed",
    "corrupt, resolved": "failed", "no document": "failed", "illegible": "failed", "damaged result": "failed"}
"""How far each document of the day comes without a person. One of the two jobs fails, either."""
BY_HAND, BY_ID, FORGOTTEN, MISSING = ("by hand", "by hand, corrupt"), ("by id",), ("forgotten",), "missing"

FAULTS: tuple[dict[str, Any], ...] = (
    {"operation": "AnalyzeDocument", "error": "ThrottlingException", "times": 4},
    {"operation": "AnalyzeDocument", "http_status": 503, "after": 1, "times": 4},
    {"operation": "s3:PutObject", "key": "documents/", "http_status": 503, "times": 4},
    {"job": "FAILED", "times": 1})
"""Each more often than botocore tries, so that tasks are tried again; and a job that fails."""

TYPED = patient("what a person types")


class Story:
    """The documents in a running system, and who listens to it."""

    def __init__(self, system: LocalSystem) -> None:
        self.system = system
        self.documents = documents((*EXPECTED, *BY_HAND, *BY_ID, *FORGOTTEN, MISSING))
        self.ids: dict[str, str] = {}
        self.alerts: list[Alert] = []
        self.addresses: list[str] = []
        self._subscriber = Subscriber(system.client, TOPIC)
        self.run_id = ""

    def canaries(self) -> list[Canary]:
        """Of all documents, and of what a person types."""
        found = [canary for document in self.documents.values() for canary in document.canaries()]
        return [*found, *TYPED.canaries("typed by a person")]

    def names_in_conf(self) -> list[Canary]:
        """The names of files that a run by hand was given; Airflow keeps a run's conf."""
        return [canary for way in (*BY_HAND, MISSING) for canary in self.documents[way].canaries()
                if canary.kind is Kind.FILE_NAME]

    def tell(self, chromium: Path | None = None) -> None:
        """From the inbox to the last alert.

        :param chromium: a browser in which the reviewer looks at a document; without one nobody looks.
        """
        for way in EXPECTED:
            self._put(way, DAY)
        for fault in FAULTS:
            self.system.fault(fault)
        day_run = self.system.process_day_of(DAY)
        by_hand = self._by_hand()
        self.run_id = until(self._batch, 120, "the day's batch")
        until(self._settled, 420, "every document to be green, red or waiting")
        self.system.no_faults()
        self._be_late()
        if chromium:
            self._look(chromium)
        self._decide()
        for run_id in by_hand:
            self.system.await_run(run_id)
        assert self.system.await_run(self.run_id) == "failed"
        self._overdue()
        self.system.api.call("PATCH", f"/api/v2/dags/documents_inbox/dagRuns/{day_run}", {
            "state": "failed", "note": "closed by the test"})
        until(lambda: self._heard() or None, 60, "alerts of the failures, of the late runs and of the age")

    def _put(self, way: str, day: str) -> str:
        document = self.documents[way]
        key = f"inbox/{day}/{document.file_name}"
        self.ids[way] = self.system.put(key, document.body)
        if way == "damaged result":
            self._damage(document)
        return key

    def _damage(self, document: Document) -> None:
        """A stored OCR result that is none: pydantic's message quotes it."""
        [page] = build_manifest("", document.body, Settings()).ocr_pages
        said = {"page_hash": document.patient.name, "blocks": f"{document.patient.record_number} {TYPED.name}"}
        self.system.bucket.write(
            page_result_key(str(page.page_hash), Settings().textract_feature_types), json.dumps(said).encode())

    def _by_hand(self) -> list[str]:
        """By names, by a name that is of nothing, and by the ids of registered documents."""
        keys = [self._put(way, DAY_BY_HAND) for way in BY_HAND]
        conf = conf_of(self.system.bucket, [self._put(way, DAY_BY_HAND) for way in BY_ID], DAY_BY_HAND)
        missing = f"inbox/{DAY_BY_HAND}/{self.documents[MISSING].file_name}"
        by_id = self.system.api.trigger("documents_to_fhir", self.system.run_id(), conf)
        return [self.system.process(keys), self.system.process([missing]), by_id]

    def _batch(self) -> str | None:
        return next((str(run["dag_run_id"]) for run in self.system.api.runs("documents_to_fhir")
                     if run["dag_run_id"].startswith(f"batch__{DAY}__")), None)

    def _settled(self) -> bool | None:
        rows = {document: row.state for document, row in self.system.rows(self.run_id).items()}
        states = {way: rows.get(self.ids[way]) for way in EXPECTED}
        if any(state in (None, "running") for state in states.values()):
            return None
        assert Counter(states.values()) == Counter(EXPECTED.values()), states
        return True

    def _be_late(self) -> None:
        self.system.pass_deadline(self.run_id)
        assert self.system.await_callback(self.run_id) == "success"

    def _place(self, way: str) -> dict[str, Any]:
        index = list(self.system.rows(self.run_id)).index(self.ids[way])
        return {"run_id": self.run_id, "map_index": index}

    def _look(self, chromium: Path) -> None:
        """The reviewer's browser: each address that it asks for is written down."""
        with logged_in(chromium, self.system.local, "operator") as page:
            page.on("request", lambda request: self.addresses.append(request.url))
            page.on("framenavigated", lambda frame: self.addresses.append(frame.url))
            page.goto(f"{self.system.local.api_url}/plugin/review-queue")
            queue = page.frame_locator("iframe[title=Review]")
            queue.locator(f"[data-document={self.ids['left waiting']}] td.id a").click()
            expect(queue.locator(".sheet img")).to_be_visible(timeout=60_000)
            expect(queue.locator(".fact", has_text=self.documents["left waiting"].patient.family)).not_to_have_count(0)
            page.goto(f"{self.system.local.api_url}/dags/documents_to_fhir/runs/{self.run_id}/required_actions")
            page.wait_for_load_state("networkidle")

    def _decide(self) -> None:
        """Approved, rejected, corrected and resolved, with what a person types; some of it is refused."""
        api = AirflowApi(self.system.local.api_url, "operator", self.system.local.passwords["operator"])
        assert api.act("approve", [self._place("approved")])["done"] == 1
        assert api.act("reject", [self._place("rejected"), self._place("left waiting")])["done"] == 2
        self._correct(api)
        comment = f"{TYPED.name}, {TYPED.phone}, {TYPED.street}"
        resolved = self._place("corrupt, resolved")
        assert api.act("resolve", [resolved], reason="entered_by_hand", comment=comment)["done"] == 1
        assert api.act("retry", [self._place("corrupt")])["done"] == 1

    def _correct(self, api: AirflowApi) -> None:
        place = self._place("corrected")
        shown = api.call("GET", f"/review-queue/api/document?run_id={place['run_id']}&map_index={place['map_index']}")
        whose = next(fact for fact in shown["facts"] if fact["group"] == "patients")
        for fields, status in ((_unreadable(TYPED), 422), ({TYPED.family: TYPED.given}, 200), (_typed(TYPED), 200)):
            correction = {"group": "patients", "index": whose["index"], "fingerprint": whose["fingerprint"],
                          "fields": fields}
            body: dict[str, Any] = {"place": place, "decision": "approve", "corrections": [correction]}
            answer = requests.post(
                f"{self.system.local.api_url}/review-queue/api/decision", timeout=120, json=body,
                headers={"X-Review-Queue": "1", "Authorization": str(api._session.headers["Authorization"])})
            assert answer.status_code == status, answer.text
        assert answer.json()["done"] == 1, answer.text

    def _overdue(self) -> None:
        self._put("forgotten", FORGOTTEN_DAY)
        for day in (DAY, FORGOTTEN_DAY):
            run_id = self.system.api.trigger("documents_overdue", self.system.run_id(), {"date": day})
            assert self.system.await_run(run_id, "documents_overdue") == "success"

    def _heard(self) -> bool:
        self.alerts += self._subscriber.alerts()
        subjects = " ".join(alert.subject for alert in self.alerts)
        return all(words in subjects for words in (
            "documents failed: ", "is late, documents open", "Documents not in FHIR after",
            "failed before it had any documents"))


def _typed(person: Patient) -> dict[str, str]:
    return {"name": person.name, "birth_date": person.born.isoformat(), "record_number": person.record_number}


def _unreadable(person: Patient) -> dict[str, Any]:
    """No text at all: the answer quotes it, and nothing else may."""
    return {"name": [person.name]}

