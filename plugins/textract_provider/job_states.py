"""What each JobStatus and each error of a poll means: the table is ``waiters/textract.json``, read here once."""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from pathlib import Path

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from textract_provider.errors import TextractJobFailedError, TextractJobStatusUnknownError

WAITERS = Path(__file__).parent / "waiters" / "textract.json"
DOCUMENT_ANALYSIS_COMPLETE = "document_analysis_complete"
"""Name of the waiter for GetDocumentAnalysis."""

TOO_MANY_REQUESTS = 429
FIRST_SERVER_ERROR = 500


class Outcome(StrEnum):
    """Where a poll leaves the wait, in botocore's words for waiters."""

    SUCCESS = "success"
    FAILURE = "failure"
    RETRY = "retry"


@cache
def _acceptors(matcher: str) -> dict[str, Outcome]:
    waiter = json.loads(WAITERS.read_text(encoding="utf-8"))["waiters"][DOCUMENT_ANALYSIS_COMPLETE]
    return {
        acceptor["expected"]: Outcome(acceptor["state"])
        for acceptor in waiter["acceptors"]
        if acceptor["matcher"] == matcher
    }


def outcome_of(job_id: str, status: str) -> Outcome:
    """The outcome that a JobStatus stands for.

    :raises TextractJobStatusUnknownError: the table does not list the status.
    """
    try:
        return _acceptors("path")[status]
    except KeyError:
        raise TextractJobStatusUnknownError(job_id, status) from None


def is_finished(job_id: str, status: str) -> bool:
    """True when the job has results, False while it runs.

    :raises TextractJobFailedError: the job failed.
    :raises TextractJobStatusUnknownError: the table does not list the status.
    """
    outcome = outcome_of(job_id, status)
    if outcome is Outcome.FAILURE:
        raise TextractJobFailedError(job_id, status)
    return outcome is Outcome.SUCCESS


def is_transient(error: Exception) -> bool:
    """Whether the next poll may well succeed: throttling, 429, 5xx, or no answer at all."""
    if isinstance(error, ClientError):
        http_status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return (
            _acceptors("error").get(error_code(error)) is Outcome.RETRY
            or http_status == TOO_MANY_REQUESTS
            or http_status >= FIRST_SERVER_ERROR
        )
    return isinstance(error, ConnectionError | HTTPClientError | TimeoutError)


def error_code(error: Exception) -> str:
    """The service's code of an error, or the exception's name where the service did not answer."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "Unknown"))
    return type(error).__name__
