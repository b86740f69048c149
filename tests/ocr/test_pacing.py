"""Calls spread in time, on a clock that moves only when somebody sleeps."""

from __future__ import annotations

import pytest

from include.ocr.pacing import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def moments(pace: Pace, clock: Clock, count: int) -> list[float]:
    found = []
    for _ in range(count):
        pace.wait()
        found.append(round(clock.now - 100, 6))
    return found


def test_the_first_call_waits_for_nothing_and_the_others_are_spread_evenly(clock: Clock) -> None:
    assert moments(Pace(4, clock.read, clock.sleep), clock, 5) == [0, 0.25, 0.5, 0.75, 1.0]


def test_no_second_holds_more_calls_than_the_quota(clock: Clock) -> None:
    made = moments(Pace(10, clock.read, clock.sleep), clock, 100)
    assert max(sum(start <= each < start + 1 - 1e-9 for each in made) for start in made) == 10


def test_a_pause_is_not_made_up_for_by_a_burst(clock: Clock) -> None:
    pace = Pace(2, clock.read, clock.sleep)
    moments(pace, clock, 1)
    clock.now += 60
    assert moments(pace, clock, 3) == [60, 60.5, 61]


@pytest.mark.parametrize("per_second", [0, -1])
def test_a_pace_that_never_sends_is_refused(per_second: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Pace(per_second)
