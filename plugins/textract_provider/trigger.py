"""Trigger that waits for a Textract job."""

# Airflow's trigger classes and the hook's async connection carry no annotations.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from textract_provider.completion import ERROR, TIMEOUT, log_status
from textract_provider.errors import TextractJobStatusUnknownError
from textract_provider.hook import TextractHook
from textract_provider.job_states import Outcome, error_code, is_transient, outcome_of
from textract_provider.polling import (
    EARLIEST_DEFERRED_POLL,
    MAX_POLL_INTERVAL,
    MAX_WAIT,
    POLL_INTERVAL,
    check_intervals,
    deadline_in,
    delays,
)

POLL_TIMEOUT = 60
"""Seconds for one poll with all of its attempts. The client's own patience, meant for AnalyzeDocument, is 4 times 300
seconds: a server that accepts connections and says nothing would keep the wait open long after its deadline."""


class TextractDocumentAnalysisCompletedTrigger(BaseTrigger):
    """
    Trigger when a Textract document analysis job has ended, whichever way.

    The event is ``{"status": ..., "job_id": ...}``. ``status`` is Textract's JobStatus (SUCCEEDED,
    PARTIAL_SUCCESS, FAILED, or a word that Textract adds some day), ``"TIMEOUT"``, or ``"ERROR"`` with
    ``error_code``; the task that resumes decides by name which of them is a success.

    Unlike :class:`~airflow.providers.amazon.aws.triggers.base.AwsBaseWaiterTrigger` it does not poll at once, as no
    job is done within the first seconds and Airflow may lose a deferral that resumes so soon; its interval doubles;
    and its end is a moment, not a number of attempts, so that neither throttled polls nor a triggerer that was
    restarted make the wait longer. Textract cannot stop a job: there is no ``on_kill``.

    :param job_id: The id of the job.
    :param poll_interval: Seconds to the first poll, at least 5; then doubles. (default: 10)
    :param max_poll_interval: The longest interval, in seconds. (default: 60)
    :param max_wait: Seconds from now to the deadline, at least 5, when no ``deadline`` is given. (default: 3600)
    :param deadline: The moment, with its time zone, from which a running job is given up; this is what is stored.
    :param aws_conn_id: The Airflow connection used for AWS credentials.
    :param region_name: The AWS region where the job runs.
    :param verify: Whether or not to verify SSL certificates.
        See: https://boto3.amazonaws.com/v1/documentation/api/latest/reference/core/session.html
    :param botocore_config: Configuration dictionary (key-values) for botocore client. See:
        https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html
    """

    def __init__(
        self,
        *,
        job_id: str,
        poll_interval: float = POLL_INTERVAL,
        max_poll_interval: float = MAX_POLL_INTERVAL,
        max_wait: float = MAX_WAIT,
        deadline: datetime | None = None,
        aws_conn_id: str | None = "aws_default",
        region_name: str | None = None,
        verify: bool | str | None = None,
        botocore_config: dict[str, Any] | None = None,
    ) -> None:
        super().__init__()
        check_intervals(poll_interval, max_poll_interval)
        self.job_id = job_id
        self.poll_interval = max(poll_interval, EARLIEST_DEFERRED_POLL)
        self.max_poll_interval = max(max_poll_interval, EARLIEST_DEFERRED_POLL)
        self.deadline = deadline or deadline_in(max(max_wait, EARLIEST_DEFERRED_POLL))
        self.aws_conn_id = aws_conn_id
        self.region_name = region_name
        self.verify = verify
        self.botocore_config = botocore_config
        self._client: Any = None

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The class's path and the constructor's arguments: a stored format, as triggers outlive an upgrade."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {
                "job_id": self.job_id,
                "poll_interval": self.poll_interval,
                "max_poll_interval": self.max_poll_interval,
                "deadline": self.deadline,
                "aws_conn_id": self.aws_conn_id,
                "region_name": self.region_name,
                "verify": self.verify,
                "botocore_config": self.botocore_config,
            },
        )

    def hook(self) -> TextractHook:
        """Build the hook this trigger polls with."""
        return TextractHook(
            aws_conn_id=self.aws_conn_id,
            region_name=self.region_name,
            verify=self.verify,
            config=self.botocore_config,
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Sleep and poll until the job has ended or the deadline has come; yields one event."""
        async with AsyncExitStack() as stack:
            for delay in delays(self.poll_interval, self.max_poll_interval, self.deadline):
                await asyncio.sleep(delay)
                event = await self._poll(stack)
                if event is not None:
                    yield TriggerEvent(event)
                    return
        self.log.error("Textract job %s did not end before its deadline", self.job_id)
        yield TriggerEvent({"status": TIMEOUT, "job_id": self.job_id})

    async def _connect(self, stack: AsyncExitStack) -> Any:
        """The client of this wait: made for the first poll, then kept, as a new one resolves credentials again."""
        if self._client is None:
            self._client = await stack.enter_async_context(await self.hook().get_async_conn())
        return self._client

    async def _poll(self, stack: AsyncExitStack) -> dict[str, str] | None:
        """The event, or None while the job runs or Textract cannot answer."""
        try:
            async with asyncio.timeout(POLL_TIMEOUT):
                client = await self._connect(stack)
                response = await client.get_document_analysis(JobId=self.job_id, MaxResults=1)
        except Exception as error:
            code = error_code(error)
            if is_transient(error):
                self.log.warning("Textract job %s cannot be polled now: %s", self.job_id, code)
                return None
            self.log.error("Textract job %s cannot be polled: %s", self.job_id, code)
            return {"status": ERROR, "job_id": self.job_id, "error_code": code}
        status = response["JobStatus"]
        log_status(self.log, self.job_id, status)
        if self._runs(status):
            return None
        return {"status": status, "job_id": self.job_id}

    def _runs(self, status: str) -> bool:
        try:
            return outcome_of(self.job_id, status) is Outcome.RETRY
        except TextractJobStatusUnknownError:
            return False  # for the task to refuse: an exception here would reach it as a bare TaskDeferralError
