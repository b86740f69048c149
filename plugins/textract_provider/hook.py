"""Hook for Amazon Textract's document analysis."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from botocore.config import Config
from botocore.exceptions import ClientError

from textract_provider.completion import TIMEOUT, log_status
from textract_provider.errors import (
    TextractJobTimeoutError,
    TextractJobUnfinishedError,
    TextractResultsInterruptedError,
)
from textract_provider.job_states import WAITERS, Outcome, error_code, is_finished, is_transient, outcome_of
from textract_provider.polling import (
    MAX_POLL_INTERVAL,
    MAX_WAIT,
    POLL_INTERVAL,
    check_intervals,
    deadline_in,
    delays,
)

RETRY_MODE = "standard"
"""botocore's legacy mode does not retry LimitExceededException (too many jobs at once); this one and adaptive do."""
TOTAL_MAX_ATTEMPTS = 4
READ_TIMEOUT = 300
"""Seconds. AnalyzeDocument has no request token: a call that is given up after botocore's 60 s and sent again is
billed twice."""
MAX_RESULTS = 1000
"""Blocks in one answer of GetDocumentAnalysis: the largest number that Textract accepts."""


def s3_object(bucket: str, key: str, version: str | None = None) -> dict[str, str]:
    """An S3Object as Textract's requests have it."""
    return {"Bucket": bucket, "Name": key} | ({} if version is None else {"Version": version})


class TextractHook(AwsBaseHook):
    """
    Interact with Amazon Textract.

    Provide thin wrapper around :external+boto3:py:class:`boto3.client("textract") <Textract.Client>`.

    Additional arguments (such as ``aws_conn_id`` or ``config``) may be specified and are passed down to the underlying
    AwsBaseHook. Unlike botocore's, the default configuration retries in standard mode, four attempts in all, and waits
    300 seconds for an answer; the connection's ``config_kwargs`` or the hook's ``config`` is laid over it.

    .. seealso::
        - :class:`airflow.providers.amazon.aws.hooks.base_aws.AwsBaseHook`
        - https://docs.aws.amazon.com/textract/latest/dg/API_Operations.html
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["client_type"] = "textract"
        super().__init__(*args, **kwargs)

    @property
    def config(self) -> Config:
        """Configuration of the botocore client: the default, then the connection's or the hook's own."""
        own = super().config
        # Config.merge replaces ``retries`` whole, and retries without a mode are botocore's legacy ones.
        retries = {"mode": RETRY_MODE, **(own.retries or {"total_max_attempts": TOTAL_MAX_ATTEMPTS})}
        return Config(read_timeout=READ_TIMEOUT).merge(own).merge(Config(retries=retries))

    @cached_property
    def waiter_path(self) -> Path:
        """Our waiters; the base class looks inside the Amazon provider only."""
        return WAITERS

    def analyze_document(self, document: bytes, feature_types: Sequence[str], **request: Any) -> dict[str, Any]:
        """
        Analyze one page at once.

        :param document: A PDF or TIFF of one page, a PNG or a JPEG; at most 10 MB.
        :param feature_types: TABLES, FORMS, QUERIES, SIGNATURES, LAYOUT.
        :param request: Other members of the request, such as ``QueriesConfig``.
        :return: AnalyzeDocument's answer. It holds the document's text: neither log it nor push it to XCom.
        :raises botocore.exceptions.ClientError: Textract refused.
        """
        answer: dict[str, Any] = self.conn.analyze_document(
            Document={"Bytes": document}, FeatureTypes=feature_types, **request
        )
        return answer

    def start_document_analysis(
        self,
        bucket: str,
        key: str,
        feature_types: Sequence[str],
        client_request_token: str,
        job_tag: str | None = None,
        version: str | None = None,
        **request: Any,
    ) -> str:
        """
        Start the analysis of an object in S3, or find the job that this token started before.

        :param bucket: The object's bucket, in the client's region.
        :param key: The object's key: PDF, TIFF (at most 500 MB, 3,000 pages), PNG or JPEG.
        :param feature_types: TABLES, FORMS, QUERIES, SIGNATURES, LAYOUT.
        :param client_request_token: 1 to 64 of ``a-zA-Z0-9-_``. Textract answers a token that it knows with the
            same job, also when that job has failed.
        :param job_tag: 1 to 64 of ``a-zA-Z0-9_.-:``; it travels in the job's notifications.
        :param version: The object's version, in a bucket that keeps them.
        :param request: Other members of the request, such as ``OutputConfig`` or ``KMSKeyId``.
        :return: The job's id.
        :raises botocore.exceptions.ClientError: Textract refused.
        """
        if job_tag is not None:
            request["JobTag"] = job_tag
        return str(
            self.conn.start_document_analysis(
                DocumentLocation={"S3Object": s3_object(bucket, key, version)},
                FeatureTypes=feature_types,
                ClientRequestToken=client_request_token,
                **request,
            )["JobId"]
        )

    def find_or_start_document_analysis(
        self,
        bucket: str,
        key: str,
        feature_types: Sequence[str],
        client_request_tokens: Sequence[str],
        **request: Any,
    ) -> str:
        """
        Find the job of an earlier attempt that is running or done, or start one.

        :param client_request_tokens: One token per attempt, the oldest first. The job of an earlier attempt is
            passed over when it failed or when Textract has forgotten it (results last 7 days).
        :param request: ``job_tag``, ``version`` and other members of the request.
        :return: The job's id. Other parameters and errors as in :meth:`start_document_analysis`.
        """
        *earlier, newest = client_request_tokens
        for token in earlier:
            job_id = self.start_document_analysis(bucket, key, feature_types, token, **request)
            if self._is_usable(job_id):
                return job_id
        return self.start_document_analysis(bucket, key, feature_types, newest, **request)

    def _is_usable(self, job_id: str) -> bool:
        try:
            return outcome_of(job_id, self.document_analysis_status(job_id)) is not Outcome.FAILURE
        except ClientError as error:
            if error_code(error) == "InvalidJobIdException":
                return False
            raise

    def document_analysis_status(self, job_id: str) -> str:
        """
        Ask for the job's JobStatus.

        :raises botocore.exceptions.ClientError: Textract refused, as with InvalidJobIdException after 7 days.
        """
        return str(self.conn.get_document_analysis(JobId=job_id, MaxResults=1)["JobStatus"])

    def wait_for_document_analysis(
        self,
        job_id: str,
        poll_interval: float = POLL_INTERVAL,
        max_poll_interval: float = MAX_POLL_INTERVAL,
        max_wait: float = MAX_WAIT,
    ) -> str:
        """
        Sleep and poll until the job has results; throttling and outages are waited out.

        Polls at the same moments as the trigger, unlike ``get_waiter("document_analysis_complete")``, whose
        interval is fixed and which does not tell SUCCEEDED from PARTIAL_SUCCESS.

        :param poll_interval: Seconds to the first poll; then doubles.
        :param max_poll_interval: The longest interval, in seconds.
        :param max_wait: Seconds after which a running job is given up.
        :return: SUCCEEDED or PARTIAL_SUCCESS.
        :raises TextractJobFailedError: the job failed.
        :raises TextractJobTimeoutError: ``max_wait`` is over.
        :raises TextractJobStatusUnknownError: a status that the waiter does not list.
        """
        check_intervals(poll_interval, max_poll_interval)
        for delay in delays(poll_interval, max_poll_interval, deadline_in(max_wait)):
            time.sleep(delay)
            try:
                status = self.document_analysis_status(job_id)
            except Exception as error:
                if not is_transient(error):
                    raise
                self.log.warning("Textract job %s cannot be polled now: %s", job_id, error_code(error))
                continue
            log_status(self.log, job_id, status)
            if is_finished(job_id, status):
                return status
        raise TextractJobTimeoutError(job_id, TIMEOUT)

    def analysis_results(self, job_id: str, max_results: int = MAX_RESULTS) -> Iterator[dict[str, Any]]:
        """
        Page through the results of a job that is done; botocore has no paginator for GetDocumentAnalysis.

        :param max_results: Blocks in one answer, 1 to 1,000.
        :return: GetDocumentAnalysis's answers, in order. They hold the document's text: neither log them nor push
            them to XCom.
        :raises TextractJobUnfinishedError: the job still runs.
        :raises TextractJobFailedError: the job failed.
        :raises TextractJobStatusUnknownError: a status that the waiter does not list.
        :raises TextractResultsInterruptedError: Textract refused the token of a further answer; begin again.
        :raises botocore.exceptions.ClientError: Textract refused.
        """
        page: dict[str, Any] = {}
        while True:
            try:
                chunk = self.conn.get_document_analysis(JobId=job_id, MaxResults=max_results, **page)
            except ClientError as error:
                if page and error_code(error) == "InvalidParameterException":
                    raise TextractResultsInterruptedError(job_id, error_code(error)) from error
                raise
            if not is_finished(job_id, chunk["JobStatus"]):
                raise TextractJobUnfinishedError(job_id, chunk["JobStatus"])
            yield chunk
            if not chunk.get("NextToken"):
                return
            page = {"NextToken": chunk["NextToken"]}
