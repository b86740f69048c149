"""``python -m benchmarks.stage_cost``: what the stages of a document cost, beside what Airflow's tasks cost.

CPU of the tasks' processes alone, against the sandbox's S3 over HTTP and a stand-in for Textract in processes of their
own. Writes its figures to ``var/benchmarks/stage_cost.json``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from typing import Any

from rich.console import Console

from benchmarks import local_services
from benchmarks.figures import PROJECT, circumstances, show_targets, store, table
from benchmarks.stage_process import ALL, IMPORTS, KINDS, NOTHING, TEXT, StageCost

OUTPUT = PROJECT / "var" / "benchmarks" / "stage_cost.json"
PAGES = (1, 2, 10, 100)
MODULES = {
    "Airflow's task runner": "airflow.sdk.execution_time.task_runner",
    "classify": "include.stages.classify", "OCR client": "include.stages.ocr", "merge": "include.stages.merge",
    "convert": "include.stages.convert", "audit": "include.stages.seal",
    "S3 client (Amazon provider)": "airflow.providers.amazon.aws.hooks.s3"}
TIMES = 0.5
"""The most that the five tasks of a document may take where their parent has loaded all, in times of what they take
where it has loaded nothing."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: ``rounds`` of each document, ``long_rounds`` of those of more than 10 pages."""

    pages: tuple[int, ...] = PAGES
    rounds: int = 5
    long_rounds: int = 2
    imports: int = 3


def measure(plan: Plan) -> dict[str, Any]:
    """All figures, in the form in which they are stored.

    :raises subprocess.CalledProcessError: a process that was measured failed.
    """
    with local_services.started() as environment:
        costs = [one for kind in KINDS for pages in plan.pages for one in medians(
            run(environment, kind, pages, plan.rounds if pages <= 10 else plan.long_rounds))]
        loading = {loaded: five_tasks(run(environment, TEXT, 2, plan.rounds, loaded))
                   for loaded in (NOTHING, IMPORTS, ALL)}
        profiles = {kind: profile(run(environment, kind, 10, 1, profiled=True)) for kind in KINDS}
        imports = {name: import_seconds(environment, module, plan.imports) for name, module in MODULES.items()}
    return {
        **circumstances(),
        "costs": [asdict(cost) for cost in costs],
        "five_tasks": loading,
        "profiles": profiles,
        "imports": imports,
        "targets": targets(loading),
    }


def run(
    environment: Mapping[str, str], kind: str, pages: int, rounds: int, loaded: str = ALL, profiled: bool = False
) -> list[StageCost]:
    """The costs of each round, in the order of the stages."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.stage_process", kind, str(pages), "--rounds", str(rounds),
         "--loaded", loaded, *(["--profiled"] if profiled else [])],
        env=environment, cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True)
    return [StageCost(**cost) for cost in json.loads(done.stdout)]


def medians(costs: Sequence[StageCost]) -> list[StageCost]:
    """Of the rounds of one document, a cost a stage."""
    found = []
    for stage in dict.fromkeys(cost.stage for cost in costs):
        own = [cost for cost in costs if cost.stage == stage]
        found.append(StageCost(
            own[0].document, own[0].pages, stage, own=median(cost.own for cost in own),
            opening=median(cost.opening for cost in own), parsers=median(cost.parsers for cost in own),
            s3_calls=own[0].s3_calls))
    return found


def five_tasks(costs: Iterable[StageCost]) -> float:
    """Milliseconds of CPU of all stages of one document."""
    return sum(cost.own + cost.parsers for cost in medians(list(costs)))


def profile(costs: Iterable[StageCost]) -> dict[str, dict[str, float]]:
    """By stage and group, milliseconds."""
    return {cost.stage: {**cost.profile, "parsers' own processes": cost.parsers} for cost in costs}


def import_seconds(environment: Mapping[str, str], module: str, times: int) -> dict[str, float]:
    """CPU and elapsed seconds of a fresh process that imports a module, less those of one that imports nothing."""
    spent = []
    for _ in range(times):
        for code in ("pass", f"import {module}"):
            before, started = getrusage(RUSAGE_CHILDREN), time.monotonic()
            subprocess.run([sys.executable, "-W", "ignore", "-c", code], env=environment, cwd=PROJECT, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            after = getrusage(RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            spent.append((cpu, time.monotonic() - started))
    (bare_cpu, bare_elapsed), (cpu, elapsed) = (
        tuple(median(pair[which] for pair in spent[start::2]) for which in (0, 1)) for start in (0, 1))
    return {"cpu": cpu - bare_cpu, "elapsed": elapsed - bare_elapsed}


def targets(loading: Mapping[str, float]) -> dict[str, bool | None]:
    """Whether each promise is kept."""
    return {
        "what the tasks' parent has loaded saves at least half of a document's CPU time":
            loading[ALL] <= TIMES * loading[NOTHING]}


def show(figures: dict[str, Any], console: Console) -> None:
    """Print the figures."""
    console.print(table("CPU of a task, ms", ("document", "pages", "stage", "ms", "a page", "opening", "S3 calls"), [
        (row["document"], str(row["pages"]), row["stage"], f"{row['own'] + row['parsers']:.0f}",
         f"{(row['own'] + row['parsers']) / row['pages']:.1f}", f"{row['opening']:.0f}",
         str(sum(row["s3_calls"].values()))) for row in figures["costs"]], texts=("document", "stage")))
    console.print(table("Five tasks of a text PDF of two pages", ("loaded before", "ms"), [
        (loaded, f"{spent:.0f}") for loaded, spent in figures["five_tasks"].items()], texts=("loaded before",)))
    console.print(table("Imports", ("of", "CPU s", "elapsed s"), [
        (name, f"{row['cpu']:.2f}", f"{row['elapsed']:.2f}") for name, row in figures["imports"].items()],
        texts=("of",)))
    show_targets(figures["targets"], console)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stage_cost", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each document (default: %(default)s)")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the JSON goes (default: %(default)s)")
    given = parser.parse_args()
    figures = measure(Plan(rounds=given.rounds, long_rounds=max(1, given.rounds // 2)))
    store(figures, given.output)
    show(figures, Console())


if __name__ == "__main__":
    main()
