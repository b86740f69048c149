"""The end of a wait: the trigger's event, and what it means to the task that resumes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.utils import validate_execute_complete_event

from textract_provider.errors import TextractJobRefusedError, TextractJobTimeoutError, TextractJobUnfinishedError
from textract_provider.job_states import is_finished

if TYPE_CHECKING:
    from airflow.sdk.types import Logger

TIMEOUT = "TIMEOUT"
"""Event status: the deadline came first. Not a word of Textract's."""
ERROR = "ERROR"
"""Event status: Textract refused to say how the job stands; the event's ``error_code`` has its exception's name."""
PARTIAL_SUCCESS = "PARTIAL_SUCCESS"
"""JobStatus: some pages have no results."""


def completed_job(event: dict[str, Any] | None) -> tuple[str, str]:
    """The id and the JobStatus of the job, when the event says that it has results.

    :param event: ``{"status": <JobStatus, TIMEOUT or ERROR>, "job_id": ..., "error_code": <with ERROR>}``.
    :raises TextractJobFailedError: the job failed.
    :raises TextractJobTimeoutError: the wait ran out.
    :raises TextractJobRefusedError: Textract refused the polls.
    :raises TextractJobUnfinishedError: the event says that the job still runs.
    :raises TextractJobStatusUnknownError: the status is none of these.
    :raises AirflowException: there is no event.
    """
    event = validate_execute_complete_event(event)
    job_id, status = str(event["job_id"]), str(event["status"])
    if status == TIMEOUT:
        raise TextractJobTimeoutError(job_id, status)
    if status == ERROR:
        raise TextractJobRefusedError(job_id, str(event.get("error_code", status)))
    if not is_finished(job_id, status):
        raise TextractJobUnfinishedError(job_id, status)
    return job_id, status


def log_status(log: Logger, job_id: str, status: str) -> None:
    """Log how a job stands; that pages are missing is worth a warning, as the task will be green."""
    if status == PARTIAL_SUCCESS:
        log.warning("Textract job %s is %s: the Warnings of its results name the missing pages", job_id, status)
    else:
        log.info("Textract job %s is %s", job_id, status)
