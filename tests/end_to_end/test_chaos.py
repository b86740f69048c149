"""``make chaos`` in short: three faults at once while documents of every route run. docs/faults.md has the long one."""

from __future__ import annotations

from random import Random

import pytest
from chaos.documents import WITHOUT_A_JOB, Dealer
from chaos.faults import at_once, faults
from chaos.quiet import QuietRun
from chaos.story import Round, Story
from cluster_system import ClusterSystem

from demo.environment import PROJECT
from include.settings import Settings

SEED = 11
STRUCK = ("triggerer", "redis", "throttled")
LONGEST_SECONDS = 400.0


@pytest.fixture(scope="module")
def stormy(cluster: ClusterSystem) -> Round:
    quiet = QuietRun(cluster.local, cluster.s3, Settings())
    story = Story(cluster, quiet, Dealer(WITHOUT_A_JOB), SEED, LONGEST_SECONDS, print)
    known = {fault.name: fault for fault in faults(None)}
    found = story.in_turn(at_once(*(known[name] for name in STRUCK)), 3, Random(SEED))
    cluster.no_faults()
    return found


def test_the_triggerer_and_redis_were_killed_while_textract_throttled(stormy: Round) -> None:
    [struck] = stormy.strikes
    assert struck.fault == " + ".join(STRUCK)


def test_every_document_is_a_success_and_what_it_left_is_that_of_a_quiet_run(stormy: Round) -> None:
    """Outcomes, audit chains, records, temporary bucket and review queue."""
    assert (stormy.checked.documents, list(stormy.checked.problems)) == (3, [])


def test_no_page_is_billed_twice_for_what_holds_no_call_to_textract(stormy: Round) -> None:
    assert stormy.checked.needed > 0
    assert stormy.checked.billed_again == 0


def test_every_fault_is_explained() -> None:
    explained = (PROJECT / "docs" / "faults.md").read_text()
    names = {"postgres", *(fault.name for fault in faults(None))}
    assert [name for name in sorted(names) if f"`{name}`" not in explained] == []
