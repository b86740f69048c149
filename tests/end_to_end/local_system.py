"""A local system under test: start, process documents, look at what came out."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import boto3
from mail_receiver import SENDER, Mailbox
from metric_receivers import StatsdReceiver
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from demo import environment, processes, watch
from demo.account import Account
from demo.environment import Local
from demo.inbox import AUDIT_BUCKET, BUCKET, s3_client
from demo.run import open_api
from demo.watch import Row
from include.airflow_api import AirflowApi
from include.audit.verification import verify_all
from include.documents.storage import Bucket, document_id

Found = TypeVar("Found")


ANSWER_AFTER_SECONDS = 10.0
"""Airflow 3.3.2 loses an answer that comes before the scheduler has heard that the task's process is gone."""


TOPIC = "alerts"
ALERT_SETTINGS = {
    "ALERT_CHANNELS": "sns,ses,smtp",
    "ALERT_SNS_TOPIC_ARN": f"arn:aws:sns:us-east-1:123456789012:{TOPIC}",
    "DOCUMENTS_INBOX_DEADLINE_HOURS": "1000",
    "DOCUMENTS_TO_FHIR_DEADLINE_HOURS": "1000",
    "DOCUMENT_MAX_AGE_HOURS": "0.0003",
}
"""Alerts go to the sandbox's SNS and SES and to a mailbox. No deadline passes by itself:
:meth:`LocalSystem.pass_deadline`."""

LOGS = "logs"
LOG_SETTINGS = {
    "AIRFLOW__LOGGING__REMOTE_LOGGING": "True",
    "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER": f"s3://{LOGS}/logs",
    "AIRFLOW__LOGGING__REMOTE_LOG_CONN_ID": "aws_default",
    "AIRFLOW__LOGGING__ENCRYPT_S3_LOGS": "True",
    "AIRFLOW__LOGGING__DELETE_LOCAL_LOGS": "True",
}
"""The logs of tasks are in a bucket, as docs/upkeep.md has it."""


class LocalSystem:
    """The processes of one home folder.

    ``mark`` is a number for the patients of documents that are this system's own; ``statsd`` gets its metrics.
    """

    mark = "48151623"

    def __init__(self, home: Path, account: Account | None = None) -> None:
        self.home = home
        self.local: Local = environment.create(home, account)
        self.statsd = StatsdReceiver()
        self.api: AirflowApi
        self.mailbox = Mailbox()

    def start(self) -> None:
        processes.prepare(self.local, print)
        self.mailbox.start()
        settings = {} if self.local.account else {**ALERT_SETTINGS, **LOG_SETTINGS, **self.mailbox.settings}
        process = processes.start(self.local, {**settings, **self.statsd.variables})
        processes.await_healthy(self.local, process, print)
        if self.local.account is None:
            self.client("sns").create_topic(Name=TOPIC)
            self.client("ses").verify_email_identity(EmailAddress=SENDER)
            self.s3.create_bucket(Bucket=LOGS)
        self.api = open_api(self.local)

    def stop(self) -> None:
        processes.stop(self.home)
        self.mailbox.stop()

    @property
    def s3(self) -> Any:
        return s3_client(self.local)

    def client(self, service: str) -> Any:
        """A boto3 client of one of the sandbox's services."""
        return boto3.client(
            service, endpoint_url=self.local.s3_url, region_name="us-east-1", aws_access_key_id="local-sandbox",
            aws_secret_access_key="local-sandbox")

    @property
    def bucket(self) -> Bucket:
        return Bucket(self.s3, BUCKET)

    @property
    def audit_bucket(self) -> Bucket:
        return Bucket(self.s3, AUDIT_BUCKET)

    def task_logs(self) -> dict[str, bytes]:
        """The logs of tasks by key, where they are in a bucket."""
        if self.local.account is not None:
            return {}
        logs = Bucket(self.s3, LOGS)
        return {listed.key: logs.read(listed.key) for listed in logs.list("logs/")}

    def put(self, key: str, body: bytes) -> str:
        """A document into the bucket; the id that the pipeline gives it."""
        return document_id(key, self.s3.put_object(Bucket=self.bucket.name, Key=key, Body=body)["ETag"])

    def day(self, number: int) -> str:
        """A day (from 1) whose inbox is this system's own."""
        return f"2026-01-{number:02d}"

    def key(self, number: int, name: str) -> str:
        """Where a document of that day lies."""
        return f"inbox/{self.day(number)}/{name}"

    def run_id(self) -> str:
        """A name for a run that is started by hand."""
        return f"manual__{uuid.uuid4()}"

    def process(self, keys: list[str]) -> str:
        """Start a run by hand; its id."""
        return self.api.trigger("documents_to_fhir", self.run_id(), {"keys": keys})

    def process_day(self, number: int) -> str:
        """Start the run of a day by hand; its id."""
        return self.process_day_of(self.day(number))

    def process_day_of(self, day: str) -> str:
        """As :meth:`process_day`, of any day (YYYY-MM-DD)."""
        return self.api.trigger("documents_inbox", self.run_id(), {"date": day})

    def rows(self, run_id: str) -> dict[str, Row]:
        return {row.document_id: row for row in watch.rows(self.api, [run_id])}

    def await_run(self, run_id: str, dag_id: str = "documents_to_fhir", seconds: float = 240) -> str:
        """The state in which a run ends."""
        return until(lambda: self._end_of(dag_id, run_id), seconds, f"{run_id} to end")

    def _end_of(self, dag_id: str, run_id: str) -> str | None:
        state = self.api.run(dag_id, run_id)["state"]
        return state if state in ("success", "failed") else None

    def finish(self, run_id: str, seconds: float = 300) -> str:
        """The state in which a run ends when a person approves whatever waits: how certain a reading is depends on
        who reads."""
        waiting_since: dict[str, float] = {}

        def ended() -> str | None:
            for index, (document, row) in enumerate(self.rows(run_id).items()):
                if row.state != "awaiting_input":
                    waiting_since.pop(document, None)
                elif time.monotonic() - waiting_since.setdefault(document, time.monotonic()) > ANSWER_AFTER_SECONDS:
                    self.approve(run_id, index)
            return self._end_of("documents_to_fhir", run_id)

        return until(ended, seconds, f"{run_id} to end")

    def review_path(self, run_id: str, index: int) -> str:
        """The API's path of what a document's conversion asks a person."""
        return (f"/api/v2/dags/documents_to_fhir/dagRuns/{quote(run_id, safe='')}/taskInstances/"
                f"process_document.convert_to_fhir/{index}/hitlDetails")

    def approve(self, run_id: str, index: int) -> None:
        self.api.call("PATCH", self.review_path(run_id, index), {"chosen_options": ["Approve"], "params_input": {}})

    def await_state(self, run_id: str, document: str, state: str, seconds: float = 180) -> Row:
        """The document's row, once it is in this state."""

        def in_state() -> Row | None:
            row = self.rows(run_id).get(document)
            return row if row and row.state == state else None

        return until(in_state, seconds, f"a document to be {state}")

    def outcome(self, document: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.bucket.read(f"documents/{document}/outcome.json"))
        return found

    def pass_deadline(self, run_id: str) -> None:
        """Let the deadline of a run pass at this moment, also where it has passed before."""
        self._set_deadline(run_id, "missed = FALSE, deadline_time = :now")

    def keep_deadline(self, run_id: str) -> None:
        """Keep Airflow from forgetting the deadline of a run that succeeds."""
        self._set_deadline(run_id, "missed = TRUE")

    def _set_deadline(self, run_id: str, values: str) -> None:
        of_run = "dagrun_id = (SELECT id FROM dag_run WHERE run_id = :run_id)"
        variables = {"run_id": run_id, "now": f"{now():%Y-%m-%d %H:%M:%S.000000}{self._utc}"}
        with self._database().begin() as database:
            changed = database.execute(text(f"UPDATE deadline SET {values} WHERE {of_run}"), variables)
            assert changed.rowcount == 1, "the run has no deadline"

    def await_callback(self, run_id: str, seconds: float = 60) -> str:
        """The state in which the callback of a run's missed deadline ends."""
        query = text(
            "SELECT deadline.missed, callback.state FROM deadline JOIN callback ON callback.id = callback_id "
            "WHERE dagrun_id = (SELECT id FROM dag_run WHERE run_id = :run_id)")

        def ended() -> str | None:
            with self._database().connect() as database:
                [[missed, state]] = database.execute(query, {"run_id": run_id}).all()
            return str(state) if missed and state in ("success", "failed") else None

        return until(ended, seconds, f"the deadline of {run_id}")

    def _database(self) -> Engine:
        return create_engine(self.database_url)

    @property
    def database_url(self) -> str:
        """Airflow's database, as SQLAlchemy connects to it."""
        return f"sqlite:///{self.local.airflow_home / 'airflow.db'}?timeout=15"

    @property
    def _utc(self) -> str:
        """How the database is told that a time is UTC."""
        return ""

    @property
    def log_folder(self) -> Path:
        """Where tasks log."""
        return self.local.airflow_home / "logs"

    def environ(self) -> dict[str, str]:
        """The environment of whoever calls ``airflow`` where the API server runs."""
        return environment.environ(self.local)

    def events(self, document: str) -> list[str]:
        """The names of a document's audit events, in order, whatever day it came in."""
        keys = [entry.key for entry in self.audit_bucket.list("audit/") if f"/{document}/" in entry.key]
        return [json.loads(self.audit_bucket.read(key))["event"] for key in keys]

    def outcome_count(self) -> int:
        return sum(entry.key.endswith("/outcome.json") for entry in self.bucket.list("documents/"))

    def pages_billed(self) -> int:
        """Pages that Textract was paid for so far, as its endpoint counts since it has started."""
        return int(self.calls()["pages_billed"])

    def calls(self) -> dict[str, Any]:
        """What the Textract endpoint counted."""
        return processes.get_json(f"{self.local.textract_url}/_sandbox/calls") or {}

    def fault(self, fault: dict[str, Any]) -> None:
        self._sandbox("POST", fault)

    def no_faults(self) -> None:
        self._sandbox("DELETE", None)

    def no_calls(self) -> None:
        """The endpoint's counts begin at zero."""
        self._sandbox("DELETE", None, "calls")

    def _sandbox(self, method: str, body: dict[str, Any] | None, page: str = "faults") -> None:
        import urllib.request

        request = urllib.request.Request(
            f"{self.local.textract_url}/_sandbox/{page}", method=method,
            data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).close()

    def broken_chains(self) -> list[str]:
        return [report.document_id for report in verify_all(self.audit_bucket) if report.problems]

    def temp_objects(self) -> list[str]:
        return [entry.key for entry in Bucket(self.s3, "ocr-temp").list("")]

    def log_tail(self) -> str:
        return "\n".join(self.local.log_file.read_text(errors="replace").splitlines()[-40:])


def processes_of(home: Path) -> list[str]:
    """Ids of the processes of this home that run."""
    mark = f"AIRFLOW_HOME={home / 'airflow'}".encode()
    return [path.parent.name for path in Path("/proc").glob("[0-9]*/environ") if mark in _read(path)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # the process has ended, or is another user's
        return b""


def until(look: Callable[[], Found | None], seconds: float, what: str) -> Found:
    """What ``look`` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found is not None:
            return found
        time.sleep(1)
    raise AssertionError(f"waited {seconds} seconds for {what}")


def now() -> datetime:
    return datetime.now(UTC)
