"""The hook, in front of botocore's own client with scripted answers."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import AirflowException
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber

from textract_provider.errors import (
    TextractJobError,
    TextractJobFailedError,
    TextractJobStatusUnknownError,
    TextractJobTimeoutError,
    TextractJobUnfinishedError,
)
from textract_provider.hook import TextractHook
from textract_provider.job_states import is_transient

Polls = Callable[..., None]
START = {
    "DocumentLocation": {"S3Object": {"Bucket": "scans", "Name": "a.pdf"}},
    "FeatureTypes": ["TABLES", "FORMS"],
}


def starts(textract: Stubber, token: str, job_id: str, **members: Any) -> None:
    textract.add_response(
        "start_document_analysis", {"JobId": job_id}, {**START, "ClientRequestToken": token, **members})


def find_or_start(hook: TextractHook, *tokens: str) -> str:
    return hook.find_or_start_document_analysis("scans", "a.pdf", ["TABLES", "FORMS"], tokens)


class TestConfig:
    def test_the_client_retries_in_standard_mode_unless_told_otherwise(self) -> None:
        """botocore's legacy mode does not retry LimitExceededException."""
        assert TextractHook().conn.meta.config.retries == {"mode": "standard", "total_max_attempts": 4}

    def test_the_connection_is_laid_over_the_default(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(
            "AIRFLOW_CONN_AWS_DEFAULT",
            '{"conn_type": "aws", "extra": {"region_name": "eu-west-1", "config_kwargs": {"read_timeout": 7}}}')
        config = TextractHook().conn.meta.config
        assert (config.region_name, config.read_timeout, config.retries["mode"]) == ("eu-west-1", 7, "standard")

    @pytest.mark.parametrize("name", ["config", "botocore_config"])
    def test_the_hooks_own_configuration_wins(self, name: str) -> None:
        arguments: dict[str, Any] = {name: {"retries": {"mode": "adaptive", "total_max_attempts": 9}}}
        config = TextractHook(**arguments).conn.meta.config
        assert config.retries == {"mode": "adaptive", "total_max_attempts": 9}


class TestStart:
    def test_a_start_names_the_object_the_token_and_the_tag(self, hook: TextractHook, textract: Stubber) -> None:
        starts(textract, "t-1", "job-1", JobTag="tag", KMSKeyId="key")
        job_id = hook.start_document_analysis(
            "scans", "a.pdf", ("TABLES", "FORMS"), "t-1", job_tag="tag", KMSKeyId="key")
        assert job_id == "job-1"

    @pytest.mark.parametrize("status", ["IN_PROGRESS", "SUCCEEDED", "PARTIAL_SUCCESS"])
    def test_the_job_of_an_earlier_attempt_is_found(
        self, hook: TextractHook, textract: Stubber, polls: Polls, status: str
    ) -> None:
        starts(textract, "t-1", "job-1")
        polls(status)
        assert find_or_start(hook, "t-1", "t-2", "t-3") == "job-1"

    @pytest.mark.parametrize("status", ["FAILED", "[InvalidJobIdException]"])
    def test_a_new_job_is_started_after_one_that_failed_or_is_forgotten(
        self, hook: TextractHook, textract: Stubber, polls: Polls, status: str
    ) -> None:
        starts(textract, "t-1", "job-1")
        polls(status)
        starts(textract, "t-2", "job-2")
        assert find_or_start(hook, "t-1", "t-2") == "job-2"

    def test_no_job_is_started_while_it_is_unknown_how_the_earlier_one_stands(
        self, hook: TextractHook, textract: Stubber, polls: Polls
    ) -> None:
        starts(textract, "t-1", "job-1")
        polls("[ThrottlingException]")
        with pytest.raises(ClientError, match="ThrottlingException"):
            find_or_start(hook, "t-1", "t-2")


class TestWait:
    def test_it_polls_late_and_then_at_doubling_intervals(self, hook: TextractHook, polls: Polls, clock: Any) -> None:
        polls("IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS", "PARTIAL_SUCCESS")
        assert hook.wait_for_document_analysis("job-1") == "PARTIAL_SUCCESS"
        assert clock.sleeps == [10, 20, 40, 60, 60]

    def test_throttling_is_waited_out_but_not_beyond_the_deadline(
        self, hook: TextractHook, polls: Polls, clock: Any
    ) -> None:
        polls(*["[ThrottlingException]"] * 7)
        with pytest.raises(TextractJobTimeoutError, match="Textract job job-1: TIMEOUT"):
            hook.wait_for_document_analysis("job-1", max_wait=300)
        assert sum(clock.sleeps) == 300

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            ("FAILED", TextractJobFailedError),
            ("ARCHIVED", TextractJobStatusUnknownError),
            ("[AccessDeniedException]", ClientError),
        ],
    )
    @pytest.mark.usefixtures("clock")
    def test_what_cannot_get_better_is_raised_at_once(
        self, hook: TextractHook, polls: Polls, answer: str, error: type[Exception]
    ) -> None:
        polls(answer)
        with pytest.raises(error):
            hook.wait_for_document_analysis("job-1")


class TestResults:
    def test_results_are_paged_by_next_token_until_there_is_none(self, hook: TextractHook, textract: Stubber) -> None:
        chunks = [
            {"JobStatus": "SUCCEEDED", "Blocks": [{"Id": "a"}], "NextToken": "n-1"},
            {"JobStatus": "SUCCEEDED", "Blocks": [], "NextToken": "n-2"},
            {"JobStatus": "SUCCEEDED", "Blocks": [{"Id": "b"}]},
        ]
        for chunk, page in zip(chunks, [{}, {"NextToken": "n-1"}, {"NextToken": "n-2"}], strict=True):
            textract.add_response(
                "get_document_analysis", chunk, {"JobId": "job-1", "MaxResults": 1000, **page})
        assert list(hook.analysis_results("job-1")) == chunks

    def test_a_page_is_not_fetched_before_it_is_asked_for(self, hook: TextractHook, textract: Stubber) -> None:
        textract.add_response("get_document_analysis", {"JobStatus": "SUCCEEDED", "NextToken": "n-1"})
        assert next(hook.analysis_results("job-1"))["NextToken"] == "n-1"

    @pytest.mark.parametrize(
        ("status", "error"),
        [
            ("IN_PROGRESS", TextractJobUnfinishedError),
            ("FAILED", TextractJobFailedError),
            ("ARCHIVED", TextractJobStatusUnknownError),
        ],
    )
    def test_a_job_without_results_is_not_an_empty_document(
        self, hook: TextractHook, textract: Stubber, status: str, error: type[Exception]
    ) -> None:
        textract.add_response("get_document_analysis", {"JobStatus": status})
        with pytest.raises(error):
            list(hook.analysis_results("job-1"))


def answered(code: str, status: int) -> ClientError:
    return ClientError(
        {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "GetDocumentAnalysis")


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (answered("ThrottlingException", 400), True),
        (answered("ProvisionedThroughputExceededException", 400), True),
        (answered("SlowDown", 429), True),
        (answered("ServiceUnavailable", 503), True),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1"), True),
        (ReadTimeoutError(endpoint_url="http://127.0.0.1"), True),
        (answered("AccessDeniedException", 400), False),
        (answered("403", 403), False),
        (KeyError("JobStatus"), False),
    ],
    ids=repr,
)
def test_only_throttling_outages_and_silence_are_transient(error: Exception, transient: bool) -> None:
    assert is_transient(error) is transient


def test_errors_survive_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(TextractJobFailedError("job-1", "FAILED")))
    assert (type(error), error.job_id, error.status) == (TextractJobFailedError, "job-1", "FAILED")
    assert str(error) == "Textract job job-1: FAILED"


def test_every_error_of_a_job_is_one_that_airflow_knows() -> None:
    """A sensor's soft_fail takes up AirflowException only."""
    assert issubclass(TextractJobError, AirflowException)
