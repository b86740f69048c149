"""What was promised, what was measured, and whether it was kept: a line a promise, from all benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.money import AGAIN, EVERYTHING, OURS, PLAIN
from benchmarks.page_cost import PageCost
from benchmarks.page_growth import TIMES, growth
from benchmarks.tables import markdown

Figures = Mapping[str, Any]
FLOOR = 0.85
FEWER = 0.9
"""Documents a minute of 1,000 documents, in times of those of 100."""


@dataclass(frozen=True, slots=True)
class Promise:
    target: str
    measured: str
    kept: bool


def of_floor(figures: Figures) -> Iterable[Promise]:
    for name, one in figures["systems"].items():
        yield Promise(f"documents a minute against empty tasks, {name}: at least {FLOOR}", f"{one['ratio']:.2f}",
                      one["ratio"] >= FLOOR)


def of_document_growth(figures: Figures) -> Iterable[Promise]:
    speeds = {one["documents"]: one["per_minute"] for one in figures["growth"]}
    if {100, 1000} <= speeds.keys():
        share = speeds[1000] / speeds[100]
        yield Promise(f"documents a minute, 1,000 documents against 100: at least {FEWER}", f"{share:.2f}",
                      share >= FEWER)


def of_stage_cost(figures: Figures) -> Iterable[Promise]:
    five = figures["five_tasks"]
    share = five["all"] / five["nothing"]
    yield Promise("CPU of a document's five tasks, against tasks that load everything themselves: at most 0.5",
                  f"{share:.2f} ({five['all']:.0f} ms)", share <= 0.5)


def of_page_growth(figures: Figures) -> Iterable[Promise]:
    costs = [PageCost(**cost) for cost in figures["costs"]]
    sizes = sorted({cost.pages for cost in costs})
    for stage, times in growth(costs).items():
        yield Promise(
            f"{stage}: a page of {sizes[-1]:,} against one of {sizes[-2]:,}: at most {TIMES:g} times the time",
            f"{times:.2f}", times <= TIMES)


def of_money(figures: Figures) -> Iterable[Promise]:
    bills = {bill["way"]: bill for bill in figures["day"]["bills"]}
    yield Promise("pages that need OCR and are not sent: 0",
                  f"{bills[OURS]['lost']} (the plain rule: {bills[PLAIN]['lost']})", bills[OURS]["lost"] == 0)
    yield Promise("a mixed day costs less than half of OCR of everything",
                  f"{bills[OURS]['dollars']:.2f} of {bills[EVERYTHING]['dollars']:.2f} dollars",
                  bills[OURS]["dollars"] < bills[EVERYTHING]["dollars"] / 2)
    yield Promise("the same day again: 0 dollars", f"{bills[AGAIN]['dollars']:.2f}", bills[AGAIN]["pages"] == 0)


def of_long_tables(figures: Figures) -> Iterable[Promise]:
    for way in dict.fromkeys(row["way"] for row in figures["tables"]):
        rows = [row for row in figures["tables"] if row["way"] == way]
        recall, precision = (min(row[name] for row in rows) for name in ("recall", "precision"))
        yield Promise(f"tables of up to {max(row['rows'] for row in rows):,} rows, {way}: each row, and nothing else",
                      f"recall {recall:.3f}, precision {precision:.3f}", recall == precision == 1.0)


def of_soak(figures: Figures) -> Iterable[Promise]:
    for day in figures["days"]:
        broken = [name for name, kept in day["promises"].items() if not kept]
        scenario = day["scenario"]
        yield Promise(
            f"a day of {scenario['documents']:,} documents, {scenario['name']}: nothing lost, no false success, the "
            "quota kept", ", ".join(broken) or f"{len(day['promises'])} promises hold", not broken)
        if day["series"][-1]["documents"] >= 1000:
            yield _of_a_long_day(day["series"])


def _of_a_long_day(series: Sequence[Mapping[str, int]]) -> Promise:
    """The first hundred documents carry the start of the day's run."""
    paces = {count: count / next(row["second"] for row in series if row["documents"] >= count) for count in (100, 1000)}
    share = paces[1000] / paces[100]
    return Promise(f"documents a minute of that day, all 1,000 against the first 100: at least {FEWER}", f"{share:.2f}",
                   share >= FEWER)


def of_chaos(figures: Figures) -> Iterable[Promise]:
    broken = [one["name"] for one in figures["rounds"] if one["checked"]["problems"]]
    again = sum(one["checked"]["billed"] - one["checked"]["needed"] for one in figures["rounds"])
    yield Promise("documents, records, bills and audit chains are whole after every fault",
                  ", ".join(broken) or f"{len(figures['rounds'])} faults, {again} pages billed again",
                  not (broken or figures["problems"]))


def of_targets(title: str) -> Callable[[Figures], Iterable[Promise]]:
    """Of a benchmark whose targets are many: how many are kept, and which are not."""

    def promises(figures: Figures) -> Iterable[Promise]:
        judged = {name: kept for name, kept in figures["targets"].items() if kept is not None}
        broken = [name for name, kept in judged.items() if not kept]
        measured = f"{len(judged) - len(broken)} of {len(judged)}" + (f"; not: {'; '.join(broken)}" if broken else "")
        yield Promise(title, measured, not broken)

    return promises


PROMISES: Mapping[str, Callable[[Figures], Iterable[Promise]]] = {
    "floor": of_floor, "document_growth": of_document_growth, "stage_cost": of_stage_cost,
    "page_growth": of_page_growth, "money": of_money, "long_tables": of_long_tables, "soak": of_soak, "chaos": of_chaos,
    "textract_blocks": of_targets("reading Textract's blocks, and the memory of a long job"),
    "classify": of_targets("classification beside plain text extraction, its growth and memory"),
    "convert": of_targets("conversion beside fhir.resources, its growth")}
"""By the name of the benchmark, in the order of the page."""


def summary(measured: Mapping[str, Figures]) -> str:
    """A table of all promises of the benchmarks that were measured."""
    lines = [(promise.target, promise.measured, "yes" if promise.kept else "**NO**")
             for name, promises in PROMISES.items() if name in measured for promise in promises(measured[name])]
    return markdown(("promise", "measured", "kept"), lines) if lines else "Nothing has been measured: `make bench`."
