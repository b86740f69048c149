"""A deployment in which nothing is lost, and what it counts."""

from __future__ import annotations

from tests.reconciliation.conftest import Three
from tests.reconciliation.deployment import DAY


def test_everything_that_came_in_is_counted_out(three: Three) -> None:
    verdict = three.deployment.verdict()
    assert [problem for each in verdict.invariants for problem in each.problems] == []
    assert verdict.holds
    assert (verdict.documents, verdict.pages_read, verdict.pages_billed, verdict.billed_again) == (3, 2, 2, 0)
    counts = {each.name: dict(each.counts) for each in verdict.invariants}
    assert counts["documents-accounted-for"] == {
        "in": 3, "in the inbox": 3, "registered": 3, "in a batch": 2, "in a run": 3,
        "out": 3, "failed": 1, "success": 2}
    assert counts["no-page-lost"] == {"documents": 2, "pages in manifests": 3, "pages merged": 3}
    assert counts["audit-chains-whole"] == {"documents": 3, "chains": 3, "events": 12, "whole": 3, "sealed": 3}


def test_a_day_is_judged_by_itself(three: Three) -> None:
    assert three.deployment.violated(days=(DAY,)) == {}
    assert three.deployment.verdict(days=(DAY,)).documents == 3
    assert three.deployment.verdict(days=("2026-11-24",)).documents == 0
