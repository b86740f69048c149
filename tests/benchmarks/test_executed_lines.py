"""What the measure of growth sees: a list that is searched anew for each page, and not one that is walked once."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from benchmarks.executed_lines import executed_lines, outgrown


def searched_for_each(pages: int) -> None:
    lines = range(pages)
    for page in range(pages):
        [line for line in lines if line == page]


def searched_by_a_generator_for_each(pages: int) -> None:
    for page in range(pages):
        any(line > page + pages for line in range(pages))


def walked_once(pages: int) -> None:
    for page in range(pages):
        str(page)


def _outgrown(work: Callable[[int], None]) -> bool:
    return bool(outgrown(executed_lines(lambda: work(20)), executed_lines(lambda: work(80)), 2 * 4, 80 * 79 / 2))


@pytest.mark.parametrize(("work", "seen"), [
    (searched_for_each, True), (searched_by_a_generator_for_each, True), (walked_once, False)])
def test_a_search_for_each_page_is_seen(work: Callable[[int], None], seen: bool) -> None:
    assert _outgrown(work) is seen


def test_a_small_search_is_seen_beside_much_that_is_linear() -> None:
    def both(pages: int) -> None:
        searched_for_each(pages)
        for _ in range(1000):
            walked_once(pages)

    assert _outgrown(both)


def test_the_same_work_executes_the_same_lines() -> None:
    assert executed_lines(lambda: walked_once(50)) == executed_lines(lambda: walked_once(50))


def test_whoever_traced_before_goes_on() -> None:
    before = sys.gettrace()
    with pytest.raises(ZeroDivisionError):
        executed_lines(lambda: 1 // 0)
    assert sys.gettrace() is before
