"""Every stage of a long document is measured alone; that none grows faster than its pages is held by counted lines."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import page_growth
from benchmarks.executed_lines import CodeLine, executed_lines, outgrown
from benchmarks.folder_s3 import FolderS3
from benchmarks.growing_documents import hybrid_pdf
from benchmarks.page_cost import ALWAYS_A_JOB, MadeUpJob, PageCost
from benchmarks.page_growth import growth, summed_up, targets
from benchmarks.stage_calls import deliver, stages, workspace_of
from include.documents.storage import Bucket, bundle_key
from include.stages.warm_up import warm_up

SHORT, LONG = 8, 32
_NEARLY = 2
"""What is drawn by lot, flags of results, may be half as much again; four times as much for four times the pages would
be quadratic."""


def lines_by_stage(pages: int, folder: Path) -> dict[str, dict[CodeLine, int]]:
    """Of this process: the parsers' own are not seen."""
    s3 = FolderS3(folder)
    documents, audit = (Bucket(s3, name) for name in (ALWAYS_A_JOB.documents_bucket, ALWAYS_A_JOB.audit_bucket))
    source = deliver(documents, audit, hybrid_pdf(pages), "long.pdf")
    counted = {}
    for stage, work in stages(MadeUpJob(pages)).items():
        workspace = workspace_of(s3, source.document_id, stage, ALWAYS_A_JOB)
        counted[stage] = executed_lines(lambda work=work, workspace=workspace: work(workspace))  # type: ignore[misc]
    bundle = json.loads(documents.read(bundle_key(source.document_id)))
    found = [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Observation"]
    assert len(found) == 4 * pages, "else less is done than is counted"
    return counted


def test_no_line_of_any_stage_grows_faster_than_the_pages(tmp_path: Path) -> None:
    warm_up()
    lines_by_stage(LONG, tmp_path / "warm")  # what is remembered of texts is known to both
    short, longer = (lines_by_stage(pages, tmp_path / str(pages)) for pages in (SHORT, LONG))
    for_each_two_pages = LONG * (LONG - 1) / 2
    assert {stage: outgrown(lines, longer[stage], _NEARLY * LONG / SHORT, for_each_two_pages)
            for stage, lines in short.items()} == {stage: {} for stage in short}


def test_figures_are_of_processes_of_their_own_and_can_be_stored() -> None:
    figures = page_growth.measure((2,), rounds=1)
    assert json.loads(json.dumps(figures)) == figures
    assert [row["stage"] for row in figures["costs"]] == ["classify", "OCR client", "merge", "convert", "audit"]
    assert all(row["cpu_seconds"] > 0 and row["peak"] >= row["start"] > 0 for row in figures["costs"])


def cost(pages: int, seconds: float) -> PageCost:
    return PageCost("merge", pages, seconds, start=1, peak=1, child_peak=1, s3_calls={})


@pytest.mark.parametrize(("seconds", "kept"), [(11.0, True), (11.1, False)])
def test_a_promise_is_kept_up_to_its_very_figure(seconds: float, kept: bool) -> None:
    costs = [cost(10, 5.0), cost(100, 1.0), cost(1000, seconds)]
    assert list(targets(costs).values()) == [kept]
    assert growth([replace(costs[0])]) == {}


def test_of_the_rounds_the_median_time_and_the_highest_memory_count() -> None:
    rounds = [replace(cost(10, seconds), peak=seconds, child_peak=4 - seconds) for seconds in (1.0, 3.0, 2.0)]
    assert summed_up([*rounds, cost(100, 9.0)]) == [replace(cost(10, 2.0), peak=3.0, child_peak=3.0), cost(100, 9.0)]
