"""Second stage: have the pages read that need it, each at most once, whatever is retried or cleared.

The stage plans, keeps and tidies; the calls to Textract are handed in by the Airflow operator.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from include.audit.events import EventName
from include.documents import manifest as manifests
from include.documents.cutting import CutPage, join_pages, open_cutter
from include.documents.intake import read_source
from include.documents.manifest import Manifest, PageEntry, Route
from include.documents.storage import job_key, manifest_key, temp_prefix
from include.errors import PipelineError
from include.ocr.folding import split_job
from include.ocr.pacing import Pace
from include.ocr.page_store import missing_pages, store_page
from include.ocr.sending import analyze_pages_sync
from include.workspace import Workspace

Analyze = Callable[[bytes], dict[str, Any]]
"""Page bytes in, AnalyzeDocument's answer out; raises PipelineError with Textract's code."""


@dataclass(frozen=True, slots=True)
class OcrWork:
    """What OCR still has to do: ``missing`` are the pages that need it and have no stored result."""

    manifest: Manifest
    missing: tuple[PageEntry, ...]

    @property
    def needed(self) -> bool:
        return bool(self.manifest.ocr_pages)

    @property
    def asynchronous(self) -> bool:
        return self.manifest.extraction_method is Route.ASYNC_OCR


@dataclass(frozen=True, slots=True)
class Job:
    """One asynchronous job (``ocr_job.json``). ``token`` makes its start idempotent; ``generation`` counts jobs
    that ended badly, so that a new attempt gets a new token; ``started`` is a time in UTC; ``ended`` is set when this
    one did."""

    generation: int
    token: str
    bucket: str
    key: str
    page_numbers: tuple[int, ...]
    page_hashes: tuple[str, ...]
    job_id: str | None = None
    started: str | None = None
    ended: bool = False


def plan(workspace: Workspace) -> OcrWork:
    """What is left to be read."""
    manifest = manifests.from_json(workspace.documents.read(manifest_key(workspace.document_id)))
    missing = missing_pages(workspace.documents, manifest, workspace.settings.textract_feature_types)
    return OcrWork(manifest=manifest, missing=tuple(missing))


def read_pages(workspace: Workspace, work: OcrWork, analyze: Analyze) -> None:
    """Read the missing pages synchronously; each result is stored, and counted, as soon as it exists.

    :raises PipelineError: Textract's code for the first page that failed; the other pages' results are kept.
    """

    def keep(page_hash: str, answer: Mapping[str, Any], milliseconds: int) -> None:
        store_page(
            workspace.documents, page_hash, workspace.settings.textract_feature_types, answer["Blocks"], answer)
        workspace.trail.write(EventName.OCR_SYNC_COMPLETED, page_count=1, duration_ms=milliseconds)

    pace = Pace(workspace.settings.textract_calls_per_second_of_a_task)
    analyze_pages_sync(
        analyze, _cut(workspace, work), keep, workspace.settings.textract_sync_concurrency, pace.wait)


def prepare_job(workspace: Workspace, work: OcrWork) -> Job:
    """Put the missing pages as one PDF into the temporary bucket.

    The same pages give the same token and key, so that a retried task finds its running job.
    """
    entries = work.missing
    hashes = tuple(str(entry.page_hash) for entry in entries)
    before = find_job(workspace)
    generation = _generation(before, hashes)
    seed = json.dumps([workspace.document_id, hashes, workspace.settings.textract_feature_types, generation])
    token = hashlib.sha256(seed.encode()).hexdigest()
    prefix = temp_prefix(workspace.settings.ocr_s3_prefix, workspace.document_id)
    job = Job(
        generation=generation,
        token=token,
        bucket=workspace.temp.name,
        key=f"{prefix}{uuid.uuid5(uuid.NAMESPACE_OID, token)}.pdf",
        page_numbers=tuple(entry.number for entry in entries),
        page_hashes=hashes,
        job_id=before.job_id if before and before.token == token else None,
        started=before.started if before and before.token == token else None,
    )
    data = _source_bytes(workspace)
    body = join_pages(data, work.manifest.media_type, job.page_numbers)
    workspace.temp.write(job.key, body, content_type="application/pdf", tagging="purpose=ocr-temp")
    save_job(workspace, job)
    workspace.trail.write(EventName.OCR_TEMP_UPLOAD, page_count=len(hashes))
    return job


def note_started(workspace: Workspace, job: Job, job_id: str) -> Job:
    """Remember the job's id and start; a start that found its running job is not counted again."""
    started = replace(job, job_id=job_id, started=job.started or datetime.now(UTC).isoformat())
    if job.job_id != job_id:
        save_job(workspace, started)
        workspace.trail.write(
            EventName.OCR_ASYNC_JOB_STARTED, job_id=job_id, page_count=len(job.page_hashes))
    return started


def collect_job(workspace: Workspace, job: Job, chunks: Iterator[dict[str, Any]]) -> None:
    """Store every page that the job read.

    :raises PipelineError: OCR_JOB_PARTIAL where a page has no result; the good ones are kept.
    """
    first = next(chunks, {})
    stored = 0
    for page_hash, blocks in split_job(chain([first], chunks), job.page_hashes):
        store_page(workspace.documents, page_hash, workspace.settings.textract_feature_types, blocks, first)
        stored += 1
    duration = _milliseconds_since(job.started)
    end_job(workspace, job, EventName.OCR_ASYNC_JOB_COMPLETED, page_count=stored, duration_ms=duration)
    if stored < len(job.page_hashes):
        raise PipelineError("OCR_JOB_PARTIAL")


def end_job(
    workspace: Workspace,
    job: Job,
    event: EventName,
    page_count: int | None = None,
    duration_ms: int | None = None,
) -> None:
    """Mark the job as ended: the next attempt starts a new one."""
    save_job(workspace, replace(job, ended=True))
    workspace.trail.write(event, job_id=job.job_id, page_count=page_count, duration_ms=duration_ms)


def discard_upload(workspace: Workspace, job: Job) -> None:
    """Delete the temporary object, in every outcome of the job."""
    workspace.temp.delete(job.key)
    workspace.trail.write(EventName.OCR_TEMP_DELETE)


def find_job(workspace: Workspace) -> Job | None:
    """The document's newest job."""
    stored = workspace.documents.find(job_key(workspace.document_id))
    if stored is None:
        return None
    values = json.loads(stored.body)
    return Job(**{
        **values, "page_numbers": tuple(values["page_numbers"]), "page_hashes": tuple(values["page_hashes"])})


def save_job(workspace: Workspace, job: Job) -> None:
    workspace.documents.write(job_key(workspace.document_id), json.dumps(asdict(job)).encode())


def _milliseconds_since(moment: str | None) -> int | None:
    if moment is None:
        return None
    return round((datetime.now(UTC) - datetime.fromisoformat(moment)) / timedelta(milliseconds=1))


def _generation(before: Job | None, hashes: tuple[str, ...]) -> int:
    if before is None:
        return 0
    same_work = before.page_hashes == hashes and not before.ended
    return before.generation if same_work else before.generation + 1


def _cut(workspace: Workspace, work: OcrWork) -> Iterator[CutPage]:
    with open_cutter(_source_bytes(workspace), work.manifest.media_type) as cutter:
        for entry in work.missing:
            yield cutter.cut(entry.number)


def _source_bytes(workspace: Workspace) -> bytes:
    return workspace.documents.read(read_source(workspace.documents, workspace.document_id).key)
