"""Percentiles interpolate between neighbours; nothing has none."""

from __future__ import annotations

from include.reporting.percentiles import Percentiles, percentiles


def test_percentiles_lie_between_the_neighbours() -> None:
    assert percentiles([4, 1, 3, 2]) == Percentiles(4, 2.5, 3.7, 3.85, 3.97, longest=4, total=10)


def test_one_value_is_every_percentile() -> None:
    assert percentiles([7.25]) == Percentiles(1, 7.25, 7.25, 7.25, 7.25, 7.25, 7.25)


def test_no_values_have_no_percentiles() -> None:
    assert percentiles([]) == Percentiles()
