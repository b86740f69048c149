"""The hook, in front of botocore's own client with scripted answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ParamValidationError
from botocore.stub import Stubber

from tests.plugins.textract_provider.wire import DROP, Textract
from textract_provider.errors import (
    TextractJobFailedError,
    TextractJobStatusUnknownError,
    TextractJobTimeoutError,
    TextractJobUnfinishedError,
    TextractResultsInterruptedError,
)
from textract_provider.hook import TextractHook

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

    def test_the_hooks_own_configuration_wins(self) -> None:
        config = TextractHook(config={"retries": {"mode": "adaptive", "total_max_attempts": 9}}).conn.meta.config
        assert config.retries == {"mode": "adaptive", "total_max_attempts": 9}

    def test_a_number_of_attempts_of_ones_own_does_not_bring_legacy_mode_back(self) -> None:
        config = TextractHook(config={"retries": {"total_max_attempts": 9}}).conn.meta.config
        assert config.retries == {"mode": "standard", "total_max_attempts": 9}

    def test_the_environment_of_a_worker_does_not_bring_it_back_either(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_RETRY_MODE", "legacy")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        assert TextractHook().conn.meta.config.retries == {"mode": "standard", "total_max_attempts": 4}

    def test_it_waits_for_an_answer_longer_than_botocore(self) -> None:
        """AnalyzeDocument has no request token: a call that is given up and sent again is billed twice."""
        assert TextractHook().conn.meta.config.read_timeout == 300


class TestStart:
    def test_a_start_names_the_object_the_token_and_the_tag(self, hook: TextractHook, textract: Stubber) -> None:
        starts(textract, "t-1", "job-1", JobTag="tag", KMSKeyId="key")
        job_id = hook.start_document_analysis(
            "scans", "a.pdf", ["TABLES", "FORMS"], "t-1", job_tag="tag", KMSKeyId="key")
        assert job_id == "job-1"

    def test_a_version_names_the_object_more_exactly(self, hook: TextractHook, textract: Stubber) -> None:
        location = {"S3Object": {"Bucket": "scans", "Name": "a.pdf", "Version": "v-7"}}
        starts(textract, "t-1", "job-1", DocumentLocation=location)
        assert hook.start_document_analysis("scans", "a.pdf", ["TABLES", "FORMS"], "t-1", version="v-7") == "job-1"

    def test_a_feature_type_that_is_no_list_is_refused_before_it_is_sent(self, hook: TextractHook) -> None:
        """A word in place of a list of words would otherwise be sent letter by letter."""
        with pytest.raises(ParamValidationError, match="FeatureTypes"):
            hook.start_document_analysis("scans", "a.pdf", "TABLES", "t-1")

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

    @pytest.mark.usefixtures("clock")
    def test_results_with_pages_missing_are_warned_of(
        self, monkeypatch: pytest.MonkeyPatch, hook: TextractHook, polls: Polls
    ) -> None:
        told: list[tuple[str, str]] = []
        monkeypatch.setattr("textract_provider.hook.log_status", lambda _, *told_of: told.append(told_of))
        polls("IN_PROGRESS", "PARTIAL_SUCCESS")
        hook.wait_for_document_analysis("job-1")
        assert told == [("job-1", "IN_PROGRESS"), ("job-1", "PARTIAL_SUCCESS")]

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

    def test_a_token_that_is_refused_is_told_from_a_request_that_is(
        self, hook: TextractHook, textract: Stubber
    ) -> None:
        """Both are an InvalidParameterException; only the first is mended by reading from the beginning."""
        textract.add_response("get_document_analysis", {"JobStatus": "SUCCEEDED", "NextToken": "n-1"})
        textract.add_client_error("get_document_analysis", "InvalidParameterException", http_status_code=400)
        with pytest.raises(TextractResultsInterruptedError, match="job-1"):
            list(hook.analysis_results("job-1"))
        textract.add_client_error("get_document_analysis", "InvalidParameterException", http_status_code=400)
        with pytest.raises(ClientError, match="InvalidParameterException"):
            list(hook.analysis_results("job-1"))

    def test_any_other_refusal_of_a_further_answer_is_raised_as_it_came(
        self, hook: TextractHook, textract: Stubber
    ) -> None:
        textract.add_response("get_document_analysis", {"JobStatus": "SUCCEEDED", "NextToken": "n-1"})
        textract.add_client_error("get_document_analysis", "AccessDeniedException", http_status_code=400)
        with pytest.raises(ClientError, match="AccessDeniedException"):
            list(hook.analysis_results("job-1"))

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


class TestOverTheWire:
    CALLS: ClassVar[dict[str, Callable[[TextractHook], Any]]] = {
        "AnalyzeDocument": lambda hook: hook.analyze_document(b"a page", ["TABLES"]),
        "StartDocumentAnalysis": lambda hook: hook.start_document_analysis("scans", "a.pdf", ["TABLES"], "token"),
        "GetDocumentAnalysis": lambda hook: hook.document_analysis_status("job-1"),
    }

    @pytest.mark.usefixtures("clock")
    @pytest.mark.parametrize("operation", CALLS)
    def test_a_call_whose_connection_is_dropped_is_sent_four_times(self, server: Textract, operation: str) -> None:
        """What Textract refuses, and how often, is in ``test_against_sandbox.py``."""
        server.answers = [DROP] * 9
        with pytest.raises(ConnectionClosedError):
            self.CALLS[operation](TextractHook())
        assert [name for name, _ in server.requests] == [operation] * 4
