"""When a job is polled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from include.settings import SAFE_POLL_SECONDS
from textract_provider.polling import EARLIEST_DEFERRED_POLL, POLL_INTERVAL, check_intervals, delays


def sleep_through(clock: Any, *, first: float, longest: float, wait: float) -> list[float]:
    for delay in delays(first, longest, clock.start + timedelta(seconds=wait)):
        clock.sleep(delay)
    return clock.sleeps  # type: ignore[no-any-return]


def test_intervals_double_up_to_the_longest_and_the_last_poll_is_at_the_deadline(clock: Any) -> None:
    assert sleep_through(clock, first=10, longest=60, wait=300) == [10, 20, 40, 60, 60, 60, 50]
    assert clock.now == clock.start + timedelta(seconds=300)


def test_a_wait_shorter_than_the_first_interval_polls_once_at_its_deadline(clock: Any) -> None:
    assert sleep_through(clock, first=10, longest=60, wait=4) == [4]


def test_a_deadline_that_passed_while_nobody_waited_still_allows_one_poll(clock: Any) -> None:
    assert sleep_through(clock, first=10, longest=60, wait=-3600) == [0]


def test_time_that_the_polls_take_counts_against_the_wait(clock: Any) -> None:
    slept = []
    for delay in delays(10, 10, clock.start + timedelta(seconds=30)):
        slept.append(delay)
        clock.sleep(delay + 9)
    assert slept == [10, 10, 0]


@pytest.mark.parametrize(("first", "longest"), [(0, 60), (-1, 60), (20, 10)])
def test_intervals_that_do_not_pause_or_that_shrink_are_refused(first: float, longest: float) -> None:
    with pytest.raises(ValueError, match="poll_interval"):
        check_intervals(first, longest)


def test_the_pipeline_and_the_package_agree_on_what_is_too_early_for_a_deferred_poll() -> None:
    assert EARLIEST_DEFERRED_POLL == SAFE_POLL_SECONDS < POLL_INTERVAL
