"""The OCR task: skips itself, reads pages synchronously, or starts a job and waits for it in the triggerer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException

from document_tasks.failure import failing_with_a_code
from document_tasks.workspace import open_workspace
from include.errors import REGISTRY, PipelineError
from include.settings import settings

if TYPE_CHECKING:
    from airflow.sdk import Context

    from include.stages.ocr import Job
    from include.workspace import Workspace
    from textract_provider.hook import TextractHook

_ENDED = frozenset({"OCR_JOB_FAILED", "InvalidJobIdException"})
"""Ends of a job after which a new one has to be started."""

SECONDS_PER_PAGE = 2.0
"""What a page adds to the longest wait for a job."""


class DocumentOcrOperator(BaseOperator):
    """Read those pages of a document that need OCR and have no stored result yet. (templated)

    A retried task finds its running job by the ClientRequestToken, which follows from the pages; the token of a
    job that failed is never used again. The temporary object is deleted in every outcome.

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

        workspace = open_workspace(self.document_id, context)
        with failing_with_a_code(workspace):
            work = ocr.plan(workspace)
            if not work.needed:
                raise AirflowSkipException("No page needs OCR.")
            if not work.missing:
                self.log.info("All %d pages have been read before; nothing is sent.", len(work.manifest.ocr_pages))
                return
            self.log.info("%d of %d pages are sent.", len(work.missing), work.manifest.total_pages)
            if work.asynchronous:
                self._start(workspace, ocr.prepare_job(workspace, work))
            else:
                hook = self._hook()
                hook.get_conn()  # a client may be shared by threads, but not made in them
                ocr.read_pages(workspace, work, lambda page: _analyze(hook, page))

    def execute_complete(self, context: Context, event: dict[str, Any]) -> None:
        """Take up the job's end, by the name of its status.

        :raises PipelineError: OCR_JOB_FAILED, OCR_JOB_PARTIAL, OCR_TIMEOUT or a code of Textract or S3.
        """
        from include.stages import ocr

        workspace = open_workspace(self.document_id, context)
        with failing_with_a_code(workspace):
            job = ocr.find_job(workspace)
            if job is None or job.job_id != event["job_id"]:
                raise PipelineError("InvalidJobIdException")
            try:
                self._take_up(workspace, job, event)
            finally:
                ocr.discard_upload(workspace, job)

    def _start(self, workspace: Workspace, job: Job) -> NoReturn:
        from include.audit.events import EventName
        from include.stages import ocr
        from textract_provider.trigger import TextractDocumentAnalysisCompletedTrigger

        try:
            job_id = self._hook().start_document_analysis(
                bucket=job.bucket,
                key=job.key,
                feature_types=settings().textract_feature_types,
                client_request_token=job.token,
                job_tag=self.document_id,
            )
        except Exception as error:
            ocr.discard_upload(workspace, job)
            raise _coded(error) from None
        job = ocr.note_started(workspace, job, job_id)
        workspace.trail.write(EventName.OCR_ASYNC_JOB_POLLING, job_id=job_id)
        self.defer(
            trigger=TextractDocumentAnalysisCompletedTrigger(
                job_id=job_id,
                poll_interval=settings().textract_async_poll_interval,
                max_wait=round(settings().textract_async_max_wait + SECONDS_PER_PAGE * len(job.page_hashes)),
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
            try:
                ocr.collect_job(workspace, job, self._hook().analysis_results(str(job.job_id)))
            except PipelineError:
                raise
            except Exception as error:
                raise _coded(error) from None
        elif status == "TIMEOUT":
            workspace.trail.write(EventName.OCR_ASYNC_JOB_TIMEOUT, job_id=job.job_id)
            raise PipelineError("OCR_TIMEOUT")
        else:
            code = "OCR_JOB_FAILED" if status == "FAILED" else event.get("error_code", "OCR_REFUSED")
            # A poll that was refused says nothing of the job: it still runs, and the next attempt has to find it.
            if code in _ENDED:
                ocr.end_job(workspace, job, EventName.OCR_ASYNC_JOB_FAILED)
            raise PipelineError(code if code in REGISTRY else "OCR_REFUSED")

    def _hook(self) -> TextractHook:
        from textract_provider.hook import TextractHook

        return TextractHook(aws_conn_id=settings().aws_conn_id, region_name=settings().aws_default_region)


def _analyze(hook: TextractHook, page: bytes) -> dict[str, Any]:
    try:
        return hook.analyze_document(page, settings().textract_feature_types)
    except Exception as error:
        raise _coded(error) from None


def _coded(error: Exception) -> PipelineError:
    from include.ocr.textract_errors import code_of

    return PipelineError(code_of(error))
