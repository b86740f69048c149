"""The sensor, poking and deferred."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import (
    AirflowFailException,
    AirflowSensorTimeout,
    AirflowSkipException,
    TaskDeferred,
)

from textract_provider.hook import TextractHook
from textract_provider.sensor import TextractDocumentAnalysisSensor

Polls = Callable[..., None]


def sensor(hook: TextractHook | None = None, **arguments: Any) -> TextractDocumentAnalysisSensor:
    sensor = TextractDocumentAnalysisSensor(task_id="wait", job_id="job-1", **arguments)
    if hook:
        sensor.__dict__["hook"] = hook
    return sensor


@pytest.mark.parametrize(
    ("answer", "done"),
    [
        ("SUCCEEDED", True),
        ("PARTIAL_SUCCESS", True),
        ("IN_PROGRESS", False),
        ("[ThrottlingException]", False),
    ],
)
def test_a_poke_is_done_only_when_the_job_has_results(
    hook: TextractHook, polls: Polls, answer: str, done: bool
) -> None:
    polls(answer)
    assert sensor(hook).poke({}) is done


@pytest.mark.parametrize("status", ["FAILED", "ARCHIVED"])
def test_a_job_that_cannot_get_better_fails_without_retries(hook: TextractHook, polls: Polls, status: str) -> None:
    polls(status)
    with pytest.raises(AirflowFailException, match=f"job-1: {status}"):
        sensor(hook).poke({})


def test_a_refusal_fails_without_retries(hook: TextractHook, polls: Polls) -> None:
    polls("[InvalidJobIdException]")
    with pytest.raises(AirflowFailException, match="job-1: InvalidJobIdException"):
        sensor(hook).poke({})


def test_poking_it_waits_until_the_job_has_results(hook: TextractHook, polls: Polls, clock: Any) -> None:
    polls("IN_PROGRESS", "[ThrottlingException]", "SUCCEEDED")
    sensor(hook).execute({})
    assert clock.sleeps == [10, 10]


def test_a_wait_that_runs_out_fails(hook: TextractHook, polls: Polls, clock: Any) -> None:
    polls("IN_PROGRESS")
    with pytest.raises(AirflowSensorTimeout):
        sensor(hook, timeout=0).execute({})


def test_deferred_it_hands_over_everything_and_its_timeout_becomes_the_deadline(clock: Any) -> None:
    arguments: dict[str, Any] = {"aws_conn_id": "scanner", "region_name": "eu-west-1", "verify": False,
                 "botocore_config": {"read_timeout": 7}}
    with pytest.raises(TaskDeferred) as deferred:
        sensor(deferrable=True, poke_interval=90, timeout=900, **arguments).execute({})
    assert deferred.value.method_name == "execute_complete"
    assert deferred.value.trigger.serialize()[1] == {
        "job_id": "job-1",
        "poll_interval": 90,
        "max_poll_interval": 90,
        "deadline": clock.start + timedelta(seconds=900),
        **arguments,
    }


@pytest.mark.parametrize("status", ["SUCCEEDED", "PARTIAL_SUCCESS"])
def test_deferred_it_succeeds_by_name(status: str) -> None:
    sensor().execute_complete({}, {"status": status, "job_id": "job-1"})


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("TIMEOUT", AirflowSensorTimeout),
        ("FAILED", AirflowFailException),
        ("ERROR", AirflowFailException),
        ("ARCHIVED", AirflowFailException),
    ],
)
def test_deferred_a_wait_that_ended_badly_is_never_green(status: str, error: type[Exception]) -> None:
    event = {"status": status, "job_id": "job-1"}
    with pytest.raises(error, match="job-1"):
        sensor().resume_execution("execute_complete", {"event": event}, {})


@pytest.mark.parametrize("patience", ["soft_fail", "never_fail"])
class TestPatience:
    """The same ends skip, whether the sensor pokes or resumes."""

    def patient(self, patience: str, hook: TextractHook | None = None) -> TextractDocumentAnalysisSensor:
        arguments: dict[str, Any] = {patience: True}
        return sensor(hook, **arguments)

    @pytest.mark.parametrize("answer", ["FAILED", "ARCHIVED", "[InvalidJobIdException]"])
    def test_poking_it_skips(self, hook: TextractHook, polls: Polls, answer: str, patience: str) -> None:
        polls(answer)
        with pytest.raises(AirflowSkipException):
            self.patient(patience, hook).execute({})

    @pytest.mark.parametrize("status", ["TIMEOUT", "FAILED", "ARCHIVED", "ERROR"])
    def test_resuming_it_skips(self, status: str, patience: str) -> None:
        event = {"status": status, "job_id": "job-1"}
        with pytest.raises(AirflowSkipException):
            self.patient(patience).resume_execution("execute_complete", {"event": event}, {})


def test_it_resumes_by_the_event_and_asks_textract_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider's own sensors resume in ``poke``."""
    monkeypatch.setattr(TextractHook, "get_client_type", lambda *_, **__: pytest.fail("a client was made"))
    sensor().resume_execution("execute_complete", {"event": {"status": "SUCCEEDED", "job_id": "job-1"}}, {})


def test_the_hook_gets_what_the_sensor_was_given() -> None:
    own = sensor(aws_conn_id=None, region_name="eu-west-1", verify=False, botocore_config={"read_timeout": 7}).hook
    assert (own.aws_conn_id, own.region_name, own.verify, own.config.read_timeout) == (None, "eu-west-1", False, 7)
