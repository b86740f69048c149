"""Which inbox partitions a run of documents_inbox looks at, from what Airflow's API says of it."""

from __future__ import annotations

from typing import Any

import pytest

from include.reconciliation.airflow_runs import partitions

RUN = {"run_type": "scheduled", "conf": {}, "run_after": "2026-11-24T00:00:00Z",
       "data_interval_start": "2026-11-23T00:00:00Z"}


@pytest.mark.parametrize(("run", "days"), [
    ({}, {"2026-11-23", "2026-11-22", "2026-11-21"}),
    ({"run_type": "backfill"}, {"2026-11-23"}),
    ({"run_type": "manual", "data_interval_start": None}, {"2026-11-24", "2026-11-23", "2026-11-22"}),
    ({"run_type": "manual", "data_interval_start": None, "conf": {"date": "2026-11-02"}}, {"2026-11-02"}),
    ({"run_type": "manual", "data_interval_start": None, "conf": None}, {"2026-11-24", "2026-11-23", "2026-11-22"}),
    ({"run_type": "asset_triggered"}, set())], ids=["schedule", "backfill", "by hand", "date", "no conf", "events"])
def test_the_partitions_of_a_run(run: dict[str, Any], days: set[str]) -> None:
    """As plugins/document_tasks/days.py has it; those of events are not told by the API."""
    assert partitions({**RUN, **run}, lookback_days=2) == days
