"""Percentiles of durations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Of ``count`` durations, in seconds; all 0 where there are none. ``p50`` is the median."""

    count: int = 0
    p50: float = 0.0
    p90: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    longest: float = 0.0
    total: float = 0.0


def percentiles(seconds: Iterable[float]) -> Percentiles:
    """With linear interpolation between neighbours (pandas' default)."""
    import pandas as pd

    values = pd.Series(list(seconds), dtype=float)
    if values.empty:
        return Percentiles()
    p50, p90, p95, p99 = (round(float(value), 3) for value in values.quantile([0.5, 0.9, 0.95, 0.99]))
    return Percentiles(
        len(values), p50, p90, p95, p99, longest=round(float(values.max()), 3), total=round(float(values.sum()), 3))
