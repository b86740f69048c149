"""The registry decides which failures are tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from airflow.sdk import RetryAction
from airflow.sdk.exceptions import TaskDeferralTimeout

from document_tasks.retry import LONGEST_DELAY, RegistryRetryPolicy, delay
from include.errors import REGISTRY, PipelineError


@pytest.mark.parametrize("code", sorted(REGISTRY))
def test_a_code_is_retried_exactly_if_the_registry_says_so(code: str) -> None:
    decision = RegistryRetryPolicy().evaluate(PipelineError(code), 1, 3)
    assert decision.action is (RetryAction.RETRY if REGISTRY[code].retry else RetryAction.FAIL)
    assert decision.reason == code


@pytest.mark.parametrize(("seconds", "least"), [(60, 60), (10**9, 3600)])
def test_what_a_server_asked_for_comes_on_top_of_the_delay_up_to_an_hour(seconds: float, least: float) -> None:
    decision = RegistryRetryPolicy().evaluate(PipelineError("FHIR_UNREACHABLE", retry_after=seconds), 1, 3)
    assert decision.retry_delay is not None
    assert timedelta(seconds=least + 2.5) <= decision.retry_delay <= timedelta(seconds=least + 5)


def test_a_killed_worker_leaves_the_choice_to_airflow() -> None:
    assert RegistryRetryPolicy().evaluate(RuntimeError(), 1, 3).action is RetryAction.DEFAULT


def test_a_longest_wait_that_is_over_is_not_begun_again() -> None:
    assert RegistryRetryPolicy().evaluate(TaskDeferralTimeout(), 1, 3).action is RetryAction.FAIL


def test_delays_double_are_bounded_and_differ_between_documents() -> None:
    assert timedelta(seconds=2.5) <= delay(1) <= timedelta(seconds=5)
    assert timedelta(seconds=10) <= delay(3) <= timedelta(seconds=20)
    assert delay(30) <= LONGEST_DELAY
    assert len({delay(3) for _ in range(20)}) > 1
