"""Documents a minute against the number of documents, through the day's run and its batches; and which size of batch,
how many at once, are best. Figures go to ``var/benchmarks/document_growth.json``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console

from benchmarks.batch_runs import batches, day, deliver_letters, pipeline_run, register_letters
from benchmarks.figures import circumstances, show_targets, store, table
from benchmarks.measured_system import CLUSTER, SQLITE, Measured, running
from demo.environment import PROJECT

OUTPUT = PROJECT / "var" / "benchmarks" / "document_growth.json"
MOST_FALL = 0.10
GROWTH = (10, 100, 1000)
SEARCHED = "10x4,25x1,25x2,25x4,50x1,50x2,50x4,100x1"
"""Batch size and runs at once."""
DOCUMENTS_SEARCHED = 50
WARM_UP = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--system", choices=(SQLITE, CLUSTER), default=CLUSTER)
    parser.add_argument("--growth", default=",".join(map(str, GROWTH)), help="numbers of documents; empty: none")
    parser.add_argument("--search", default=SEARCHED, help="batch sizes and runs at once; empty: none")
    parser.add_argument("--documents", type=int, default=DOCUMENTS_SEARCHED, help="documents a combination, at least")
    chosen = parser.parse_args()
    console = Console(width=110, highlight=False)
    figures: dict[str, Any] = json.loads(OUTPUT.read_text()) if OUTPUT.exists() else {"growth": [], "search": []}
    with running(chosen.system, {}, console.print) as system:
        pipeline_run(system, register_letters(system, 0, WARM_UP))
        counts = [int(count) for count in chosen.growth.split(",") if count]
        searched = search(system, chosen.search, chosen.documents)
        for name, found in (("search", searched), ("growth", growth(system, counts))):
            lines = []
            for line in found:
                console.print(line)
                lines.append(line)
                figures = {**figures, name: lines, "system": chosen.system, **circumstances()}
                store(figures, OUTPUT)
    _show(figures, console)


def growth(system: Measured, counts: list[int]) -> Iterator[dict[str, Any]]:
    """A day of so many documents, as it is shipped; each day has an inbox of its own."""
    first = 100_000
    for number, count in enumerate(counts, start=1):
        date = f"2026-03-{number:02d}"
        deliver_letters(system, date, first, count)
        first += count
        pace = day(system, date, count)
        yield {"documents": count, "seconds": pace.seconds, "per_minute": pace.a_minute,
               "cpu_seconds": pace.cpu_a_document}


def search(system: Measured, combinations: str, least: int) -> Iterator[dict[str, Any]]:
    """Documents by each size of batch and number at once: as many as are at work together, and at least so many."""
    for number, combination in enumerate(filter(None, combinations.split(",")), start=1):
        size, at_once = map(int, combination.split("x"))
        documents = max(least, size * at_once)
        pace = batches(system, register_letters(system, number * 10_000, documents), size, at_once)
        yield {"batch_size": size, "runs_at_once": at_once, "documents": documents, "per_minute": pace.a_minute,
               "cpu_seconds": pace.cpu_a_document}


def kept(figures: Mapping[str, Any]) -> bool | None:
    """Whether the longest day is as fast as one of 100 documents, but for the fall that is allowed."""
    paces = {line["documents"]: line["per_minute"] for line in figures["growth"]}
    if 100 not in paces or max(paces) == 100:
        return None
    return bool(paces[max(paces)] >= (1 - MOST_FALL) * paces[100])


def _show(figures: Mapping[str, Any], console: Console) -> None:
    console.print(table("A day", ("documents", "seconds", "a minute", "CPU s each"), [
        (f"{line['documents']:,}", f"{line['seconds']:.0f}", f"{line['per_minute']:.1f}", f"{line['cpu_seconds']:.2f}")
        for line in figures["growth"]], ()))
    console.print(table("Batches", ("batch size", "runs at once", "a minute", "CPU s each"), [
        (f"{line['batch_size']}", f"{line['runs_at_once']}", f"{line['per_minute']:.1f}", f"{line['cpu_seconds']:.2f}")
        for line in figures["search"]], ()))
    show_targets({"1,000 documents at most 10 % slower a minute than 100": kept(figures)}, console)


if __name__ == "__main__":
    main()
