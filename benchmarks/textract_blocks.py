"""``make bench-textract``: our reader of Textract's blocks against AWS's two libraries, and the memory of a long job.

Writes its figures to ``var/benchmarks/textract_blocks.json`` and prints them as tables. docs/benchmarks.md says what
they mean.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console

from benchmarks.collecting_cost import CollectingCost
from benchmarks.figures import circumstances, show_targets, store, table
from benchmarks.readers import OURS, TEXTRACTOR, Reader, find_readers
from benchmarks.reading_speed import Timing, compare, growth, stored_samples, synthetic_samples

PROJECT = Path(__file__).resolve().parent.parent
OUTPUT = PROJECT / "var" / "benchmarks" / "textract_blocks.json"
REAL_RESPONSES = PROJECT.parent / "shared" / "corpus" / "textract"
TIMES_AS_FAST = 3.0
PEAK_MEBIBYTES = 300.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. ``page_sizes`` in times 1,000 blocks; ``job_pages`` are jobs taken up one by one."""

    rounds: int = 7
    synthetic_responses: int = 3
    page_sizes: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)
    page_counts: tuple[int, ...] = (5, 10, 20, 40)
    job_pages: tuple[int, ...] = (30, 300, 3000)


@dataclass(frozen=True, slots=True)
class Speed:
    """A reader's pages per CPU second over those responses of a group that it can read.

    ``ratio`` is its time divided by ours over all of these, ``median_ratio`` and ``lowest_ratio`` those of the single
    responses: one long table can outweigh the rest. None where it can read none; ``failed`` counts the others.
    """

    reader: str
    version: str
    group: str
    pages: int
    failed: int
    pages_per_second: float | None
    ratio: float | None
    median_ratio: float | None
    lowest_ratio: float | None


def measure(plan: Plan, real_responses: Path = REAL_RESPONSES) -> dict[str, Any]:
    """All figures, in the form in which they are stored."""
    readers, missing = find_readers()
    samples = [*synthetic_samples(plan.synthetic_responses), *stored_samples(real_responses)]
    timings = compare(readers, samples, plan.rounds)
    speeds = speeds_of(readers, timings)
    costs = [collecting_cost(pages) for pages in plan.job_pages]
    return {
        **circumstances(),
        "missing_libraries": missing,
        "speed": [asdict(speed) for speed in speeds],
        "responses": [asdict(timing) for timing in timings],
        "growth": [{**asdict(one), "microseconds_each": one.microseconds_each}
                   for one in growth(plan.page_sizes, plan.page_counts, plan.rounds)],
        "collecting": [{**asdict(cost), "above_baseline": cost.above_baseline} for cost in costs],
        "targets": targets(speeds, costs),
    }


def speeds_of(readers: Sequence[Reader], timings: Sequence[Timing]) -> list[Speed]:
    """Every reader's speed on each group of responses."""
    return [_speed(reader, [timing for timing in timings if timing.group == group])
            for group in dict.fromkeys(timing.group for timing in timings) for reader in readers]


def targets(speeds: Sequence[Speed], costs: Sequence[CollectingCost]) -> dict[str, bool | None]:
    """Whether each promise is kept; None where it was not measured."""
    textractor = [speed for speed in speeds if speed.reader == TEXTRACTOR]
    ratios = [ratio for speed in textractor for ratio in (speed.ratio, speed.median_ratio) if ratio is not None]
    return {
        f"{TIMES_AS_FAST:g} times as fast as {TEXTRACTOR}": min(ratios) >= TIMES_AS_FAST if ratios else None,
        f"peak below {PEAK_MEBIBYTES:g} MiB": max(cost.peak for cost in costs) < PEAK_MEBIBYTES if costs else None,
    }


def collecting_cost(pages: int) -> CollectingCost:
    """What a job of so many pages costs, measured in a process of its own.

    :raises subprocess.CalledProcessError: that process failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.collecting_cost", str(pages)],
        cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True)
    return CollectingCost(**json.loads(done.stdout))


def show(figures: dict[str, Any], console: Console) -> None:
    """Print the figures."""
    for sentence in figures["missing_libraries"]:
        console.print(sentence)
    console.print(_numbers(
        "Pages read per CPU second", ("set", "reader", "failed", "pages/s", "all", "median", "least"), [
            (row["group"], f"{row['reader'].removeprefix('amazon-textract-')} {row['version']}",
             str(row["failed"]), _shown(row["pages_per_second"], 0), _shown(row["ratio"], 1),
             _shown(row["median_ratio"], 1), _shown(row["lowest_ratio"], 1)) for row in figures["speed"]]))
    console.print("all, median, least: its time divided by ours, over all responses and of single ones")
    console.print(_numbers("Is our time linear?", ("input", "count", "ms", "µs each"), [
        (f"{row['unit']}s", str(row["count"]), f"{row['milliseconds']:.1f}", f"{row['microseconds_each']:.1f}")
        for row in figures["growth"]]))
    console.print(_numbers(
        "Taking up a finished job", ("pages", "blocks", "peak MiB", "of these own", "CPU ms/page", "S3 calls/page"), [
            (str(row["pages"]), str(row["blocks"]), f"{row['peak']:.0f}", f"{row['above_baseline']:.0f}",
             f"{1000 * row['cpu_seconds'] / row['pages']:.1f}",
             f"{sum(row['s3_calls'].values()) / row['pages']:.2f}")
            for row in figures["collecting"]]))
    show_targets(figures["targets"], console)


def _speed(reader: Reader, timings: Sequence[Timing]) -> Speed:
    """:param timings: those of all readers on one group of responses."""
    ours = {timing.sample: timing.milliseconds for timing in timings if timing.reader == OURS}
    own = [timing for timing in timings if timing.reader == reader.name]
    pairs = [(timing.milliseconds, our) for timing in own
             if timing.milliseconds is not None and (our := ours[timing.sample]) is not None]
    pages = sum(timing.pages for timing in own if timing.milliseconds is not None)
    spent, ours_spent = sum(mine for mine, _ in pairs), sum(our for _, our in pairs)
    ratios = [mine / our for mine, our in pairs]
    return Speed(
        reader=reader.name, version=reader.version, group=own[0].group, pages=pages,
        failed=sum(timing.failed is not None for timing in own),
        pages_per_second=1000 * pages / spent if pairs else None,
        ratio=spent / ours_spent if pairs else None,
        median_ratio=median(ratios) if ratios else None,
        lowest_ratio=min(ratios, default=None))


def _shown(figure: float | None, digits: int) -> str:
    return "-" if figure is None else f"{figure:.{digits}f}"


_numbers = partial(table, texts=("set", "reader", "input"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.textract_blocks", description=__doc__)
    parser.add_argument("--pages", type=int, default=3000, help="pages of the longest job (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="measurements of each figure (default: %(default)s)")
    parser.add_argument("--responses", type=Path, default=REAL_RESPONSES, help="a folder of stored responses, read too")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the JSON goes (default: %(default)s)")
    given = parser.parse_args()
    jobs = tuple(sorted({max(1, given.pages // 100), max(1, given.pages // 10), given.pages}))
    figures = measure(Plan(rounds=given.rounds, job_pages=jobs), given.responses)
    store(figures, given.output)
    show(figures, Console())


if __name__ == "__main__":
    main()
