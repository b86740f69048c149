"""The operators: what they ask of Textract, and how each way of waiting ends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import botocore.session
import pytest
from airflow.providers.common.compat.sdk import TaskDeferred
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from textract_provider.errors import TextractJobError, TextractJobFailedError
from textract_provider.hook import TextractHook
from textract_provider.operators import (
    TextractAnalyzeDocumentOperator,
    TextractStartDocumentAnalysisOperator,
    client_request_token,
)

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

    def test_other_members_of_the_request_are_passed_on(self, hook: TextractHook, textract: Stubber) -> None:
        """Every member that botocore's model declares for StartDocumentAnalysis."""
        request = {
            "NotificationChannel": {"SNSTopicArn": "arn:aws:sns:us-east-1:1:done", "RoleArn": "arn:aws:iam::1:role/r"},
            "OutputConfig": {"S3Bucket": "results", "S3Prefix": "jobs"},
            "KMSKeyId": "key",
            "QueriesConfig": {"Queries": [{"Text": "What is the date?"}]},
            "AdaptersConfig": {"Adapters": [{"AdapterId": "adapter-0001", "Version": "1"}]},
        }
        location = {"S3Object": {"Bucket": "scans", "Name": "a.pdf", "Version": "v-7"}}
        expected = {"DocumentLocation": location, "FeatureTypes": ["TABLES"], "ClientRequestToken": "t-1",
                    "JobTag": "tag", **request}
        assert set(expected) == members("StartDocumentAnalysis")
        textract.add_response("start_document_analysis", {"JobId": "job-1"}, expected)
        operator = start_operator(
            hook, client_request_token="t-1", job_tag="tag", s3_version="v-7", request=request,
            wait_for_completion=False)
        assert operator.execute(context()) == "job-1"

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

    @pytest.mark.usefixtures("clock")
    def test_a_job_that_failed_while_the_task_slept_fails_it(
        self, monkeypatch: pytest.MonkeyPatch, hook: TextractHook
    ) -> None:
        sent_tokens(monkeypatch, hook)
        with pytest.raises(TextractJobFailedError, match="job-1"):
            start_operator(hook).execute(context())

    def test_the_console_link_is_there_before_the_task_waits(
        self, monkeypatch: pytest.MonkeyPatch, hook: TextractHook
    ) -> None:
        sent_tokens(monkeypatch, hook)
        running = context()
        with pytest.raises(TaskDeferred):
            start_operator(hook, deferrable=True).execute(running)
        assert running["ti"].pushed == {
            "textract_console": {"region_name": "us-east-1", "aws_domain": "aws.amazon.com"}}

    def test_textract_has_no_call_that_would_stop_a_job(self) -> None:
        """Why there is no ``on_kill``."""
        operations = botocore.session.get_session().get_service_model("textract").operation_names
        assert "StartDocumentAnalysis" in operations
        assert [name for name in operations if re.match("Stop|Cancel|Abort|Terminate", name)] == []


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

    def test_neither_versions_nor_mapped_tasks_nor_requests_share_a_token(
        self, hook: TextractHook, tokens: list[str]
    ) -> None:
        self.run(hook, context())
        self.run(hook, context(map_index=0))
        self.run(hook, context(map_index=1))
        self.run(hook, context(), request={"QueriesConfig": {"Queries": [{"Text": "What is the date?"}]}})
        self.run(hook, context(), s3_version="v-7")
        assert len(set(tokens)) == 5

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

    @pytest.mark.parametrize("status", ["FAILED", "TIMEOUT", "ERROR", "IN_PROGRESS", "ARCHIVED"])
    def test_whatever_is_not_named_a_success_fails(self, hook: TextractHook, status: str) -> None:
        """Which error each of them is stands in ``test_completion.py``."""
        with pytest.raises(TextractJobError, match="job-1"):
            start_operator(hook).execute_complete(context(), {"status": status, "job_id": "job-1"})


class TestAnalyze:
    @pytest.fixture
    def stored(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        """What was put into S3."""
        stored: dict[str, Any] = {}
        monkeypatch.setattr(
            "airflow.providers.amazon.aws.hooks.s3.S3Hook.load_bytes",
            lambda _, data, *, key, bucket_name, replace: stored.update({f"{bucket_name}/{key}": (data, replace)}),
        )
        return stored

    def operator(self, hook: TextractHook, **arguments: Any) -> TextractAnalyzeDocumentOperator:
        operator = TextractAnalyzeDocumentOperator(
            task_id="ocr", s3_bucket="scans", s3_key="a.png", feature_types=["FORMS"],
            output_s3_bucket="results", output_s3_key="a.json", **arguments)
        operator.__dict__["hook"] = hook
        return operator

    def test_the_answer_goes_to_s3_and_only_its_size_to_xcom(
        self, hook: TextractHook, textract: Stubber, stored: dict[str, Any]
    ) -> None:
        answer = {"DocumentMetadata": {"Pages": 1}, "Blocks": [{"Id": "a", "Text": "secret"}]}
        textract.add_response(
            "analyze_document",
            answer,
            {"Document": {"S3Object": {"Bucket": "scans", "Name": "a.png"}}, "FeatureTypes": ["FORMS"]},
        )
        assert self.operator(hook).execute(context()) == {
            "bucket": "results", "key": "a.json", "pages": 1, "blocks": 1}
        content, replaced = stored["results/a.json"]
        assert (json.loads(content), replaced) == (answer, True)

    @pytest.mark.usefixtures("stored")
    def test_other_members_of_the_request_are_passed_on(self, hook: TextractHook, textract: Stubber) -> None:
        """Every member that botocore's model declares for AnalyzeDocument."""
        request = {
            "QueriesConfig": {"Queries": [{"Text": "What is the date?", "Alias": "DATE", "Pages": ["1"]}]},
            "AdaptersConfig": {"Adapters": [{"AdapterId": "adapter-0001", "Version": "1"}]},
            "HumanLoopConfig": {"HumanLoopName": "loop", "FlowDefinitionArn": "arn:aws:sagemaker:us-east-1:1:f"},
        }
        document = {"S3Object": {"Bucket": "scans", "Name": "a.png", "Version": "v-7"}}
        expected = {"Document": document, "FeatureTypes": ["FORMS"], **request}
        assert set(expected) == members("AnalyzeDocument")
        textract.add_response("analyze_document", {"Blocks": []}, expected)
        self.operator(hook, request=request, s3_version="v-7").execute(context())

    def test_the_answer_is_stored_by_the_connection_that_textract_is_asked_by(
        self, monkeypatch: pytest.MonkeyPatch, hook: TextractHook, textract: Stubber
    ) -> None:
        textract.add_response("analyze_document", {"Blocks": []})
        used: list[Any] = []
        monkeypatch.setattr(
            "airflow.providers.amazon.aws.hooks.s3.S3Hook.load_bytes", lambda own, *_, **__: used.append(own))
        monkeypatch.setenv("AIRFLOW_CONN_SCANNER", '{"conn_type": "aws"}')
        self.operator(hook, **HOOK_ARGUMENTS).execute(context())
        assert [(own.aws_conn_id, own.region_name, own.verify, own.config.read_timeout) for own in used] == [
            ("scanner", "eu-west-1", False, 7)]

    @pytest.mark.usefixtures("stored")
    def test_the_console_link_is_there_also_when_textract_refuses(
        self, hook: TextractHook, textract: Stubber
    ) -> None:
        textract.add_client_error("analyze_document", "UnsupportedDocumentException", http_status_code=400)
        running = context()
        with pytest.raises(ClientError):
            self.operator(hook).execute(running)
        assert set(running["ti"].pushed) == {"textract_console"}

    def test_no_answer_is_stored_when_textract_refuses(
        self, hook: TextractHook, textract: Stubber, stored: dict[str, Any]
    ) -> None:
        textract.add_client_error("analyze_document", "UnsupportedDocumentException", http_status_code=400)
        with pytest.raises(ClientError, match="UnsupportedDocumentException"):
            self.operator(hook).execute(context())
        assert stored == {}


def members(operation: str) -> set[str]:
    """The members of a request, as botocore's model declares them."""
    model = botocore.session.get_session().get_service_model("textract")
    return set(model.operation_model(operation).input_shape.members)
