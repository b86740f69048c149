"""A stage does not look at all of a long document's objects again and again."""

from __future__ import annotations

import gc
import weakref

import pytest

from include.stages.cycles import searched_among_the_young


class Knot:
    """An object that refers to itself."""

    def __init__(self) -> None:
        self.itself = self


def searches(generation: int) -> int:
    return int(gc.get_stats()[generation]["collections"])


def make_long_lived() -> list[list[int]]:
    """More objects than Python makes without searching among the old."""
    return [[number] for number in range(400_000)]


def test_objects_that_live_for_long_are_not_looked_at_again() -> None:
    before = searches(2)
    with searched_among_the_young():
        make_long_lived()
    assert searches(2) == before
    make_long_lived()
    assert searches(2) > before, "else nothing is saved"


def test_young_knots_are_still_undone() -> None:
    with searched_among_the_young():
        knot = weakref.ref(Knot())
        _kept = make_long_lived()
        assert knot() is None


def test_what_a_stage_raises_leaves_the_process_as_it_was() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="a fault"), searched_among_the_young():
        raise ValueError("a fault")
    assert gc.get_threshold() == before
