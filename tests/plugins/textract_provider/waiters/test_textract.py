"""waiters/textract.json, run through botocore's own waiter."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import WaiterError

from textract_provider.errors import TextractJobStatusUnknownError
from textract_provider.hook import TextractHook
from textract_provider.job_states import DOCUMENT_ANALYSIS_COMPLETE, WAITERS, Outcome, outcome_of
from textract_provider.polling import MAX_WAIT, POLL_INTERVAL

Polls = Callable[..., None]


def textract_model() -> Any:
    return botocore.session.get_session().get_service_model("textract", api_version="2018-06-27")


def declared_statuses() -> list[str]:
    return list(textract_model().shape_for("JobStatus").enum)


def acceptors(matcher: str) -> dict[str, str]:
    waiter = json.loads(WAITERS.read_text())["waiters"][DOCUMENT_ANALYSIS_COMPLETE]
    return {a["expected"]: a["state"] for a in waiter["acceptors"] if a["matcher"] == matcher}


def wait(hook: TextractHook, attempts: int) -> None:
    hook.get_waiter(DOCUMENT_ANALYSIS_COMPLETE).wait(
        JobId="job-1", MaxResults=1, WaiterConfig={"Delay": 0, "MaxAttempts": attempts}
    )


def test_every_job_status_has_a_place_in_the_waiter() -> None:
    """JobStatus as botocore's Textract model 2018-06-27 declares it."""
    assert set(acceptors("path")) == set(declared_statuses())


def test_every_retried_error_is_one_that_get_document_analysis_declares() -> None:
    declared = {shape.name for shape in textract_model().operation_model("GetDocumentAnalysis").error_shapes}
    assert set(acceptors("error")) < declared


def test_the_waiter_is_as_patient_as_our_own_polls() -> None:
    waiter = json.loads(WAITERS.read_text())["waiters"][DOCUMENT_ANALYSIS_COMPLETE]
    assert waiter["delay"] == POLL_INTERVAL
    assert waiter["delay"] * waiter["maxAttempts"] == MAX_WAIT


def test_the_hook_lists_the_waiter_that_the_amazon_provider_does_not_have(hook: TextractHook) -> None:
    assert DOCUMENT_ANALYSIS_COMPLETE in hook.list_waiters()


@pytest.mark.parametrize("status", declared_statuses())
def test_botocore_and_our_own_polls_agree_on_a_status(hook: TextractHook, polls: Polls, status: str) -> None:
    polls(status)
    outcome = outcome_of("job-1", status)
    if outcome is Outcome.SUCCESS:
        wait(hook, attempts=1)
    else:
        reason = {Outcome.FAILURE: "terminal failure", Outcome.RETRY: "Max attempts exceeded"}[outcome]
        with pytest.raises(WaiterError, match=reason):
            wait(hook, attempts=1)


@pytest.mark.parametrize("end", ["SUCCEEDED", "PARTIAL_SUCCESS"])
def test_the_waiter_waits_out_running_jobs_and_throttling(hook: TextractHook, polls: Polls, end: str) -> None:
    polls("IN_PROGRESS", *(f"[{code}]" for code in acceptors("error")), "IN_PROGRESS", end)
    wait(hook, attempts=10)


def test_the_waiter_does_not_wait_out_a_refusal(hook: TextractHook, polls: Polls) -> None:
    polls("[InvalidJobIdException]")
    with pytest.raises(WaiterError, match="InvalidJobIdException"):
        wait(hook, attempts=10)


def test_a_status_that_nobody_has_named_is_neither_success_nor_failure() -> None:
    with pytest.raises(TextractJobStatusUnknownError, match="job-1: ARCHIVED"):
        outcome_of("job-1", "ARCHIVED")
