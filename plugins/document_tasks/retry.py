"""Which failures are tried again: the registry decides, per code."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import RetryPolicy
from airflow.sdk.definitions.retry_policy import RetryDecision
from airflow.sdk.exceptions import TaskDeferralTimeout

from include.errors import PipelineError

if TYPE_CHECKING:
    from airflow.sdk import Context

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=5)
LONGEST_RETRY_AFTER = timedelta(hours=1)


class RegistryRetryPolicy(RetryPolicy):
    """Retry only what the error registry calls worth it, after an exponential delay with full jitter.

    Airflow's own jitter ignores the map index: documents that were throttled together would come back together.
    The delay is drawn between half and the whole of 5, 10, 20 ... seconds, at most 5 minutes. What a
    server asked for (``Retry-After``) comes on top of it, at most an hour.
    """

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """FAIL for a code that is not worth a retry; for anything without a code, Airflow's own rule."""
        if isinstance(exception, TaskDeferralTimeout):
            return RetryDecision.fail(reason="the longest wait is over")
        if not isinstance(exception, PipelineError):
            return RetryDecision.default()
        if not exception.error_code.retry:
            return RetryDecision.fail(reason=exception.code)
        asked = min(timedelta(seconds=exception.retry_after or 0), LONGEST_RETRY_AFTER)
        return RetryDecision.retry(delay=asked + delay(try_number), reason=exception.code)

    def serialize(self) -> dict[str, Any]:
        return {"__type": "RegistryRetryPolicy"}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> RegistryRetryPolicy:
        return cls()


def delay(try_number: int) -> timedelta:
    """Time until the next try, after the given one (from 1)."""
    longest = min(FIRST_DELAY * 2 ** max(0, try_number - 1), LONGEST_DELAY)
    drawn: timedelta = longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret
    return drawn
