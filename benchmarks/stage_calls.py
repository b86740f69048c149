"""The five stages of a document as its tasks call them, for benchmarks: Textract is handed in, Airflow is told of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from include.audit.events import EventName
from include.audit.trail import AuditTrail, Writer
from include.documents.intake import Source, list_inbox, register
from include.documents.storage import Bucket, inbox_prefix
from include.settings import Settings
from include.stages import ocr
from include.stages.classify import classify
from include.stages.convert import convert
from include.stages.merge import merge
from include.stages.seal import seal
from include.workspace import Workspace

DAY, RUN = "2026-01-05", "benchmark"
_ENDED = {f"process_document.{name}": "success" for name in ("classify", "ocr", "merge_pages", "convert_to_fhir")}


class Textract(Protocol):
    """As much of Textract as the second stage asks for; ``start`` returns a job's id, ``answers`` its chunks."""

    def analyze(self, page: bytes) -> dict[str, Any]: ...
    def start(self, job: ocr.Job) -> str: ...
    def answers(self, job_id: str) -> Iterator[dict[str, Any]]: ...


def read_by(textract: Textract) -> Callable[[Workspace], None]:
    """The second stage: what has to be read is read, page by page or as one job."""

    def read(workspace: Workspace) -> None:
        work = ocr.plan(workspace)
        if not work.missing:
            return
        if not work.asynchronous:
            ocr.read_pages(workspace, work, textract.analyze)
            return
        job = ocr.prepare_job(workspace, work)
        assert job is not None, "pages are missing, and nobody else reads them"
        started = ocr.note_started(workspace, job, textract.start(job))
        ocr.collect_job(workspace, started, textract.answers(str(started.job_id)))
        ocr.discard_upload(workspace, started)

    return read


def stages(textract: Textract) -> Mapping[str, Callable[[Workspace], object]]:
    """Every stage by the name that the tables give it, in the order of a document's tasks."""
    return {
        "classify": classify,
        "OCR client": read_by(textract),
        "merge": merge,
        "convert": convert,
        "audit": lambda workspace: seal(workspace, RUN, datetime.now(UTC), _ENDED),
    }


def deliver(documents: Bucket, audit: Bucket, data: bytes, name: str) -> Source:
    """Put a document into the inbox and register it, as the day's run does."""
    key = f"{inbox_prefix(DAY)}{name}"
    documents.write(key, data, content_type="application/pdf")
    [source] = [source for source in list_inbox(documents, DAY) if source.key == key]
    register(documents, source)
    trail(audit, source.document_id, "read_batch").begin(EventName.DOCUMENT_RECEIVED)
    return source


def workspace_of(s3: Any, document_id: str, stage: str, settings: Settings | None = None) -> Workspace:
    """A document's workspace in a task, without Airflow's connection."""
    chosen = settings or Settings()
    documents, temp, audit = (
        Bucket(s3, name) for name in (chosen.documents_bucket, chosen.ocr_s3_bucket, chosen.audit_bucket))
    return Workspace(document_id, documents, temp, chosen, trail(audit, document_id, stage))


def trail(audit: Bucket, document_id: str, task: str) -> AuditTrail:
    return AuditTrail(audit, DAY, document_id, Writer(RUN, task.replace(" ", "_"), 1))
