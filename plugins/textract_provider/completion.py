"""The trigger's event, and what it means to the task that resumes with it."""

from __future__ import annotations

from typing import Any

from textract_provider.errors import TextractJobRefusedError, TextractJobTimeoutError, TextractJobUnfinishedError
from textract_provider.job_states import is_finished

TIMEOUT = "TIMEOUT"
"""Event status: the deadline came first. Not a word of Textract's."""
ERROR = "ERROR"
"""Event status: Textract refused to say how the job stands; the event's ``error_code`` has its exception's name."""


def completed_job_id(event: dict[str, Any] | None) -> str:
    """The id of the job, when the event says that it has results.

    :param event: ``{"status": <JobStatus, TIMEOUT or ERROR>, "job_id": ..., "error_code": <with ERROR>}``.
    :raises TextractJobFailedError: the job failed.
    :raises TextractJobTimeoutError: the wait ran out.
    :raises TextractJobRefusedError: Textract refused the polls.
    :raises TextractJobUnfinishedError: the event says that the job still runs.
    :raises TextractJobStatusUnknownError: the status is none of these.
    :raises ValueError: there is no event.
    """
    if event is None:
        raise ValueError("A task resumed without its trigger's event")
    job_id, status = str(event["job_id"]), str(event["status"])
    if status == TIMEOUT:
        raise TextractJobTimeoutError(job_id, status)
    if status == ERROR:
        raise TextractJobRefusedError(job_id, str(event.get("error_code", status)))
    if not is_finished(job_id, status):
        raise TextractJobUnfinishedError(job_id, status)
    return job_id
