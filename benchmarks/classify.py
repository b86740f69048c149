"""``make bench-classify``: the speed of classification beside plain text extraction, its growth and its memory.

Writes its figures to ``var/benchmarks/classify.json`` and prints them as tables. docs/benchmarks.md says what they
mean.
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

from benchmarks import clinical_pages
from benchmarks.classify_cost import ClassifyCost
from benchmarks.classify_speed import MIXED, SCANS, TEXT, Document, Speed, compare, stored_documents
from benchmarks.clinical_pages import BASE_14, EMBEDDED, text_pdf
from benchmarks.figures import circumstances, show_targets, store, table

PROJECT = Path(__file__).resolve().parent.parent
OUTPUT = PROJECT / "var" / "benchmarks" / "classify.json"
REAL_DOCUMENTS = tuple(PROJECT.parent / "shared" / "corpus" / name for name in ("medical", "robust"))
SHARE_OF_PLAIN = 0.8
TIMES_PLUMBER = 20.0
TIMES_FOR_TEN = 10.5
MEBIBYTES_ABOVE_START = 150.0
GROWTH_DPI = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. ``sizes`` are pages of the documents that are classified in a process of their own,
    ``runs`` of each, the shorter and the longer ones in turns."""

    rounds: int = 7
    pages: int = 100
    plumber_pages: int = 10
    stage_rounds: int = 3
    sizes: tuple[int, ...] = (30, 300, 3000)
    runs: int = 5


@dataclass(frozen=True, slots=True)
class Growth:
    """Medians of the runs of one size; ``times_shorter`` the median ratio to the time of the size before."""

    kind: str
    pages: int
    file_size: float
    cpu_seconds: float
    times_shorter: float | None
    start: float
    above_start: float


def measure(plan: Plan, folders: Sequence[Path] = REAL_DOCUMENTS) -> dict[str, Any]:
    """All figures, in the form in which they are stored."""
    documents = [*synthetic_documents(plan.pages), *stored_documents(folders)]
    speeds = [compare(one, plan.rounds, plan.plumber_pages, plan.stage_rounds) for one in documents]
    rows = [*growth("text", plan), *growth("scans", plan)]
    return {
        **circumstances(),
        "speed": [{**asdict(speed), "pages_per_second": speed.pages_per_second} for speed in speeds],
        "growth": [asdict(row) for row in rows],
        "targets": targets(speeds, rows),
    }


def synthetic_documents(pages: int) -> list[Document]:
    """The documents by which the promises are judged, made anew each time."""
    letter, lab = clinical_pages.letter_page, clinical_pages.lab_page
    return [
        Document("letter", TEXT, text_pdf(letter, pages, EMBEDDED)),
        Document("lab report", TEXT, text_pdf(lab, pages, EMBEDDED)),
        Document("letter, base 14", TEXT, text_pdf(letter, pages, BASE_14)),
        Document("lab, base 14", TEXT, text_pdf(lab, pages, BASE_14)),
        Document("letter with logo", TEXT, text_pdf(clinical_pages.letter_page_with_logo, pages, EMBEDDED)),
        Document("letter by words", TEXT, text_pdf(clinical_pages.letter_page_by_words, pages, EMBEDDED)),
        Document("JPEG scans", SCANS, clinical_pages.scans(pages)),
        Document("fax scans", SCANS, clinical_pages.scans(pages, fax=True)),
        Document("packet", MIXED, clinical_pages.packet(pages)),
    ]


def growth(kind: str, plan: Plan) -> list[Growth]:
    """Documents of growing size, each in a process of its own.

    :raises subprocess.CalledProcessError: that process failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for size in plan.sizes:
            data = text_pdf(clinical_pages.letter_page, size, EMBEDDED) if kind == "text" else clinical_pages.scans(
                size, GROWTH_DPI)
            paths.append(Path(folder) / f"{size}.pdf")
            paths[-1].write_bytes(data)
        runs = [[_cost(path) for path in paths] for _ in range(plan.runs)]
    rows = []
    for index, size in enumerate(plan.sizes):
        costs = [run[index] for run in runs]
        ratios = [run[index].cpu_seconds / run[index - 1].cpu_seconds for run in runs] if index else []
        rows.append(Growth(
            kind=kind, pages=size, file_size=costs[0].file_size, cpu_seconds=median(c.cpu_seconds for c in costs),
            times_shorter=median(ratios) if ratios else None, start=median(c.start for c in costs),
            above_start=max(c.above_start for c in costs)))
    return rows


def targets(speeds: Sequence[Speed], rows: Sequence[Growth]) -> dict[str, bool | None]:
    """Whether each promise is kept; None where it was not measured."""
    text = [speed for speed in speeds if speed.group == TEXT]
    scans = [speed for speed in speeds if speed.group == SCANS]
    judged: dict[str, bool | None] = {
        f"{one.name}: {SHARE_OF_PLAIN:.0%} of pypdfium2's pages a second": one.of_plain >= SHARE_OF_PLAIN
        for one in text}
    judged[f"text: {TIMES_PLUMBER:g} times pdfplumber's pages a second"] = (
        min(one.times_plumber for one in text) >= TIMES_PLUMBER if text else None)
    fastest = max((one.pages_per_second for one in text), default=0.0)
    judged |= {f"{one.name}: as many pages a second as the fastest text": one.pages_per_second >= fastest
               for one in scans}
    for kind in dict.fromkeys(row.kind for row in rows):
        longest = max((row for row in rows if row.kind == kind), key=lambda row: row.pages)
        judged[f"{kind}, {longest.pages} pages: at most {TIMES_FOR_TEN:g} times a tenth of them"] = (
            longest.times_shorter <= TIMES_FOR_TEN if longest.times_shorter else None)
        judged[f"{kind}, {longest.pages} pages: at most {MEBIBYTES_ABOVE_START:g} MiB above the start"] = (
            longest.above_start <= MEBIBYTES_ABOVE_START)
    return judged


def show(figures: dict[str, Any], console: Console) -> None:
    """Print the figures."""
    console.print(_numbers(
        "CPU ms a page", ("document", "plain", "ours", "plumber", "ratio", "least", "times"), [
            (row["name"][:22], f"{row['plain']:.2f}", f"{row['ours']:.2f}", f"{row['plumber']:.0f}",
             f"{row['of_plain']:.2f}", f"{row['of_plain_lowest']:.2f}", f"{row['times_plumber']:.0f}")
            for row in figures["speed"]]))
    console.print("ratio: our pages a second by plain extraction's, median and least; times: by pdfplumber's")
    console.print(_numbers("What was found, and the whole stage a page", ("document", "kinds", "CPU ms", "wall ms"), [
        (row["name"][:22], ", ".join(f"{count} {kind}" for kind, count in row["kinds"].items()),
         f"{row['stage_cpu']:.1f}", f"{row['stage_wall']:.1f}") for row in figures["speed"]]))
    console.print(_numbers("Growth", ("kind", "pages", "file MiB", "CPU s", "ms a page", "times", "MiB above start"), [
        (row["kind"], str(row["pages"]), f"{row['file_size']:.1f}", f"{row['cpu_seconds']:.2f}",
         f"{1000 * row['cpu_seconds'] / row['pages']:.2f}",
         "-" if row["times_shorter"] is None else f"{row['times_shorter']:.1f}", f"{row['above_start']:.0f}")
        for row in figures["growth"]]))
    show_targets(figures["targets"], console)


def _cost(path: Path) -> ClassifyCost:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.classify_cost", str(path)],
        cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True)
    return ClassifyCost(**json.loads(done.stdout))


_numbers = partial(table, texts=("document", "kinds", "kind"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classify", description=__doc__)
    parser.add_argument("--pages", type=int, default=3000, help="pages of the longest document (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="measurements of each figure (default: %(default)s)")
    parser.add_argument("--documents", type=Path, action="append", help="a folder of PDFs, measured too")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the JSON goes (default: %(default)s)")
    given = parser.parse_args()
    sizes = tuple(sorted({max(1, given.pages // 100), max(1, given.pages // 10), given.pages}))
    figures = measure(Plan(rounds=given.rounds, sizes=sizes), given.documents or REAL_DOCUMENTS)
    store(figures, given.output)
    show(figures, Console())


if __name__ == "__main__":
    main()
