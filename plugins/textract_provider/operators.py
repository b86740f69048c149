"""Operators for Amazon Textract's document analysis."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields
from airflow.providers.common.compat.sdk import conf

from textract_provider.completion import completed_job, log_status
from textract_provider.hook import TextractHook, s3_object
from textract_provider.links import TextractConsoleLink
from textract_provider.polling import MAX_POLL_INTERVAL, MAX_WAIT, POLL_INTERVAL, check_intervals
from textract_provider.trigger import TextractDocumentAnalysisCompletedTrigger

if TYPE_CHECKING:
    from airflow.sdk import Context


class TextractBaseOperator(AwsBaseOperator[TextractHook]):
    """
    Base of the Textract operators (not supposed to be used directly in Dags).

    :param s3_bucket: The document's bucket, in the same region as the call. (templated)
    :param s3_key: The document's key. (templated)
    :param s3_version: The document's version, in a bucket that keeps them. (templated)
    :param feature_types: TABLES, FORMS, QUERIES, SIGNATURES, LAYOUT. (templated)
    :param request: Any other member of the call's request, such as ``QueriesConfig``. (templated)
    """

    aws_hook_class = TextractHook
    operator_extra_links = (TextractConsoleLink(),)
    template_fields: Sequence[str] = aws_template_fields(
        "s3_bucket", "s3_key", "s3_version", "feature_types", "request"
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {"feature_types": "json", "request": "json"}

    def __init__(
        self,
        *,
        s3_bucket: str,
        s3_key: str,
        feature_types: Sequence[str],
        s3_version: str | None = None,
        request: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.s3_bucket = s3_bucket
        self.s3_key = s3_key
        self.s3_version = s3_version
        self.feature_types = feature_types
        self.request = request or {}

    def persist_link(self, context: Context) -> None:
        """Remember what the console link of the task needs."""
        TextractConsoleLink.persist(
            context=context,
            operator=self,
            region_name=self.hook.conn_region_name,
            aws_partition=self.hook.conn_partition,
        )


class TextractAnalyzeDocumentOperator(TextractBaseOperator):
    """
    Analyze one page in S3 at once, and keep the answer in S3.

    The answer holds the document's text and has megabytes, so that it goes into a bucket, not into XCom.

    A retry sends the page again and is billed again, as AnalyzeDocument knows no request token.

    .. seealso::
        - For more information on how to use this operator, take a look at the guide: docs/textract_provider.md
        - https://docs.aws.amazon.com/textract/latest/dg/API_AnalyzeDocument.html

    :param s3_bucket: The document's bucket, in the same region as the call. (templated)
    :param s3_key: The document's key: a PDF or TIFF of one page, a PNG or a JPEG; at most 10 MB. (templated)
    :param feature_types: TABLES, FORMS, QUERIES, SIGNATURES, LAYOUT. (templated)
    :param output_s3_bucket: The bucket of the answer. (templated)
    :param output_s3_key: The key of the answer, which is JSON as AnalyzeDocument gave it; a retry writes it again.
        (templated)
    :param s3_version: The document's version, in a bucket that keeps them. (templated)
    :param request: Any other member of AnalyzeDocument's request: ``QueriesConfig``, ``AdaptersConfig``,
        ``HumanLoopConfig``. (templated)
    :param aws_conn_id: The Airflow connection used for AWS credentials, for Textract and S3.
        If this is ``None`` or empty then the default boto3 behaviour is used.
    :param region_name: AWS region_name. If not specified then the default boto3 behaviour is used.
    :param verify: Whether to verify SSL certificates. See:
        https://boto3.amazonaws.com/v1/documentation/api/latest/reference/core/session.html
    :param botocore_config: Configuration dictionary (key-values) for botocore client. See:
        https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html
    """

    template_fields: Sequence[str] = aws_template_fields(
        "s3_bucket", "s3_key", "s3_version", "feature_types", "request", "output_s3_bucket", "output_s3_key"
    )

    def __init__(
        self,
        *,
        s3_bucket: str,
        s3_key: str,
        feature_types: Sequence[str],
        output_s3_bucket: str,
        output_s3_key: str,
        s3_version: str | None = None,
        request: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            s3_bucket=s3_bucket,
            s3_key=s3_key,
            s3_version=s3_version,
            feature_types=feature_types,
            request=request,
            **kwargs,
        )
        self.output_s3_bucket = output_s3_bucket
        self.output_s3_key = output_s3_key

    def execute(self, context: Context) -> dict[str, Any]:
        """
        Analyze the document.

        :return: ``{"bucket": ..., "key": ..., "pages": ..., "blocks": ...}``: where the answer is, and its size.
        :raises botocore.exceptions.ClientError: Textract or S3 refused.
        """
        self.persist_link(context)
        answer = self.hook.conn.analyze_document(
            Document={"S3Object": s3_object(self.s3_bucket, self.s3_key, self.s3_version)},
            FeatureTypes=self.feature_types,
            **self.request,
        )
        answer.pop("ResponseMetadata", None)
        S3Hook(**self._hook_parameters).load_bytes(
            json.dumps(answer).encode(), key=self.output_s3_key, bucket_name=self.output_s3_bucket, replace=True
        )
        size = {"pages": answer.get("DocumentMetadata", {}).get("Pages"), "blocks": len(answer.get("Blocks", ()))}
        self.log.info("Textract found %(blocks)s blocks on %(pages)s page(s)", size)
        return {"bucket": self.output_s3_bucket, "key": self.output_s3_key, **size}


class TextractStartDocumentAnalysisOperator(TextractBaseOperator):
    """
    Analyze a document in S3 as an asynchronous job, and wait for its end.

    A retried or cleared task finds the job that an earlier try started, and starts another only where that job has
    failed or is forgotten (results last 7 days): no document is billed twice. Every wait, sleeping or deferred, polls
    first after ``poll_interval``, then at doubling intervals, and fails when ``max_wait`` is over.

    Textract has no call that stops a job: there is no ``on_kill``, and the job of a task that was killed goes on, is
    billed, and is found by the next try. A job that ends as PARTIAL_SUCCESS has results: the task is green, and its log
    has a warning.

    .. seealso::
        - For more information on how to use this operator, take a look at the guide: docs/textract_provider.md
        - https://docs.aws.amazon.com/textract/latest/dg/API_StartDocumentAnalysis.html

    :param s3_bucket: The document's bucket, in the same region as the call. (templated)
    :param s3_key: The document's key: PDF or TIFF (at most 500 MB, 3,000 pages), PNG or JPEG. (templated)
    :param feature_types: TABLES, FORMS, QUERIES, SIGNATURES, LAYOUT. (templated)
    :param client_request_token: 1 to 64 of ``a-zA-Z0-9-_``, sent as it is: Textract answers the same token with the
        same job, also when that job has failed. If not given, tokens are derived from the task instance and the
        request, one per try. (templated)
    :param job_tag: 1 to 64 of ``a-zA-Z0-9_.-:``; it travels in the job's notifications. (templated)
    :param s3_version: The document's version, in a bucket that keeps them; without it, a cleared task does not notice
        that the object was replaced. (templated)
    :param request: Any other member of StartDocumentAnalysis's request: ``NotificationChannel``, ``OutputConfig``,
        ``KMSKeyId``, ``QueriesConfig``, ``AdaptersConfig``. (templated)
    :param wait_for_completion: Whether to wait for the job to end. (default: True)
    :param poll_interval: Seconds to the first poll, at least 5 if deferred; then doubles. (default: 10)
    :param max_poll_interval: The longest interval, in seconds. (default: 60)
    :param max_wait: Seconds after which a running job fails the task; it is found again by a retry. (default: 3600)
    :param deferrable: If True, the operator waits in the triggerer, which implies waiting for completion. This mode
        requires aiobotocore module to be installed.
        (default: False, but can be overridden in config file by setting default_deferrable to True)
    :param aws_conn_id: The Airflow connection used for AWS credentials.
        If this is ``None`` or empty then the default boto3 behaviour is used.
    :param region_name: AWS region_name. If not specified then the default boto3 behaviour is used.
    :param verify: Whether to verify SSL certificates. See:
        https://boto3.amazonaws.com/v1/documentation/api/latest/reference/core/session.html
    :param botocore_config: Configuration dictionary (key-values) for botocore client. See:
        https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html
    """

    template_fields: Sequence[str] = aws_template_fields(
        "s3_bucket", "s3_key", "s3_version", "feature_types", "request", "client_request_token", "job_tag"
    )

    def __init__(
        self,
        *,
        s3_bucket: str,
        s3_key: str,
        feature_types: Sequence[str],
        s3_version: str | None = None,
        request: dict[str, Any] | None = None,
        client_request_token: str | None = None,
        job_tag: str | None = None,
        wait_for_completion: bool = True,
        poll_interval: float = POLL_INTERVAL,
        max_poll_interval: float = MAX_POLL_INTERVAL,
        max_wait: float = MAX_WAIT,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        **kwargs: Any,
    ) -> None:
        super().__init__(
            s3_bucket=s3_bucket,
            s3_key=s3_key,
            s3_version=s3_version,
            feature_types=feature_types,
            request=request,
            **kwargs,
        )
        check_intervals(poll_interval, max_poll_interval)
        self.client_request_token = client_request_token
        self.job_tag = job_tag
        self.wait_for_completion = wait_for_completion
        self.poll_interval = poll_interval
        self.max_poll_interval = max_poll_interval
        self.max_wait = max_wait
        self.deferrable = deferrable

    def execute(self, context: Context) -> str:
        """
        Find or start the job, then return, wait or defer.

        :return: The job's id.
        :raises TextractJobError: the job did not end well, or not in time.
        :raises botocore.exceptions.ClientError: Textract refused.
        """
        job_id = self.hook.find_or_start_document_analysis(
            self.s3_bucket,
            self.s3_key,
            self.feature_types,
            self._tokens(context),
            job_tag=self.job_tag,
            version=self.s3_version,
            **self.request,
        )
        self.persist_link(context)
        self.log.info("Textract job %s is started", job_id)
        if self.deferrable:
            self.defer(
                trigger=TextractDocumentAnalysisCompletedTrigger(
                    job_id=job_id,
                    poll_interval=self.poll_interval,
                    max_poll_interval=self.max_poll_interval,
                    max_wait=self.max_wait,
                    aws_conn_id=self.aws_conn_id,
                    region_name=self.region_name,
                    verify=self.verify,
                    botocore_config=self.botocore_config,
                ),
                method_name="execute_complete",
            )
        elif self.wait_for_completion:
            self.hook.wait_for_document_analysis(
                job_id, self.poll_interval, self.max_poll_interval, self.max_wait
            )
        return job_id

    def execute_complete(self, context: Context, event: dict[str, Any] | None = None) -> str:
        """
        Resume with the trigger's event.

        :return: The job's id.
        :raises TextractJobError: the job did not end well, or not in time.
        """
        job_id, status = completed_job(event)
        log_status(self.log, job_id, status)
        return job_id

    def _tokens(self, context: Context) -> list[str]:
        """One token per try, so that a try after a failed job starts a new one: the oldest first.

        The try's number alone would not do: the token of the try before is what finds its running job.
        """
        if self.client_request_token:
            return [self.client_request_token]
        instance = context["ti"]
        request = [self.s3_bucket, self.s3_key, self.s3_version, self.feature_types, self.job_tag, self.request]
        place = [instance.dag_id, instance.run_id, instance.task_id, instance.map_index]
        return [client_request_token(*place, *request, number) for number in range(1, instance.try_number + 1)]


def client_request_token(*parts: Any) -> str:
    """A ClientRequestToken that is the same for the same parts: 64 hexadecimal digits, the longest that Textract takes.

    :param parts: What tells one job from another; values that JSON can hold.
    """
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
