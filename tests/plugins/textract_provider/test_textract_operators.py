"""The operators: what they ask of Textract, and how each way of waiting ends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import DAG, TaskDeferred
from airflow.serialization.serialized_objects import DagSerialization
from botocore.stub import Stubber

from textract_provider.errors import (
    TextractJobFailedError,
    TextractJobRefusedError,
    TextractJobStatusUnknownError,
    TextractJobTimeoutError,
    TextractJobUnfinishedError,
)
from textract_provider.hook import TextractHook
from textract_provider.operators import (
    TextractAnalyzeDocumentOperator,
    TextractStartDocumentAnalysisOperator,
    client_request_token,
)
from textract_provider.sensor import TextractDocumentAnalysisSensor

Polls = Callable[..., None]
HOOK_ARGUMENTS: dict[str, Any] = {
    "aws_conn_id": "scanner",
    "region_name": "eu-west-1",
    "verify": False,
    "botocore_config": {"read_timeout": 7},
}


class Instance(SimpleNamespace):
    """The running task instance, as far as the operators look at it."""

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


def context(try_number: int = 1, map_index: int = -1) -> Any:
    return {"ti": Instance(
        dag_id="scans", run_id="r-1", task_id="ocr", map_index=map_index, try_number=try_number, pushed={})}


def start_operator(hook: TextractHook, **arguments: Any) -> TextractStartDocumentAnalysisOperator:
    operator = TextractStartDocumentAnalysisOperator(
        task_id="ocr", s3_bucket="scans", s3_key="a.pdf", feature_types=["TABLES"], **arguments)
    operator.__dict__["hook"] = hook
    return operator


def sent_tokens(monkeypatch: pytest.MonkeyPatch, hook: TextractHook) -> list[str]:
    """The tokens of every start; each job has failed, so that every token of a try is used."""
    tokens: list[str] = []

    def start(*_: Any, ClientRequestToken: str, **__: Any) -> Any:  # noqa: N803 - botocore's name
        tokens.append(ClientRequestToken)
        return {"JobId": "job-1"}

    monkeypatch.setattr(hook.conn, "start_document_analysis", start)
    monkeypatch.setattr(hook.conn, "get_document_analysis", lambda **_: {"JobStatus": "FAILED"})
    return tokens


class TestStart:
    @pytest.fixture
    def started(self, textract: Stubber) -> None:
        textract.add_response(
            "start_document_analysis",
            {"JobId": "job-1"},
            {
                "DocumentLocation": {"S3Object": {"Bucket": "scans", "Name": "a.pdf"}},
                "FeatureTypes": ["TABLES"],
                "ClientRequestToken": "t-1",
                "JobTag": "tag",
                "KMSKeyId": "key",
            },
        )

    @pytest.mark.usefixtures("started")
    @pytest.mark.parametrize(
        ("wait_for_completion", "deferrable"),
        [
            pytest.param(False, False, id="no wait"),
            pytest.param(True, False, id="wait"),
            pytest.param(False, True, id="defer"),
        ],
    )
    def test_it_starts_once_and_waits_as_told(
        self, hook: TextractHook, polls: Polls, clock: Any, wait_for_completion: bool, deferrable: bool
    ) -> None:
        operator = start_operator(
            hook, client_request_token="t-1", job_tag="tag", request={"KMSKeyId": "key"},
            wait_for_completion=wait_for_completion, deferrable=deferrable)
        if deferrable:
            with pytest.raises(TaskDeferred) as deferred:
                operator.execute(context())
            assert deferred.value.method_name == "execute_complete"
            return
        if wait_for_completion:
            polls("IN_PROGRESS", "SUCCEEDED")
        assert operator.execute(context()) == "job-1"
        assert clock.sleeps == ([10, 20] if wait_for_completion else [])

    def test_every_argument_of_the_wait_and_the_hook_reaches_the_trigger(
        self, monkeypatch: pytest.MonkeyPatch, hook: TextractHook, clock: Any
    ) -> None:
        sent_tokens(monkeypatch, hook)
        operator = start_operator(
            hook, deferrable=True, poll_interval=15, max_poll_interval=45, max_wait=900, **HOOK_ARGUMENTS)
        with pytest.raises(TaskDeferred) as deferred:
            operator.execute(context())
        assert deferred.value.trigger.serialize()[1] == {
            "job_id": "job-1",
            "poll_interval": 15,
            "max_poll_interval": 45,
            "deadline": clock.start + timedelta(seconds=900),
            **HOOK_ARGUMENTS,
        }

    def test_the_console_link_needs_the_region_only(self, monkeypatch: pytest.MonkeyPatch, hook: TextractHook) -> None:
        sent_tokens(monkeypatch, hook)
        operator, running = start_operator(hook, wait_for_completion=False), context()
        operator.execute(running)
        stored = running["ti"].pushed["textract_console"]
        assert operator.operator_extra_links[0].format_link(**stored) == (
            "https://console.aws.amazon.com/textract/home?region=us-east-1#/")


class TestToken:
    @pytest.fixture
    def tokens(self, monkeypatch: pytest.MonkeyPatch, hook: TextractHook) -> list[str]:
        return sent_tokens(monkeypatch, hook)

    def run(self, hook: TextractHook, task: Any, **arguments: Any) -> None:
        start_operator(hook, wait_for_completion=False, **arguments).execute(task)

    def test_a_retry_asks_for_the_jobs_of_all_tries_before_it(self, hook: TextractHook, tokens: list[str]) -> None:
        for number in (1, 2, 3):
            self.run(hook, context(try_number=number))
        first, *second_try = tokens[:3]
        assert second_try[0] == first
        assert tokens[3:5] == second_try
        assert len(set(tokens)) == 3

    def test_neither_documents_nor_mapped_tasks_nor_features_share_a_token(
        self, hook: TextractHook, tokens: list[str]
    ) -> None:
        self.run(hook, context())
        self.run(hook, context(map_index=0))
        self.run(hook, context(map_index=1))
        self.run(hook, context(), request={"QueriesConfig": {"Queries": [{"Text": "What is the date?"}]}})
        assert len(set(tokens)) == 4

    def test_a_given_token_is_sent_as_it_is(self, hook: TextractHook, tokens: list[str]) -> None:
        self.run(hook, context(try_number=3), client_request_token="mine")
        assert tokens == ["mine"]

    def test_a_derived_token_has_the_form_that_textract_demands(self) -> None:
        """``ClientRequestToken`` in botocore's model: 1 to 64 of ``[a-zA-Z0-9-_]``."""
        assert re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", client_request_token("scans", {"b": 1, "a": None}, 3))


class TestResume:
    @pytest.mark.parametrize("status", ["SUCCEEDED", "PARTIAL_SUCCESS"])
    def test_a_job_with_results_is_a_success(self, hook: TextractHook, status: str) -> None:
        assert start_operator(hook).execute_complete(context(), {"status": status, "job_id": "job-1"}) == "job-1"

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
    def test_whatever_is_not_named_a_success_fails(
        self, hook: TextractHook, event: dict[str, str], error: type[Exception]
    ) -> None:
        with pytest.raises(error, match="job-1"):
            start_operator(hook).execute_complete(context(), {**event, "job_id": "job-1"})

    def test_no_event_is_no_success(self, hook: TextractHook) -> None:
        with pytest.raises(ValueError, match="without its trigger's event"):
            start_operator(hook).execute_complete(context(), None)


class TestAnalyze:
    def test_the_answer_goes_to_s3_and_only_its_size_to_xcom(
        self, monkeypatch: pytest.MonkeyPatch, hook: TextractHook, textract: Stubber
    ) -> None:
        answer = {"DocumentMetadata": {"Pages": 1}, "Blocks": [{"Id": "a", "Text": "secret"}]}
        textract.add_response(
            "analyze_document",
            answer,
            {"Document": {"S3Object": {"Bucket": "scans", "Name": "a.png"}}, "FeatureTypes": ["FORMS"]},
        )
        stored: dict[str, Any] = {}
        monkeypatch.setattr(
            "airflow.providers.amazon.aws.hooks.s3.S3Hook.load_bytes",
            lambda _, data, *, key, bucket_name, replace: stored.update({f"{bucket_name}/{key}": (data, replace)}),
        )
        operator = TextractAnalyzeDocumentOperator(
            task_id="ocr", s3_bucket="scans", s3_key="a.png", feature_types=["FORMS"],
            output_s3_bucket="results", output_s3_key="a.json")
        operator.__dict__["hook"] = hook
        assert operator.execute(context()) == {"bucket": "results", "key": "a.json", "pages": 1, "blocks": 1}
        content, replaced = stored["results/a.json"]
        assert (json.loads(content), replaced) == (answer, True)


def test_every_operator_can_be_serialized_with_its_template_fields() -> None:
    """A template field named like an attribute of BaseOperator fails here, and nowhere else before production."""
    with DAG("scans", schedule=None) as dag:
        place: dict[str, Any] = {"s3_bucket": "scans", "s3_key": "{{ ds }}/a.pdf", "feature_types": ["TABLES"]}
        start = TextractStartDocumentAnalysisOperator(
            task_id="start", client_request_token="{{ run_id }}", job_tag="tag", **place)
        TextractAnalyzeDocumentOperator(task_id="now", output_s3_bucket="results", output_s3_key="a", **place)
        TextractDocumentAnalysisSensor(task_id="wait", job_id=str(start.output))
    read = DagSerialization.from_dict(json.loads(json.dumps(DagSerialization.to_dict(dag))))
    assert {task.task_id: set(task.template_fields) for task in read.tasks} == {
        task.task_id: set(task.template_fields) for task in dag.tasks}
    assert {"aws_conn_id", "region_name", "verify"} < set(read.get_task("wait").template_fields)
