"""``python -m benchmarks.page_growth``: CPU time and memory of every stage against the pages of the document.

Each stage runs in a process of its own, on documents of 10, 300 and 3,000 pages, half of them typed, half faxes. The
sizes take turns; of the rounds the median time and the highest memory count. Writes its figures to
``var/benchmarks/page_growth.json``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console

from benchmarks.figures import PROJECT, circumstances, show_targets, store, table
from benchmarks.folder_s3 import FolderS3
from benchmarks.growing_documents import hybrid_pdf
from benchmarks.page_cost import ALWAYS_A_JOB, MadeUpJob, PageCost
from benchmarks.stage_calls import deliver, stages
from include.documents.storage import Bucket

OUTPUT = PROJECT / "var" / "benchmarks" / "page_growth.json"
PAGES = (10, 300, 3000)
ROUNDS = 3
TIMES = 1.1
"""The most that a page of the longest document may take, in times a page of the one before."""


def measure(sizes: Sequence[int] = PAGES, rounds: int = ROUNDS) -> dict[str, Any]:
    """All figures, in the form in which they are stored."""
    measured = [cost for _ in range(rounds) for pages in sizes for cost in document_costs(pages)]
    costs = summed_up(measured)
    return {**circumstances(), "rounds": rounds, "costs": [asdict(cost) for cost in costs], "targets": targets(costs)}


def summed_up(measured: Sequence[PageCost]) -> list[PageCost]:
    """One cost of each stage and size: the median of the times, the highest of the memory."""
    kinds = dict.fromkeys((cost.stage, cost.pages) for cost in measured)
    return [_of_rounds([cost for cost in measured if (cost.stage, cost.pages) == kind]) for kind in kinds]


def _of_rounds(costs: Sequence[PageCost]) -> PageCost:
    return replace(
        costs[0], cpu_seconds=median(cost.cpu_seconds for cost in costs), peak=max(cost.peak for cost in costs),
        child_peak=max(cost.child_peak for cost in costs))


def document_costs(pages: int) -> list[PageCost]:
    """Every stage of a document of so many pages.

    :raises subprocess.CalledProcessError: the process of a stage failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        s3 = FolderS3(Path(folder))
        documents, audit = (Bucket(s3, name) for name in (ALWAYS_A_JOB.documents_bucket, ALWAYS_A_JOB.audit_bucket))
        source = deliver(documents, audit, hybrid_pdf(pages), "long.pdf")
        return [_cost(stage, pages, folder, source.document_id) for stage in stages(MadeUpJob(pages))]


def growth(costs: Sequence[PageCost]) -> dict[str, float]:
    """By stage, what a page of the longest document takes, in times a page of the one before."""
    sizes = sorted({cost.pages for cost in costs})
    if len(sizes) < 2:
        return {}
    a_page = {(cost.stage, cost.pages): cost.cpu_seconds / cost.pages for cost in costs}
    return {stage: a_page[stage, sizes[-1]] / a_page[stage, sizes[-2]] for stage in dict.fromkeys(
        cost.stage for cost in costs)}


def targets(costs: Sequence[PageCost]) -> dict[str, bool | None]:
    """Whether each promise is kept."""
    sizes = sorted({cost.pages for cost in costs})
    return {f"{stage}: a page of {sizes[-1]:,} takes at most {TIMES:g} times one of {sizes[-2]:,}": times <= TIMES
            for stage, times in growth(costs).items()}


def show(figures: dict[str, Any], console: Console) -> None:
    """Print the figures."""
    console.print(table("Growth in pages", ("stage", "pages", "CPU s", "ms a page", "peak MiB", "S3 calls"), [
        (row["stage"], f"{row['pages']:,}", f"{row['cpu_seconds']:.2f}",
         f"{1000 * row['cpu_seconds'] / row['pages']:.2f}", f"{max(row['peak'], row['child_peak']):.0f}",
         f"{sum(row['s3_calls'].values()):,}") for row in figures["costs"]], texts=("stage",)))
    show_targets(figures["targets"], console)


def _cost(stage: str, pages: int, folder: str, document_id: str) -> PageCost:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.page_cost", stage, str(pages), folder, document_id],
        cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True)
    return PageCost(**json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page_growth", description=__doc__)
    parser.add_argument("--pages", type=int, default=max(PAGES), help="of the longest document (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="a minute each (default: %(default)s)")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the JSON goes (default: %(default)s)")
    given = parser.parse_args()
    figures = measure(tuple(sorted({max(2, given.pages * pages // max(PAGES)) for pages in PAGES})), given.rounds)
    store(figures, given.output)
    show(figures, Console())


if __name__ == "__main__":
    main()
