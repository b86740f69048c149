"""The OCR task of one document in this process: the real operator and trigger, S3 and Textract over HTTP."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from airflow.sdk.exceptions import TaskDeferred

from demo.environment import Local
from document_tasks.ocr import DocumentOcrOperator
from include.audit.events import EventName
from include.documents import intake
from include.documents.storage import Bucket
from include.errors import PipelineError
from include.settings import settings
from include.stages import ocr
from include.stages.classify import classify
from include.workspace import Workspace
from textract_provider.hook import TextractHook

DAY = "2026-11-23"


def connection(local: Local) -> str:
    """Airflow's connection to the sandbox with clients that send once: every fault reaches the task."""
    return json.dumps({
        "conn_type": "aws", "login": "local-sandbox", "password": "local-sandbox",
        "extra": {
            "region_name": "us-east-1",
            "service_config": {"s3": {"endpoint_url": local.s3_url}, "textract": {"endpoint_url": local.textract_url}},
            "config_kwargs": {"retries": {"mode": "standard", "total_max_attempts": 1}}}})


@dataclass(frozen=True, slots=True)
class Tried:
    """One try of the task: ``success``, ``skipped`` or an error code, and whether Airflow would try it again."""

    end: str
    retried: bool = False


class OcrTask:
    """The task of a document that has been classified."""

    def __init__(self, local: Local, bucket: Bucket, body: bytes) -> None:
        from document_tasks.workspace import open_workspace

        self.local = local
        self.bucket = bucket
        key = f"inbox/{DAY}/{bucket.name}.pdf"  # an id of its own, and so a request token
        bucket.write(key, body)
        source = intake.source_of_key(bucket, key, DAY)
        intake.register(bucket, source)
        self.operator = DocumentOcrOperator(task_id="ocr", document_id=source.document_id)
        self.context: Any = {"ti": SimpleNamespace(run_id="run", task_id="ocr", try_number=1)}
        self.workspace: Workspace = open_workspace(source.document_id, self.context)
        classify(self.workspace)
        self.ask("DELETE", "faults")
        self.ask("DELETE", "calls")

    def ask(self, method: str, page: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One of the sandbox's own pages."""
        request = urllib.request.Request(
            f"{self.local.textract_url}/_sandbox/{page}", method=method,
            data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return cast(dict[str, Any], json.loads(answer.read()))

    def fault(self, **members: Any) -> None:
        self.ask("POST", "faults", members)

    def run(self) -> Tried:
        """One try, as long as it takes."""
        return self._tried(lambda: self.operator.execute(self.context))

    def defer(self) -> TaskDeferred:
        """The task up to its wait for a job."""
        try:
            self.operator.execute(self.context)
        except TaskDeferred as deferred:
            return deferred
        raise AssertionError("the task did not wait for a job")

    def await_job(self) -> dict[str, Any]:
        """The task up to the end of its job: the event that it would resume with."""
        return self._end(self.defer())

    def resume(self, event: dict[str, Any]) -> Tried:
        return self._tried(lambda: self.operator.execute_complete(self.context, event))

    def _tried(self, attempt: Callable[[], None]) -> Tried:
        try:
            try:
                attempt()
            except TaskDeferred as deferred:
                self.operator.execute_complete(self.context, self._end(deferred))
        except PipelineError as error:
            return Tried(error.code, error.error_code.retry)
        return Tried("success")

    def _end(self, deferred: TaskDeferred) -> dict[str, Any]:
        """What the trigger would say of the job's end, without the second that its client takes to be made."""
        job_id = deferred.trigger.serialize()[1]["job_id"]
        client = TextractHook(region_name="us-east-1").conn
        deadline = time.monotonic() + 60
        while (status := client.get_document_analysis(JobId=job_id, MaxResults=1)["JobStatus"]) == "IN_PROGRESS":
            assert time.monotonic() < deadline, "the job does not end"
            time.sleep(0.05)
        return {"status": status, "job_id": job_id}

    @staticmethod
    def wait(deferred: TaskDeferred) -> dict[str, Any]:
        """What the task's own trigger says, polling sooner than Airflow would bear."""
        trigger: Any = deferred.trigger
        trigger.poll_interval, trigger.max_poll_interval = 0.2, 0.5

        async def first() -> dict[str, Any]:
            async for event in trigger.run():
                return cast(dict[str, Any], event.payload)
            raise AssertionError("the trigger ended without an event")

        return asyncio.run(first())

    def calls(self, operation: str) -> int:
        return int(self.ask("GET", "calls")[operation]["calls"])

    def billed(self) -> int:
        """Pages that the endpoint was paid for."""
        return int(self.ask("GET", "calls")["pages_billed"])

    def counted(self) -> int:
        """Pages that the pipeline says it has paid for."""
        from include.audit.events import BILLED_EVENTS

        return sum(event.page_count or 0 for event in self.workspace.trail.events() if event.event in BILLED_EVENTS)

    def events(self, name: EventName) -> int:
        return sum(event.event is name for event in self.workspace.trail.events())

    def unread(self) -> list[int]:
        return [page.number for page in ocr.plan(self.workspace).missing]

    def uploads(self) -> list[str]:
        return [entry.key for entry in self.bucket.list(settings().ocr_s3_prefix)]
