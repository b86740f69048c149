"""``make bench``: every benchmark in turn, each in a process of its own, then tables and plots of docs/benchmarks.md.

``ONLY=money,stage_cost`` runs these alone; ``page`` makes the page from what was measured before. A benchmark that
fails or takes longer than its limit is named in the end, and the others run all the same.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console

from benchmarks.figures import PROJECT


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A module ``benchmarks.<name>``. ``minutes`` it takes on two idle cores; four times as long, and it is ended."""

    name: str
    minutes: float
    arguments: tuple[str, ...] = ()

    @property
    def limit(self) -> float:
        """Seconds."""
        return max(60.0, 4 * 60 * self.minutes)


PAGE = Benchmark("page", 0.1)
BENCHMARKS = (
    Benchmark("stage_cost", 2.0), Benchmark("page_growth", 3.0), Benchmark("long_tables", 0.7), Benchmark("money", 1.5),
    Benchmark("textract_blocks", 5.0), Benchmark("classify", 8.0), Benchmark("convert", 5.0),
    Benchmark("floor", 30.0), Benchmark("document_growth", 40.0))
"""In the order in which they run: those that need no Airflow first."""


def chosen(only: str, corpus: Path | None) -> list[Benchmark]:
    """Those named, or all that this checkout has; the page is made last.

    :raises SystemExit: a name is none of them.
    """
    names = [name.strip() for name in only.split(",") if name.strip()]
    unknown = {*names} - {one.name for one in (*BENCHMARKS, PAGE)}
    if unknown:
        sys.exit(f"No such benchmark: {', '.join(sorted(unknown))}. There are "
                 f"{', '.join(one.name for one in (*BENCHMARKS, PAGE))}")
    wanted = [one for one in BENCHMARKS if (one.name in names if names else find_spec(f"benchmarks.{one.name}"))]
    if corpus:
        wanted = [replace(one, arguments=("--corpus", str(corpus))) if one.name == "money" else one for one in wanted]
    return [*wanted, PAGE]


def run(benchmarks: Sequence[Benchmark], console: Console) -> list[str]:
    """What went wrong, a line for each benchmark that did not come to its end."""
    problems = []
    for place, one in enumerate(benchmarks):
        left = sum(other.minutes for other in benchmarks[place:])
        console.rule(f"{place + 1} of {len(benchmarks)}: {one.name}; about {left:.0f} minutes left")
        started = time.monotonic()
        problem = _problem(one)
        if problem:
            problems.append(f"{one.name}: {problem}")
        console.print(f"{one.name}: {problem or 'done'} after {time.monotonic() - started:.0f} s")
    return problems


def _problem(one: Benchmark) -> str:
    """Empty where there is none."""
    command = [sys.executable, "-m", f"benchmarks.{one.name}", *one.arguments]
    path = os.pathsep.join(map(str, (PROJECT, PROJECT / "plugins", PROJECT / "tests" / "end_to_end")))
    process = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, "PYTHONPATH": path})
    try:
        code = process.wait(timeout=one.limit)
    except subprocess.TimeoutExpired:
        process.terminate()  # so that it stops what it has started
        process.wait()
        return f"ended after its limit of {one.limit / 60:.0f} minutes"
    return f"exit code {code}" if code else ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", help="names, separated by commas")
    parser.add_argument("--corpus", type=Path, help="a folder of your own documents, for the benchmark money")
    given = parser.parse_args()
    console = Console()
    problems = run(chosen(given.only, given.corpus), console)
    for problem in problems:
        console.print(problem, style="bold red")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
