"""Every step of the pipeline that calls AWS, once, with the keys of the pipeline's role: S3 and Textract over HTTP, no
Airflow. Comprehend Medical, which the sandbox does not have, is a stand-in that asks moto for the role's rights.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from airflow.triggers.shared_stream import AdvanceItem, AdvanceOutcome
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.iam.access_control import IAMPolicy, PermissionResult
from PIL import Image, ImageDraw

from benchmarks import letters
from demo.sandbox_account import REGION, SandboxAccount
from document_tasks.alerts import raise_alert, send_pending
from document_tasks.inbox_events import InboxQueue
from include.alerts import open_documents, outbox
from include.alerts.message import Alert
from include.audit.events import EventName
from include.audit.trail import AuditTrail, Writer
from include.documents import batches, intake
from include.documents.batches import Planner
from include.documents.storage import Bucket, overdue_alert, run_key
from include.errors import PipelineError
from include.fhir.comprehend_medical.operations import Operation
from include.ocr.textract_errors import code_of
from include.reporting import comparison, run_report, stored_outcomes
from include.review.decisions import APPROVED, store_decision
from include.review.facts_page import facts_for_review
from include.review.page_image import page_image
from include.settings import Settings
from include.stages import ocr
from include.stages.classify import classify
from include.stages.convert import convert, decide
from include.stages.merge import merge
from include.stages.seal import seal
from include.stages.sweep import delete_uploads, left_behind
from include.workspace import Workspace
from tests.fhir.comprehend_medical.recorded import NOTE, answer, page
from tests.stages.test_convert_stage import workspace_of

DAY = "2026-11-23"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
SCAN, JOB, NOTE_OF_NOBODY = "scan.pdf", "job.pdf", "nobody.pdf"
Step = Callable[["PipelineRun"], None]


@dataclass
class PipelineRun:
    """The documents of one day on their way.

    :param policies: those that the role has, by name.
    """

    account: SandboxAccount
    policies: Mapping[str, Mapping[str, Any]]
    keys: Mapping[str, str] = field(default_factory=dict)
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    batch: str = ""

    def client(self, service: str) -> Any:
        """A client with the keys of the role; it tries once."""
        url = self.account.local.textract_url if service == "textract" else self.account.local.s3_url
        return boto3.client(
            service, endpoint_url=url, region_name=REGION, aws_access_key_id=self.keys["AccessKeyId"],
            aws_secret_access_key=self.keys["SecretAccessKey"], aws_session_token=self.keys["SessionToken"],
            config=Config(retries={"mode": "standard", "total_max_attempts": 1}, read_timeout=300))

    def bucket(self, logical_id: str) -> Bucket:
        return Bucket(self._s3, self.account.bucket(logical_id))

    @property
    def documents(self) -> Bucket:
        return self.bucket("DocumentsBucket")

    def take_on_the_role(self) -> None:
        keys = self.account.client("sts").assume_role(RoleArn=self.account.role_arn, RoleSessionName="run")
        self.keys = keys["Credentials"]
        self._s3 = self.client("s3")
        self.textract = self.client("textract")

    def workspace(self, source: intake.Source) -> Workspace:
        settings = Settings(ocr_async_threshold_mb=0.0) if source.key.endswith(JOB) else Settings()
        trail = AuditTrail(self.bucket("AuditBucket"), DAY, source.document_id, Writer(f"manual__{DAY}", "task", 1))
        return Workspace(source.document_id, self.documents, self.bucket("OcrTempBucket"), settings, trail)


def land(run: PipelineRun) -> None:
    """What is there before the run: files in the inbox, an alert that could not be sent, an upload left behind."""
    s3, documents = run.account.client("s3"), run.account.bucket("DocumentsBucket")
    for name, body in ((SCAN, scan("one")), (JOB, scan("two")), (NOTE_OF_NOBODY, letters.of_nobody())):
        s3.put_object(Bucket=documents, Key=f"inbox/{DAY}/{name}", Body=body)
    s3.put_object(Bucket=documents, Key=overdue_alert("before"), Body=outbox.to_json(outbox.Entry(
        "Documents are overdue", "Not sent yet.", documents={DAY: ("doc-before",)})))
    s3.put_object(Bucket=run.account.bucket("OcrTempBucket"), Key="ocr-temp/doc-left/upload.pdf", Body=b"%PDF")


def scan(word: str) -> bytes:
    """A small scanned page."""
    image = Image.new("L", (600, 400), 255)
    draw = ImageDraw.Draw(image)
    for line in range(6):
        draw.text((60, 40 + 45 * line), f"page {word} line {line} of a scan", fill=0, font_size=24)
    stored = io.BytesIO()
    image.save(stored, "PDF")
    return stored.getvalue()


def plan_batches(run: PipelineRun) -> None:
    sources = {source.document_id: source for source in intake.list_inbox(run.documents, DAY)}
    known = batches.read_batches(run.documents, DAY)
    for source in sources.values():
        intake.register(run.documents, source)
        run.workspace(source).trail.begin(EventName.DOCUMENT_RECEIVED)
    [planned] = batches.plan(DAY, list(sources), known, 50, Planner(DAY, f"manual__{DAY}"))
    batches.write_batch(run.documents, planned)
    run.batch = planned.key


def read_batch(run: PipelineRun) -> None:
    for document in batches.read_batch(run.documents, run.batch).document_ids:
        source = intake.read_source(run.documents, document)
        run.workspaces[source.key.rpartition("/")[2]] = run.workspace(source)


def classify_documents(run: PipelineRun) -> None:
    for workspace in run.workspaces.values():
        classify(workspace)


def ocr_by_calls(run: PipelineRun) -> None:
    def analyze(body: bytes) -> dict[str, Any]:
        with _textract_errors():
            found: dict[str, Any] = run.textract.analyze_document(
                Document={"Bytes": body}, FeatureTypes=["TABLES", "FORMS"])
            return found

    workspace = run.workspaces[SCAN]
    ocr.read_pages(workspace, ocr.plan(workspace), analyze)


def ocr_by_a_job(run: PipelineRun) -> None:
    workspace = run.workspaces[JOB]
    job = ocr.prepare_job(workspace, ocr.plan(workspace))
    assert job is not None
    with _textract_errors():
        started = run.textract.start_document_analysis(
            DocumentLocation={"S3Object": {"Bucket": job.bucket, "Name": job.key}}, ClientRequestToken=job.token,
            FeatureTypes=list(job.features))
        job = ocr.note_started(workspace, job, started["JobId"])
        while (found := run.textract.get_document_analysis(JobId=job.job_id))["JobStatus"] == "IN_PROGRESS":
            time.sleep(0.05)
    ocr.collect_job(workspace, job, iter([found]))
    ocr.discard_upload(workspace, job)


def merge_pages(run: PipelineRun) -> None:
    for workspace in run.workspaces.values():
        merge(workspace)


def convert_to_fhir(run: PipelineRun) -> None:
    for name in (NOTE_OF_NOBODY, SCAN):
        convert(run.workspaces[name])


def look_at_a_document(run: PipelineRun) -> None:
    workspace = run.workspaces[NOTE_OF_NOBODY]
    facts_for_review(workspace)
    page_image(workspace, 1)
    workspace.trail.by("ann").write(EventName.DOCUMENT_VIEWED, page_count=1)


def decide_on_a_document(run: PipelineRun) -> None:
    workspace = run.workspaces[NOTE_OF_NOBODY]
    store_decision(workspace, APPROVED, "ann")
    decide(workspace, approved=True, actor="ann")


def convert_a_certain_document(run: PipelineRun) -> None:
    """With a patient, whose record is written, and with Comprehend Medical."""
    prepared = workspace_of(Bucket(run.account.client("s3"), run.documents.name), page(NOTE))
    source = intake.read_source(run.documents, prepared.document_id)
    run.workspaces["note"] = replace(
        run.workspace(source), settings=Settings(analyzers=("rules", "comprehend_medical")),
        comprehend_medical=lambda: StandIn(run.policies))
    run.workspaces["note"].trail.begin(EventName.DOCUMENT_RECEIVED)
    convert(run.workspaces["note"])


def seal_documents(run: PipelineRun) -> None:
    for workspace in run.workspaces.values():
        seal(workspace, f"manual__{DAY}", NOW - timedelta(days=1000), {"classify": "success"})


def report(run: PipelineRun) -> None:
    run_id = f"manual__{DAY}"
    outcomes = [found for workspace in run.workspaces.values()
                if (found := stored_outcomes.of_run(run.documents, workspace.document_id, run_id))]
    assert len(outcomes) == len(run.workspaces)
    built = run_report.build(run_id, outcomes, ("TABLES", "FORMS"), kind=run_report.DAY, day=DAY)
    run.documents.write(run_key(run_id, "report.json"), run_report.as_json(built))
    comparison.compare(run.documents, run_id, run_report.DAY, DAY)


def alert(run: PipelineRun) -> None:
    """The half-hourly look: what is pending, then what is overdue."""
    if not send_pending(run.documents, lambda _: True):
        raise PipelineError("ALERT_NOT_SENT")
    known = outbox.alerted_documents(run.documents, DAY)
    open_documents.overdue(run.documents, DAY, NOW + timedelta(days=1000), known, lambda _: ())
    made = Alert("Documents are overdue", "One.")
    if not raise_alert(run.documents, overdue_alert("new"), outbox.Entry(made.subject, made.text)):
        raise PipelineError("ALERT_NOT_SENT")


def sweep(run: PipelineRun) -> None:
    temp = run.bucket("OcrTempBucket")
    found = list(left_behind(temp, "ocr-temp/", datetime.now(UTC) + timedelta(days=1)))
    assert len(found) == 1
    delete_uploads(run.workspaces[SCAN], [key for _, key in found])


class UnheardError(Exception):
    """Nothing fails: what could not be done is logged, and the day's run makes up for it."""


def hear_of_landings(run: PipelineRun) -> None:
    """A notice becomes an event, and is deleted when the event is taken over."""
    sqs, url = run.account.client("sqs"), run.account.local.s3_url + "/123456789012/rehearsal-landing-dev"

    def under_way() -> int:
        name = "ApproximateNumberOfMessagesNotVisible"
        return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])

    before = under_way()
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(
        {"Records": [{"s3": {"object": {"key": f"inbox/{DAY}/a.pdf"}}}]}))
    queue = InboxQueue(queue_url=url, aws_conn_id="aws_default", region_name=REGION, poll_seconds=0.05)

    async def hear() -> None:
        waiting = asyncio.ensure_future(anext(queue.open_stream()))
        while not waiting.done():
            if logged:
                waiting.cancel()
                return
            await asyncio.sleep(0.05)
        _, receipts = waiting.result()
        await queue.advance([AdvanceItem(receipts, AdvanceOutcome(acked=1, failed=0))])

    with _warnings_of("document_tasks.inbox_events") as logged:
        asyncio.run(hear())
    if logged:
        raise UnheardError(f"logged: {logged[0]}")
    assert under_way() == before


@contextmanager
def _warnings_of(name: str) -> Iterator[list[str]]:
    """What a logger warns of, as it is said."""
    found: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    logger, handler = logging.getLogger(name), Kept(logging.WARNING)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    try:
        yield found
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


STEPS: Mapping[str, Step] = {
    "plan_batches": plan_batches,
    "read_batch": read_batch,
    "classify": classify_documents,
    "ocr, by calls": ocr_by_calls,
    "ocr, by a job": ocr_by_a_job,
    "merge_pages": merge_pages,
    "convert_to_fhir": convert_to_fhir,
    "review queue": look_at_a_document,
    "decision": decide_on_a_document,
    "convert_to_fhir, with a patient": convert_a_certain_document,
    "audit": seal_documents,
    "report": report,
    "alerts": alert,
    "sweep": sweep,
    "inbox events": hear_of_landings,
}


@dataclass(frozen=True)
class End:
    """How a run ended: where it failed and with which code of the registry; neither where it did not."""

    step: str = ""
    code: str = ""


def run_pipeline(run: PipelineRun) -> End:
    """Every step in turn, up to the first that fails."""
    for name, step in STEPS.items():
        try:
            step(run)
        except PipelineError as error:
            return End(name, error.code)
        except UnheardError as unheard:
            return End(name, str(unheard))
    return End()


class StandIn:
    """Comprehend Medical's answers, where the role's policies allow the operation."""

    def __init__(self, policies: Mapping[str, Mapping[str, Any]]) -> None:
        self._policies = [IAMPolicy(json.dumps(document)) for document in policies.values()]

    def detect_entities_v2(self, *, Text: str) -> dict[str, Any]:  # noqa: N803 - botocore's name
        return self._answer(Operation.DETECT_ENTITIES)

    def infer_rx_norm(self, *, Text: str) -> dict[str, Any]:  # noqa: N803
        return self._answer(Operation.INFER_RXNORM)

    def infer_icd10_cm(self, *, Text: str) -> dict[str, Any]:  # noqa: N803
        return self._answer(Operation.INFER_ICD10CM)

    def _answer(self, operation: Operation) -> dict[str, Any]:
        action = f"comprehendmedical:{operation}"
        if not any(policy.is_action_permitted(action, "*") is PermissionResult.PERMITTED for policy in self._policies):
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, operation)
        return answer(operation)


class _textract_errors:  # noqa: N801 - reads as a statement
    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None and not isinstance(error, PipelineError):
            raise PipelineError(code_of(error)) from None


def iterate_versions(s3: Any, bucket: str) -> Iterator[dict[str, str]]:
    """Every version and delete marker of a bucket."""
    for found in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for entry in (*found.get("Versions", ()), *found.get("DeleteMarkers", ())):
            yield {"Key": entry["Key"], "VersionId": entry["VersionId"]}
