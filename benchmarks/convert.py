"""``make bench-convert``: from a merged document to the validated bundle, beside fhir.resources on the same resources.

Writes its figures to ``var/benchmarks/convert.json`` and prints them as tables. docs/benchmarks.md says what they mean.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console

from benchmarks.conversion import merged, stored_documents
from benchmarks.conversion_documents import lab_pdf, synthetic
from benchmarks.convert_cost import ConvertCost
from benchmarks.convert_speed import STORED, SYNTHETIC, Speed, compare
from benchmarks.figures import circumstances, show_targets, store, table
from benchmarks.lab_rows import results
from include.documents.content import DocumentContent

PROJECT = Path(__file__).resolve().parent.parent
OUTPUT = PROJECT / "var" / "benchmarks" / "convert.json"
TIMES_LIBRARY = 3.0
GROWTH = 1.25
"""The most that a row of the longest report may take, in times a row of the shortest."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: ``rows`` of the laboratory reports; each is converted ``runs`` times, in a process of its
    own."""

    rounds: int = 15
    rows: tuple[int, ...] = (200, 400, 800, 1600, 3200)
    runs: int = 3


@dataclass(frozen=True, slots=True)
class Report:
    """A laboratory report: medians of its runs, the highest memory, the lowest recall. CPU seconds and MiB; ``per_row``
    is the conversion in milliseconds, ``of_library`` the median ratio to what fhir.resources needs."""

    rows: int
    pages: int
    observations: int
    recall: float
    read: float
    convert: float
    record: float
    per_row: float
    of_library: float
    start: float
    above_start: float


def measure(plan: Plan, folder: Path | None = None) -> dict[str, Any]:
    """All figures, in the form in which they are stored."""
    documents = [(SYNTHETIC, merged(data, name)) for name, data in synthetic().items()]
    documents += [(STORED, document) for document in _stored(folder)]
    speeds = [compare(document, group, plan.rounds) for group, document in documents]
    reports = long_reports(plan)
    return {
        **circumstances(),
        "speed": [{**asdict(speed), "documents_per_second": speed.documents_per_second} for speed in speeds],
        "reports": [asdict(report) for report in reports],
        "targets": targets(speeds, reports),
    }


def long_reports(plan: Plan) -> list[Report]:
    """Reports of growing length, in turns.

    :raises subprocess.CalledProcessError: the process of a report failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{rows}.pdf" for rows in plan.rows]
        for path, rows in zip(paths, plan.rows, strict=True):
            path.write_bytes(lab_pdf(results(rows)))
        runs = [[_cost(path, rows) for path, rows in zip(paths, plan.rows, strict=True)] for _ in range(plan.runs)]
    return [_report(costs) for costs in zip(*runs, strict=True)]


def targets(speeds: Sequence[Speed], reports: Sequence[Report]) -> dict[str, bool | None]:
    """Whether each promise is kept; None where it was not measured."""
    judged: dict[str, bool | None] = {
        f"{speed.name}: at most {TIMES_LIBRARY:g} times fhir.resources' time": speed.of_library <= TIMES_LIBRARY
        for speed in speeds}
    shortest, longest = (reports[0], reports[-1]) if reports else (None, None)
    if longest is None or shortest is None:
        return judged
    name = f"{longest.rows} rows"
    judged[f"{name}: recall 1.000, and nothing else"] = longest.recall == 1.0 and longest.observations == longest.rows
    judged[f"{name}: at most {TIMES_LIBRARY:g} times fhir.resources' time"] = longest.of_library <= TIMES_LIBRARY
    judged[f"{name}: a row takes at most {GROWTH:g} times one of {shortest.rows} rows"] = (
        longest.per_row <= GROWTH * shortest.per_row if len(reports) > 1 else None)
    return judged


def show(figures: dict[str, Any], console: Console) -> None:
    """Print the figures."""
    console.print(_numbers("CPU ms a document", ("document", "ours", "library", "ratio", "worst", "unwritten"), [
        (row["name"][:20], f"{row['ours']:.1f}", f"{row['library']:.1f}", f"{row['of_library']:.2f}",
         f"{row['of_library_highest']:.2f}", f"{row['of_library_reading']:.2f}") for row in figures["speed"]]))
    console.print("ratio: our time by fhir.resources', median and worst; unwritten: its writing not counted")
    console.print(_numbers("Ours", ("document", "pages", "a page", "a second", "extract", "build", "validate"), [
        (row["name"][:20], str(row["pages"]), f"{row['ours'] / row['pages']:.1f}", f"{row['documents_per_second']:.0f}",
         f"{row['extract']:.1f}", f"{row['build']:.1f}", f"{row['validate']:.1f}") for row in figures["speed"]]))
    console.print(_numbers("Into the record, CPU ms", ("document", "new", "known"), [
        (row["name"][:20], f"{row['new_record']:.1f}", f"{row['known_record']:.1f}") for row in figures["speed"]]))
    console.print(_numbers("Laboratory reports, CPU s", ("rows", "recall", "read", "convert", "record", "ms a row"), [
        (str(row["rows"]), f"{row['recall']:.3f}", f"{row['read']:.2f}", f"{row['convert']:.2f}",
         f"{row['record']:.2f}", f"{row['per_row']:.2f}") for row in figures["reports"]]))
    console.print(_numbers("and memory", ("rows", "ratio", "MiB", "MiB above start"), [
        (str(row["rows"]), f"{row['of_library']:.2f}", f"{row['start'] + row['above_start']:.0f}",
         f"{row['above_start']:.0f}") for row in figures["reports"]]))
    show_targets(figures["targets"], console)


def _stored(folder: Path | None) -> list[DocumentContent]:
    return stored_documents(folder) if folder else []


def _report(costs: Sequence[ConvertCost]) -> Report:
    first = costs[0]
    convert = median(cost.convert for cost in costs)
    return Report(
        rows=first.rows, pages=first.pages, observations=max(cost.observations for cost in costs),
        recall=min(cost.recall for cost in costs), read=median(cost.read for cost in costs), convert=convert,
        record=median(cost.record for cost in costs), per_row=1000 * convert / first.rows,
        of_library=median(cost.convert / cost.library for cost in costs), start=median(cost.start for cost in costs),
        above_start=max(cost.above_start for cost in costs))


def _cost(path: Path, rows: int) -> ConvertCost:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.convert_cost", str(path), str(rows)],
        cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True)
    return ConvertCost(**json.loads(done.stdout))


_numbers = partial(table, texts=("document",))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.convert", description=__doc__)
    parser.add_argument("--rows", type=int, default=3200, help="rows of the longest report (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=15, help="measurements of each figure (default: %(default)s)")
    parser.add_argument("--documents", type=Path, help="a folder of merged documents (document.json), measured too")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the JSON goes (default: %(default)s)")
    given = parser.parse_args()
    rows = tuple(sorted({max(1, given.rows // part) for part in (16, 8, 4, 2, 1)}))
    figures = measure(Plan(rounds=given.rounds, rows=rows), given.documents)
    store(figures, given.output)
    show(figures, Console())


if __name__ == "__main__":
    main()
