"""The OCR task: skips itself, reads pages synchronously, or starts a job and waits for it in the triggerer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException

from document_tasks.metrics import observe_call_timeout
from document_tasks.stage import stage_of
from include.errors import REGISTRY, PipelineError
from include.settings import settings

if TYPE_CHECKING:
    from airflow.sdk import Context

    from include.stages.ocr import Job, OcrWork
    from include.workspace import Workspace
    from textract_provider.hook import TextractHook

_ENDED = frozenset({"OCR_JOB_FAILED", "InvalidJobIdException", "IdempotentParameterMismatchException"})
"""Ends of a job after which a new one has to be started, under a new token."""
_MOST_READINGS = 3
"""Times that a job's results are begun to be read in one try."""

SECONDS_PER_PAGE = 2.0
"""What a page adds to the longest wait for a job."""


class DocumentOcrOperator(BaseOperator):
    """Read those pages of a document that need OCR and have no stored result yet. (templated)

    A retried task goes on with the job that it started before; where that start was interrupted, it finds the job by
    the ClientRequestToken, which follows from the pages. The token of a job that failed is never used again. The
    temporary object is deleted in every outcome.

    :param document_id: the document's opaque id. (templated)
    """

    template_fields: Sequence[str] = ("document_id",)

    def __init__(self, *, document_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.document_id = document_id

    def execute(self, context: Context) -> None:
        """Skip, read, or defer until the job is done.

        :raises AirflowSkipException: no page needs OCR.
        :raises PipelineError: Textract's or S3's code.
        """
        from include.stages import ocr

        with stage_of(self.document_id, context) as workspace:
            work = ocr.plan(workspace)
            if not work.needed:
                raise AirflowSkipException("No page needs OCR.")
            if not work.missing:
                self.log.info("All %d pages have been read before; nothing is sent.", len(work.manifest.ocr_pages))
                return
            self.log.info("%d of %d pages are sent.", len(work.missing), work.manifest.total_pages)
            if work.asynchronous:
                self._read_by_job(workspace, work)
            else:
                self._read_by_calls(workspace, work, context["ti"].run_id)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> None:
        """Take up the job's end, by the name of its status.

        :raises PipelineError: OCR_JOB_FAILED, OCR_JOB_PARTIAL, OCR_TIMEOUT or a code of Textract or S3.
        """
        from include.stages import ocr

        with stage_of(self.document_id, context) as workspace:
            job = ocr.find_job(workspace)
            if job is None or job.job_id != event["job_id"]:
                raise PipelineError("InvalidJobIdException")
            with _upload_discarded(workspace, job):
                self._take_up(workspace, job, event)

    def _read_by_calls(self, workspace: Workspace, work: OcrWork, run_id: str) -> None:
        """One page after the other, while no other run does the same for this document."""
        from include.stages import ocr
        from include.stages.reading_alone import alone

        hook = self._hook()
        hook.get_conn()  # a client may be shared by threads, but not made in them
        with alone(workspace, run_id) as had_before:
            left = ocr.plan(workspace) if had_before else work
            ocr.read_pages(workspace, left, lambda page: _analyze(hook, page))

    def _read_by_job(self, workspace: Workspace, work: OcrWork) -> None:
        """Go on with the job of an earlier try, or start one."""
        from include.stages import ocr

        job = ocr.unfinished_job(workspace, work)
        status = self._status(workspace, job) if job else None
        if job is None or status is None:
            prepared = ocr.prepare_job(workspace, work)
            if prepared is None:
                self.log.info("All pages have been read by another run's job; nothing is sent.")
                return
            self._wait(workspace, self._start(workspace, prepared))
        self.log.info("Textract job %s of an earlier try is %s.", job.job_id, status)
        if status == "IN_PROGRESS":
            ocr.upload(workspace, work, job)
            self._wait(workspace, job)
        with _upload_discarded(workspace, job):
            self._take_up(workspace, job, {"status": status})

    def _status(self, workspace: Workspace, job: Job) -> str | None:
        """How the job of an earlier try stands; None where it has failed or Textract has forgotten it."""
        from include.audit.events import EventName
        from include.stages import ocr

        try:
            status = self._hook().document_analysis_status(str(job.job_id))
        except Exception as error:
            coded = _coded(error)
            if coded.code not in _ENDED:
                raise coded from None
            status = "FAILED"
        if status != "FAILED":
            return status
        ocr.end_job(workspace, job, EventName.OCR_ASYNC_JOB_FAILED)
        return None

    def _start(self, workspace: Workspace, job: Job) -> Job:
        from include.audit.events import EventName
        from include.stages import ocr

        try:
            job_id = self._hook().start_document_analysis(
                bucket=job.bucket,
                key=job.key,
                feature_types=job.features,
                client_request_token=job.token,
                job_tag=self.document_id,
            )
        except Exception as error:
            coded = _coded(error)
            with _upload_discarded(workspace, job):
                if coded.code in _ENDED:
                    ocr.end_job(workspace, job, EventName.OCR_ASYNC_JOB_FAILED)
                raise coded from None
        return ocr.note_started(workspace, job, job_id)

    def _wait(self, workspace: Workspace, job: Job) -> NoReturn:
        from include.audit.events import EventName
        from textract_provider.trigger import TextractDocumentAnalysisCompletedTrigger

        workspace.trail.write(EventName.OCR_ASYNC_JOB_POLLING, job_id=job.job_id)
        self.defer(
            trigger=TextractDocumentAnalysisCompletedTrigger(
                job_id=str(job.job_id),
                poll_interval=settings().textract_async_poll_interval,
                max_wait=longest_wait(len(job.page_hashes)),
                aws_conn_id=settings().aws_conn_id,
                region_name=settings().aws_default_region,
            ),
            method_name="execute_complete",
        )

    def _take_up(self, workspace: Workspace, job: Job, event: dict[str, Any]) -> None:
        from include.audit.events import EventName
        from include.stages import ocr

        status = event["status"]
        if status in ("SUCCEEDED", "PARTIAL_SUCCESS"):
            self._collect(workspace, job)
        elif status == "TIMEOUT":
            ocr.note_timeout(workspace, job)
            raise PipelineError("OCR_TIMEOUT")
        else:
            code = "OCR_JOB_FAILED" if status == "FAILED" else event.get("error_code", "OCR_REFUSED")
            # A poll that was refused says nothing of the job: it still runs, and the next attempt has to find it.
            if code in _ENDED:
                ocr.end_job(workspace, job, EventName.OCR_ASYNC_JOB_FAILED)
            raise PipelineError(code if code in REGISTRY else "OCR_REFUSED")

    def _collect(self, workspace: Workspace, job: Job) -> None:
        """Store the job's pages. Where Textract refuses the token of a chunk, its results are read from the first one
        again: they last 7 days, a token does not, and a page stored twice is the same page."""
        from include.stages import ocr
        from textract_provider.errors import TextractResultsInterruptedError

        for reading in range(1, _MOST_READINGS + 1):
            try:
                return ocr.collect_job(workspace, job, self._hook().analysis_results(str(job.job_id)))
            except PipelineError:
                raise
            except TextractResultsInterruptedError:
                self.log.warning("Textract refused to go on with the results of job %s.", job.job_id)
                if reading == _MOST_READINGS:
                    raise PipelineError("InvalidParameterException") from None
            except Exception as error:
                raise _coded(error) from None
        return None

    def _hook(self) -> TextractHook:
        from textract_provider.hook import TextractHook

        return TextractHook(aws_conn_id=settings().aws_conn_id, region_name=settings().aws_default_region)


@contextmanager
def _upload_discarded(workspace: Workspace, job: Job) -> Iterator[None]:
    """Delete the job's upload in every outcome. Where that fails too, the first error stays the task's, and the sweep
    of the document's audit task deletes it."""
    from include.stages import ocr

    try:
        yield
    except PipelineError:
        with suppress(PipelineError):
            ocr.discard_upload(workspace, job)
        raise
    ocr.discard_upload(workspace, job)


def longest_wait(pages: int) -> int:
    """Seconds to wait for a job of so many pages."""
    return round(settings().textract_async_max_wait + SECONDS_PER_PAGE * pages)


def _analyze(hook: TextractHook, page: bytes) -> dict[str, Any]:
    from include.ocr.textract_errors import is_timeout

    try:
        return hook.analyze_document(page, settings().textract_feature_types)
    except Exception as error:
        if is_timeout(error):
            observe_call_timeout()
        raise _coded(error) from None


def _coded(error: Exception) -> PipelineError:
    from include.ocr.textract_errors import code_of

    return PipelineError(code_of(error))
