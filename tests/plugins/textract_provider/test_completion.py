"""What the trigger's event means."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import AirflowException

from textract_provider.completion import completed_job, log_status
from textract_provider.errors import (
    TextractJobFailedError,
    TextractJobRefusedError,
    TextractJobStatusUnknownError,
    TextractJobTimeoutError,
    TextractJobUnfinishedError,
)

LOG: Any = logging.getLogger(__name__)


@pytest.mark.parametrize("status", ["SUCCEEDED", "PARTIAL_SUCCESS"])
def test_a_job_with_results_is_a_success(status: str) -> None:
    assert completed_job({"status": status, "job_id": "job-1"}) == ("job-1", status)


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"status": "FAILED"}, TextractJobFailedError),
        ({"status": "TIMEOUT"}, TextractJobTimeoutError),
        ({"status": "ERROR", "error_code": "AccessDeniedException"}, TextractJobRefusedError),
        ({"status": "IN_PROGRESS"}, TextractJobUnfinishedError),
        ({"status": "ARCHIVED"}, TextractJobStatusUnknownError),
        ({"status": "success"}, TextractJobStatusUnknownError),
    ],
    ids=lambda value: value["status"] if isinstance(value, dict) else "",
)
def test_whatever_is_not_named_a_success_fails(event: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match="job-1"):
        completed_job({**event, "job_id": "job-1"})


def test_a_refusal_keeps_the_name_that_textract_gave_it() -> None:
    with pytest.raises(TextractJobRefusedError, match="AccessDeniedException"):
        completed_job({"status": "ERROR", "job_id": "job-1", "error_code": "AccessDeniedException"})


def test_no_event_is_no_success() -> None:
    with pytest.raises(AirflowException, match="event is None"):
        completed_job(None)


@pytest.mark.parametrize(
    ("status", "level"),
    [("PARTIAL_SUCCESS", logging.WARNING), ("SUCCEEDED", logging.INFO), ("IN_PROGRESS", logging.INFO)],
)
def test_only_results_with_pages_missing_are_worth_a_warning(
    caplog: pytest.LogCaptureFixture, status: str, level: int
) -> None:
    with caplog.at_level(logging.INFO, logger=__name__):
        log_status(LOG, "job-1", status)
    assert [record.levelno for record in caplog.records] == [level]
    assert f"job-1 is {status}" in caplog.text
