"""Which days a run of the inbox is about, and what it runs again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from document_tasks.days import InboxRun, inbox_run, is_to_run_again

DAY = datetime(2026, 11, 25, tzinfo=UTC)
NEXT_MORNING = DAY + timedelta(days=1)


def context(run_type: str, events: list[dict[str, Any]] | None = None, interval: bool = True, **params: str) -> Any:
    """Of a run that was to start on the morning after its day."""
    run = SimpleNamespace(
        run_type=run_type, run_after=NEXT_MORNING,
        consumed_asset_events=[SimpleNamespace(extra=extra) for extra in events or []])
    return {"dag_run": run, "params": params, "data_interval_start": DAY if interval else None}


def test_a_scheduled_run_takes_its_day_and_looks_back() -> None:
    assert inbox_run(context("scheduled"), 2) == InboxRun(
        day="2026-11-25", partitions=("2026-11-25", "2026-11-24", "2026-11-23"), earlier=("2026-11-24", "2026-11-23"),
        run_again=(), whole_day=True, waits_for_repair=True)


def test_a_run_by_hand_takes_today_and_looks_back() -> None:
    assert inbox_run(context("manual", interval=False), 1).partitions == ("2026-11-26", "2026-11-25")


def test_a_run_by_hand_of_a_date_takes_nothing_else() -> None:
    run = inbox_run(context("manual", date="2026-03-01"), 2)
    assert (run.day, run.partitions, run.run_again) == ("2026-03-01", ("2026-03-01",), ())


def test_a_backfill_takes_nothing_outside_its_day_and_runs_failed_batches_again() -> None:
    run = inbox_run(context("backfill"), 2)
    assert (run.day, run.partitions, run.run_again) == ("2026-11-25", ("2026-11-25",), ("failed",))
    assert run.whole_day
    assert not run.waits_for_repair


@pytest.mark.parametrize("run_type", ["backfill", "manual"])
@pytest.mark.parametrize(("reprocess", "states"), [("failed", ("failed",)), ("all", ("failed", "success"))])
def test_the_parameter_says_what_is_run_again(run_type: str, reprocess: str, states: tuple[str, ...]) -> None:
    assert inbox_run(context(run_type, reprocess=reprocess), 2).run_again == states


def test_events_name_the_days_that_are_searched_and_the_day_s_run_stays_open_in_their_place() -> None:
    events = [{"from_trigger": True, "payload": {"days": {"2026-11-24": 3}}},
              {"from_trigger": True, "payload": {"days": {"2026-11-26": 1, "2026-11-24": 1}}}]
    run = inbox_run(context("asset_triggered", events), 2)
    assert (run.day, run.partitions) == ("2026-11-26", ("2026-11-26", "2026-11-24"))
    assert not run.whole_day


def test_an_event_by_hand_names_no_day_and_means_today() -> None:
    assert inbox_run(context("asset_triggered", [{}]), 2).partitions == ("2026-11-26",)


@pytest.mark.parametrize(("state", "minutes_before", "again"), [
    ("failed", 1, True), ("failed", -1, False), ("success", 1, False), ("running", 1, False), ("queued", 1, False)])
def test_a_batch_is_run_again_once_for_each_attempt_of_the_day_s_run(
        state: str, minutes_before: int, again: bool) -> None:
    began = NEXT_MORNING - timedelta(minutes=minutes_before)
    assert is_to_run_again(state, began, ("failed",), NEXT_MORNING) is again
