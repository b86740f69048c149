"""Sensor for Amazon Textract's document analysis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.sensors.base_aws import AwsBaseSensor
from airflow.providers.amazon.aws.utils.mixins import aws_template_fields
from airflow.providers.common.compat.sdk import AirflowFailException, AirflowSensorTimeout, conf
from botocore.exceptions import ClientError

from textract_provider.completion import completed_job, log_status
from textract_provider.errors import TextractJobError, TextractJobTimeoutError
from textract_provider.hook import TextractHook
from textract_provider.job_states import error_code, is_finished, is_transient
from textract_provider.polling import MAX_POLL_INTERVAL, MAX_WAIT, POLL_INTERVAL
from textract_provider.trigger import TextractDocumentAnalysisCompletedTrigger

if TYPE_CHECKING:
    from airflow.sdk import Context


class TextractDocumentAnalysisSensor(AwsBaseSensor[TextractHook]):
    """
    Wait until a document analysis job has results; fails, without retries, if the job fails.

    Throttling, outages and a Textract that cannot be reached are waited out; what Textract refuses, as the id of a job
    that it has forgotten (results last 7 days), fails the sensor without retries as well.

    .. seealso::
        - For more information on how to use this sensor, take a look at the guide: docs/textract_provider.md
        - https://docs.aws.amazon.com/textract/latest/dg/API_GetDocumentAnalysis.html

    :param job_id: The id of the job. (templated)
    :param poke_interval: Seconds between polls; deferred, the seconds to the first poll, at least 5, which then double
        up to 60. (default: 10)
    :param timeout: Seconds after which a running job fails the sensor. (default: 3600)
    :param deferrable: If True, the sensor waits in the triggerer. This mode requires aiobotocore module to be
        installed. (default: False, but can be overridden in config file by setting default_deferrable to True)
    :param aws_conn_id: The Airflow connection used for AWS credentials.
        If this is ``None`` or empty then the default boto3 behaviour is used.
    :param region_name: AWS region_name. If not specified then the default boto3 behaviour is used.
    :param verify: Whether to verify SSL certificates. See:
        https://boto3.amazonaws.com/v1/documentation/api/latest/reference/core/session.html
    :param botocore_config: Configuration dictionary (key-values) for botocore client. See:
        https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html
    """

    aws_hook_class = TextractHook
    template_fields: Sequence[str] = aws_template_fields("job_id")
    ui_color = "#66c3ff"

    def __init__(
        self,
        *,
        job_id: str,
        poke_interval: float = POLL_INTERVAL,
        timeout: float = MAX_WAIT,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        **kwargs: Any,
    ) -> None:
        super().__init__(poke_interval=poke_interval, timeout=timeout, **kwargs)
        self.job_id = job_id
        self.deferrable = deferrable

    def execute(self, context: Context) -> Any:
        """
        Poke, or defer to the trigger.

        :raises AirflowFailException: the job failed, its status is unknown, or Textract refuses to tell it; the same
            job cannot get better.
        :raises AirflowSensorTimeout: ``timeout`` is over.
        """
        if not self.deferrable:
            return super().execute(context)
        return self.defer(
            trigger=TextractDocumentAnalysisCompletedTrigger(
                job_id=self.job_id,
                poll_interval=self.poke_interval,
                max_poll_interval=max(self.poke_interval, MAX_POLL_INTERVAL),
                max_wait=self.timeout,
                aws_conn_id=self.aws_conn_id,
                region_name=self.region_name,
                verify=self.verify,
                botocore_config=self.botocore_config,
            ),
            method_name="execute_complete",
        )

    def poke(self, context: Context) -> bool:
        """Whether the job has results; a poll that is throttled or gets no answer says no."""
        try:
            status = self.hook.document_analysis_status(self.job_id)
        except Exception as error:
            if is_transient(error):
                self.log.warning("Textract job %s cannot be polled now: %s", self.job_id, error_code(error))
                return False
            if isinstance(error, ClientError):
                raise AirflowFailException(f"Textract job {self.job_id}: {error_code(error)}") from error
            raise
        log_status(self.log, self.job_id, status)
        try:
            return is_finished(self.job_id, status)
        except TextractJobError as error:
            raise AirflowFailException(str(error)) from error

    def execute_complete(self, context: Context, event: dict[str, Any] | None = None) -> None:
        """Resume with the trigger's event; the provider's own sensors resume in ``poke`` and so end green anyway."""
        try:
            job_id, status = completed_job(event)
        except TextractJobTimeoutError as error:
            raise AirflowSensorTimeout(str(error)) from error
        except TextractJobError as error:
            raise AirflowFailException(str(error)) from error
        log_status(self.log, job_id, status)
