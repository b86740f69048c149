"""A document about which nobody decides in time."""

from __future__ import annotations

from typing import Any

from component_system import ComponentSystem

from benchmarks import letters

KEY = "inbox/2026-04-13/letter.pdf"


def queue(system: ComponentSystem, run_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = system.api.call("GET", f"/review-queue/api/entries?run={run_id}")["rows"]
    return found


def test_it_fails_stays_in_the_queue_and_can_be_rejected_resolved_reopened_and_approved(clean: ComponentSystem) -> None:
    document = clean.put(KEY, letters.with_a_date_to_be_read_in_two_ways(70340001))
    run_id = clean.process([KEY])
    clean.await_state(run_id, document, "awaiting_input")
    assert [row["codes"] for row in queue(clean, run_id)] == [["AMBIGUOUS_DATE"]]
    assert clean.await_run(run_id) == "failed"
    [row] = queue(clean, run_id)
    assert (row["state"], row["codes"]) == ("failed", ["LOW_CONFIDENCE"])

    place = {"run_id": run_id, "map_index": row["map_index"]}
    assert clean.api.act("reject", [place]) == {"done": 1, "not_done": {}}
    assert clean.await_run(run_id) == "failed"
    [row] = queue(clean, run_id)
    assert (row["state"], row["codes"]) == ("failed", ["AMBIGUOUS_DATE"])

    assert clean.api.act("resolve", [place], reason="duplicate") == {"done": 1, "not_done": {}}
    assert clean.await_run(run_id) == "success"
    assert (clean.outcome(document)["state"], queue(clean, run_id)) == ("resolved", [])
    assert clean.api.act("reopen", [place]) == {"done": 1, "not_done": {}}
    assert clean.await_run(run_id) == "failed"
    assert [row["codes"] for row in queue(clean, run_id)] == [["AMBIGUOUS_DATE"]]

    assert clean.api.act("approve", [place]) == {"done": 1, "not_done": {}}
    assert clean.await_run(run_id) == "success"
    assert queue(clean, run_id) == []
    assert clean.broken_chains() == []
