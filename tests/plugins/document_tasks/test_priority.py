"""The newest day goes first."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from document_tasks.priority import NewestDayFirst, day_of_run_id


def weight(run_id: str) -> int:
    instance: Any = SimpleNamespace(run_id=run_id)
    return NewestDayFirst().get_weight(instance)


def test_a_batch_of_today_goes_before_those_of_a_backfill() -> None:
    assert (weight("batch__2026-11-26__0001__0123456789ab") > weight("batch__2026-11-25__0001__0123456789ab")
            > weight("batch__2025-12-31__0099__0123456789ab"))
    assert weight("scheduled__2026-11-26T00:00:00+00:00") > weight("backfill__2026-01-02T00:00:00+00:00")


def test_a_run_that_names_no_day_counts_as_today_s() -> None:
    assert weight("manual__9f3c") == datetime.now(UTC).date().toordinal()


def test_what_only_looks_like_a_day_is_none() -> None:
    assert day_of_run_id("manual__2026-99-99__2026-11-26") == date(2026, 11, 26)
    assert day_of_run_id("manual__20261126") is None


def test_what_is_made_anew_comes_after_every_day() -> None:
    assert weight("reprocess__2__0001__0123456789ab") < weight("backfill__2001-01-02T00:00:00+00:00")
