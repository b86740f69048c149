"""Second stage: have the pages read that need it, each at most once, whatever is retried or cleared.

The stage plans, keeps and tidies; the calls to Textract are handed in by the Airflow operator.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from include.audit.events import EventName
from include.documents import manifest as manifests
from include.documents.cutting import CutPage, join_pages, open_cutter
from include.documents.manifest import Manifest, PageEntry, Route
from include.documents.storage import ConditionFailedError, job_key, manifest_key, temp_prefix
from include.errors import PipelineError
from include.ocr.folding import split_job
from include.ocr.pacing import Pace
from include.ocr.page_store import missing_pages, store_page
from include.ocr.sending import analyze_pages_sync
from include.stages.stopwatch import Stopwatch
from include.stages.sweep import delete_uploads
from include.workspace import Workspace

log = logging.getLogger(__name__)

OUTAGE_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between attempts to store a page that has been paid for, while S3 cannot be reached: botocore's own attempts
end after a few seconds, and the page would have to be paid for again."""

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
    that have ended, so that a new attempt gets a new token; ``started`` is a time in UTC; ``ended`` is set when nothing
    more can be had of this one."""

    generation: int
    token: str
    bucket: str
    key: str
    page_numbers: tuple[int, ...]
    page_hashes: tuple[str, ...]
    features: tuple[str, ...] = ()
    job_id: str | None = None
    started: str | None = None
    ended: bool = False


def plan(workspace: Workspace) -> OcrWork:
    """What is left to be read."""
    manifest = manifests.from_json(workspace.documents.read(manifest_key(workspace.document_id)))
    missing = missing_pages(workspace.documents, manifest, workspace.settings.textract_feature_types)
    return OcrWork(manifest=manifest, missing=missing)


def read_pages(workspace: Workspace, work: OcrWork, analyze: Analyze) -> None:
    """Read the missing pages synchronously; each result is stored, and counted, as soon as it exists.

    :raises PipelineError: Textract's code for the first page that failed; the other pages' results are kept.
    """
    features = workspace.settings.textract_feature_types
    kept = set[str]()

    def keep(page_hash: str, answer: Mapping[str, Any], milliseconds: int) -> None:
        _through_an_outage(lambda: store_page(workspace.documents, page_hash, features, answer["Blocks"], answer))
        kept.add(page_hash)
        _through_an_outage(lambda: workspace.trail.write(
            EventName.OCR_SYNC_COMPLETED, page_count=1, duration_ms=milliseconds))

    pace = Pace(workspace.settings.textract_calls_per_second_of_a_task)
    try:
        analyze_pages_sync(
            analyze, _cut(workspace, work), keep, workspace.settings.textract_sync_concurrency, pace.wait)
    except PipelineError:
        _log_unread(entry.number for entry in work.missing if entry.page_hash not in kept)
        raise


def unfinished_job(workspace: Workspace, work: OcrWork) -> Job | None:
    """The job of an earlier attempt that may still give every page that is missing.

    Also when some of its pages are stored already, because taking up its results was interrupted: a new job for the
    others would bill them twice.
    """
    job = find_job(workspace)
    if job is None or job.ended or job.job_id is None or job.features != workspace.settings.textract_feature_types:
        return None
    return job if {entry.page_hash for entry in work.missing} <= set(job.page_hashes) else None


def prepare_job(workspace: Workspace, work: OcrWork) -> Job | None:
    """Put the missing pages as one PDF into the temporary bucket; None where none is missing any more.

    The same pages give the same token and key, so that a task that was killed while it started its job finds it. So
    does the task of another run over the document, unless that job has ended since the pages were planned: a job stores
    its pages before it says so, and a new one would bill them again.
    """
    before = find_job(workspace)
    if before is not None and before.ended:
        work = plan(workspace)
        if not work.missing:
            return None
    entries = work.missing
    hashes = tuple(str(entry.page_hash) for entry in entries)
    features = workspace.settings.textract_feature_types
    generation = _generation(before, hashes)
    seed = json.dumps([workspace.document_id, hashes, features, generation])
    token = hashlib.sha256(seed.encode()).hexdigest()
    prefix = temp_prefix(workspace.settings.ocr_s3_prefix, workspace.document_id)
    job = Job(
        generation=generation,
        token=token,
        bucket=workspace.temp.name,
        key=f"{prefix}{uuid.uuid5(uuid.NAMESPACE_OID, token)}.pdf",
        page_numbers=tuple(entry.number for entry in entries),
        page_hashes=hashes,
        features=features,
        job_id=before.job_id if before and before.token == token else None,
        started=before.started if before and before.token == token else None,
    )
    upload(workspace, work, job)
    save_job(workspace, job)
    return job


def upload(workspace: Workspace, work: OcrWork, job: Job) -> None:
    """Put the job's pages where Textract reads them; the same pages give the same bytes."""
    watch = Stopwatch()
    body = join_pages(_source_bytes(workspace), work.manifest.media_type, job.page_numbers)
    workspace.temp.write(job.key, body, content_type="application/pdf", tagging="purpose=ocr-temp")
    workspace.trail.write(
        EventName.OCR_TEMP_UPLOAD, page_count=len(job.page_numbers), duration_ms=watch.milliseconds)


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
    stored = set[str]()
    for page_hash, blocks in split_job(chain([first], chunks), job.page_hashes):
        store_page(workspace.documents, page_hash, job.features, blocks, first)
        stored.add(page_hash)
    end_job(workspace, job, EventName.OCR_ASYNC_JOB_COMPLETED, page_count=len(stored))
    if len(stored) < len(job.page_hashes):
        pages = zip(job.page_numbers, job.page_hashes, strict=True)
        _log_unread(number for number, page_hash in pages if page_hash not in stored)
        raise PipelineError("OCR_JOB_PARTIAL")


def end_job(workspace: Workspace, job: Job, event: EventName, page_count: int | None = None) -> None:
    """Mark the job as ended: the next attempt starts a new one.

    The event comes first, so that a task killed between the two has told what was billed; and once, for tasks of two
    runs can wait for the same job, whose pages were billed once.
    """
    duration = _milliseconds_since(job.started)
    if job.job_id is None:
        workspace.trail.write(event, page_count=page_count, duration_ms=duration)
    else:
        workspace.trail.write_once(event, job_id=job.job_id, page_count=page_count, duration_ms=duration)
    _mark_ended(workspace, job)


def _mark_ended(workspace: Workspace, job: Job) -> None:
    """Unless another run's task has started a newer one."""
    while (stored := workspace.documents.find(job_key(workspace.document_id))) is not None:
        known = _job(stored.body)
        if known.job_id != job.job_id or known.ended:
            return
        with suppress(ConditionFailedError):
            workspace.documents.replace(
                job_key(workspace.document_id), _stored_form(replace(job, ended=True)), stored.etag)
            return


def note_timeout(workspace: Workspace, job: Job) -> None:
    """The longest wait is over; the job may still run, and the next attempt finds it."""
    workspace.trail.write(
        EventName.OCR_ASYNC_JOB_TIMEOUT, job_id=job.job_id, duration_ms=_milliseconds_since(job.started))


def discard_upload(workspace: Workspace, job: Job) -> None:
    """Delete the temporary object, in every outcome of the job."""
    delete_uploads(workspace, [job.key])


def find_job(workspace: Workspace) -> Job | None:
    """The document's newest job."""
    stored = workspace.documents.find(job_key(workspace.document_id))
    return None if stored is None else _job(stored.body)


def save_job(workspace: Workspace, job: Job) -> None:
    workspace.documents.write(job_key(workspace.document_id), _stored_form(job))


def _stored_form(job: Job) -> bytes:
    return json.dumps(asdict(job)).encode()


def _job(stored: bytes) -> Job:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(stored).items()}
    return Job(**values)


def _milliseconds_since(moment: str | None) -> int | None:
    if moment is None:
        return None
    return round((datetime.now(UTC) - datetime.fromisoformat(moment)) / timedelta(milliseconds=1))


def _generation(before: Job | None, hashes: tuple[str, ...]) -> int:
    if before is None:
        return 0
    same_work = before.page_hashes == hashes and not before.ended
    return before.generation if same_work else before.generation + 1


def _through_an_outage(write: Callable[[], None]) -> None:
    for pause in OUTAGE_PAUSES:
        try:
            return write()
        except PipelineError as error:
            if error.code != "S3_UNREACHABLE":
                raise
            log.warning("S3 cannot be reached; a page that has been read waits %s s to be stored.", pause)
            time.sleep(pause)
    return write()


def _log_unread(numbers: Iterable[int]) -> None:
    log.error("Pages of the document that have not been read: %s", ", ".join(map(str, numbers)))


def _cut(workspace: Workspace, work: OcrWork) -> Iterator[CutPage]:
    with open_cutter(_source_bytes(workspace), work.manifest.media_type) as cutter:
        for entry in work.missing:
            yield cutter.cut(entry.number)


def _source_bytes(workspace: Workspace) -> bytes:
    return workspace.documents.read(workspace.registered().key)
