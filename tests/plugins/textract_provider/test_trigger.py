"""The trigger, from its stored form to its event."""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.models.trigger import Trigger

from tests.plugins.textract_provider.wire import SILENCE, Textract
from textract_provider.hook import TextractHook
from textract_provider.trigger import TextractDocumentAnalysisCompletedTrigger

Polls = Callable[..., None]
DEADLINE = datetime(2026, 1, 31, 23, 59, 30, tzinfo=UTC)
EVERY_ARGUMENT: dict[str, Any] = {
    "job_id": "job-1",
    "poll_interval": 12.5,
    "max_poll_interval": 30,
    "deadline": DEADLINE,
    "aws_conn_id": "scanner",
    "region_name": "eu-west-1",
    "verify": "/etc/ssl/own.pem",
    "botocore_config": {"retries": {"mode": "adaptive", "total_max_attempts": 2}, "read_timeout": 7},
}


def run(trigger: TextractDocumentAnalysisCompletedTrigger) -> list[Any]:
    async def events() -> list[Any]:
        return [event.payload async for event in trigger.run()]

    return asyncio.run(events())


def restarted(trigger: TextractDocumentAnalysisCompletedTrigger) -> TextractDocumentAnalysisCompletedTrigger:
    """The trigger as another triggerer gets it: through the columns of Airflow's ``trigger`` table."""
    row = Trigger.from_object(trigger)
    module, _, name = row.classpath.rpartition(".")
    return getattr(importlib.import_module(module), name)(**row.kwargs)  # type: ignore[no-any-return]


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, hook: TextractHook) -> None:
    """The trigger's asynchronous client answers from the script of the synchronous one."""

    class Client:
        async def get_document_analysis(self, **request: Any) -> Any:
            return hook.conn.get_document_analysis(**request)

    @asynccontextmanager
    async def client() -> Any:
        yield Client()

    async def get_async_conn(_: TextractHook) -> Any:
        return client()

    monkeypatch.setattr(TextractHook, "get_async_conn", get_async_conn)


class TestStoredForm:
    def test_every_argument_survives_the_database(self) -> None:
        trigger = restarted(TextractDocumentAnalysisCompletedTrigger(**EVERY_ARGUMENT))
        assert trigger.serialize() == (
            "textract_provider.trigger.TextractDocumentAnalysisCompletedTrigger", EVERY_ARGUMENT)

    @pytest.mark.parametrize("verify", [None, True, False, "/etc/ssl/own.pem"])
    @pytest.mark.parametrize("aws_conn_id", [None, "scanner"])
    def test_so_does_an_argument_that_is_false_or_absent(
        self, verify: bool | str | None, aws_conn_id: str | None
    ) -> None:
        arguments = {**EVERY_ARGUMENT, "verify": verify, "aws_conn_id": aws_conn_id,
                     "region_name": None, "botocore_config": None}
        assert restarted(TextractDocumentAnalysisCompletedTrigger(**arguments)).serialize()[1] == arguments

    def test_every_argument_but_the_wait_that_the_deadline_stands_for_is_stored(self) -> None:
        parameters = set(inspect.signature(TextractDocumentAnalysisCompletedTrigger.__init__).parameters)
        stored = TextractDocumentAnalysisCompletedTrigger(job_id="job-1").serialize()[1]
        assert set(stored) == parameters - {"self", "max_wait"}

    def test_the_first_poll_is_never_so_early_that_airflow_loses_the_deferral(self, clock: Any) -> None:
        """Airflow 3.3.2 can mark a task failed whose trigger fires within its first seconds."""
        trigger = TextractDocumentAnalysisCompletedTrigger(
            job_id="job-1", poll_interval=0.1, max_poll_interval=0.2, max_wait=0.1)
        assert (trigger.poll_interval, trigger.max_poll_interval) == (5, 5)
        assert trigger.deadline == clock.start + timedelta(seconds=5)

    def test_a_restart_does_not_move_the_deadline(self, clock: Any) -> None:
        trigger = TextractDocumentAnalysisCompletedTrigger(job_id="job-1", max_wait=300)
        clock.sleep(120)
        assert restarted(trigger).deadline == clock.start + timedelta(seconds=300)

    def test_the_hook_gets_what_the_operator_was_given(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AIRFLOW_CONN_SCANNER", '{"conn_type": "aws"}')
        hook = TextractDocumentAnalysisCompletedTrigger(**EVERY_ARGUMENT).hook()
        assert (hook.aws_conn_id, hook.region_name, hook.verify) == ("scanner", "eu-west-1", "/etc/ssl/own.pem")
        assert hook.config.retries == {"mode": "adaptive", "total_max_attempts": 2}

    def test_an_interval_that_does_not_pause_fails_in_the_task_not_in_the_triggerer(self) -> None:
        with pytest.raises(ValueError, match="poll_interval"):
            TextractDocumentAnalysisCompletedTrigger(job_id="job-1", poll_interval=0)


@pytest.mark.usefixtures("scripted")
class TestRun:
    @pytest.mark.parametrize("status", ["SUCCEEDED", "PARTIAL_SUCCESS", "FAILED", "ARCHIVED"])
    def test_each_end_is_told_by_its_own_name(self, polls: Polls, clock: Any, status: str) -> None:
        polls("IN_PROGRESS", status)
        assert run(TextractDocumentAnalysisCompletedTrigger(job_id="job-1")) == [{"status": status, "job_id": "job-1"}]
        assert clock.sleeps == [10, 20]

    def test_the_first_poll_is_never_at_once(self, polls: Polls, clock: Any) -> None:
        """Airflow 3.3 can lose a deferral that resumes within its first seconds."""
        polls("SUCCEEDED")
        run(TextractDocumentAnalysisCompletedTrigger(job_id="job-1"))
        assert clock.sleeps == [10]

    def test_a_wait_that_runs_out_says_so(self, polls: Polls, clock: Any) -> None:
        polls(*["IN_PROGRESS"] * 4)
        trigger = TextractDocumentAnalysisCompletedTrigger(job_id="job-1", max_wait=100)
        assert run(trigger) == [{"status": "TIMEOUT", "job_id": "job-1"}]
        assert clock.sleeps == [10, 20, 40, 30]

    def test_throttled_polls_count_against_the_deadline(self, polls: Polls, clock: Any) -> None:
        polls(*["[ThrottlingException]"] * 4)
        trigger = TextractDocumentAnalysisCompletedTrigger(job_id="job-1", max_wait=100)
        assert run(trigger) == [{"status": "TIMEOUT", "job_id": "job-1"}]
        assert sum(clock.sleeps) == 100

    @pytest.mark.usefixtures("clock")
    def test_a_throttled_poll_does_not_end_the_wait(self, polls: Polls) -> None:
        polls("[ProvisionedThroughputExceededException]", "[InternalServerError]", "SUCCEEDED")
        trigger = TextractDocumentAnalysisCompletedTrigger(job_id="job-1")
        assert run(trigger) == [{"status": "SUCCEEDED", "job_id": "job-1"}]

    @pytest.mark.usefixtures("clock")
    def test_a_refusal_keeps_its_name(self, polls: Polls) -> None:
        """An exception in a trigger would reach the task as a TaskDeferralError without a code."""
        polls("[InvalidJobIdException]")
        trigger = TextractDocumentAnalysisCompletedTrigger(job_id="job-1")
        assert run(trigger) == [{"status": "ERROR", "job_id": "job-1", "error_code": "InvalidJobIdException"}]

    def test_a_job_that_ended_while_the_triggerer_was_down_is_not_late(self, polls: Polls, clock: Any) -> None:
        polls("SUCCEEDED")
        trigger = TextractDocumentAnalysisCompletedTrigger(job_id="job-1", max_wait=300)
        clock.sleep(3600)
        assert run(restarted(trigger)) == [{"status": "SUCCEEDED", "job_id": "job-1"}]
        assert clock.sleeps == [3600, 0]


class TestOverTheWire:
    """aiobotocore against a socket: its client is not the one that the stubs replace."""

    @pytest.fixture(autouse=True)
    def _impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("textract_provider.trigger.EARLIEST_DEFERRED_POLL", 0.01)

    def trigger(self, attempts: int = 1, **arguments: Any) -> TextractDocumentAnalysisCompletedTrigger:
        return TextractDocumentAnalysisCompletedTrigger(
            job_id="job-1", poll_interval=0.01, max_poll_interval=0.02,
            botocore_config={"retries": {"total_max_attempts": attempts}}, **arguments)

    def test_polls_ask_for_one_block_only(self, server: Textract) -> None:
        server.answers = [(200, {"JobStatus": "IN_PROGRESS"}), (200, {"JobStatus": "SUCCEEDED"})]
        assert run(self.trigger()) == [{"status": "SUCCEEDED", "job_id": "job-1"}]
        assert server.requests == [("GetDocumentAnalysis", {"JobId": "job-1", "MaxResults": 1})] * 2

    def test_throttling_and_outages_are_waited_out(self, server: Textract) -> None:
        server.answers = [
            (400, {"__type": "ThrottlingException"}), (503, {}), (200, {"JobStatus": "PARTIAL_SUCCESS"})]
        assert run(self.trigger()) == [{"status": "PARTIAL_SUCCESS", "job_id": "job-1"}]

    def test_throttling_is_first_retried_inside_the_poll(self, server: Textract) -> None:
        """In standard mode, though the trigger's own configuration names no mode."""
        server.answers = [(400, {"__type": "LimitExceededException"}), (200, {"JobStatus": "SUCCEEDED"})]
        trigger = self.trigger(attempts=2)
        assert run(trigger) == [{"status": "SUCCEEDED", "job_id": "job-1"}]

    def test_a_server_that_says_nothing_does_not_outlast_the_deadline(
        self, monkeypatch: pytest.MonkeyPatch, server: Textract
    ) -> None:
        """The client's own patience, 300 seconds for each of its attempts and here two, is not what ends the poll."""
        ends: list[type[Exception]] = []
        monkeypatch.setattr("textract_provider.trigger.error_code", lambda error: ends.append(type(error)))
        monkeypatch.setattr("textract_provider.trigger.POLL_TIMEOUT", 0.2)
        server.answers = [SILENCE] * 9
        trigger = self.trigger(max_wait=0.05)
        trigger.botocore_config = {"read_timeout": 2, "retries": {"total_max_attempts": 1}}
        assert run(trigger) == [{"status": "TIMEOUT", "job_id": "job-1"}]
        assert set(ends) == {TimeoutError}

    def test_a_server_that_is_gone_is_a_wait_that_runs_out(self, server: Textract) -> None:
        server.stop()
        assert run(self.trigger(max_wait=0.05)) == [{"status": "TIMEOUT", "job_id": "job-1"}]

    def test_a_connection_that_does_not_exist_keeps_its_name(self) -> None:
        assert run(self.trigger(aws_conn_id="missing", max_wait=5))[0]["status"] == "ERROR"
