"""The plots of docs/benchmarks.md: SVG that is the same for the same figures, on white, with units."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Figures = Mapping[str, Any]
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Told apart by colour-blind people, too (Okabe and Ito)."""
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "benchmarks", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9,
    "figure.facecolor": "white", "savefig.facecolor": "white", "axes.prop_cycle": cycler(color=_COLOURS),
    "axes.grid": True, "grid.color": "#dddddd", "axes.axisbelow": True, "path.simplify": True,
    "path.simplify_threshold": 1.0}


def draw(name: str, figures: Figures, folder: Path) -> Path:
    """Write a benchmark's plot; without date and with ids of its own, so that the same figures give the same bytes."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.2, 3.4), layout="constrained")
        PLOTS[name](figure, figures)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.svg"
        figure.savefig(path, metadata={"Date": None, "Creator": None})
    # Matplotlib ends some lines with a blank.
    path.write_text("".join(f"{line.rstrip()}\n" for line in path.read_text().splitlines()))
    return path


def floor(figure: Figure, figures: Figures) -> None:
    axes = _axes(figure, "", "documents a minute")
    systems = figures["systems"]
    for shift, (key, label) in zip((-0.2, 0.2), (("floor", "five empty tasks"), ("ours", "ours")), strict=True):
        bars = axes.bar([place + shift for place in range(len(systems))], [one[key] for one in systems.values()],
                        width=0.38, label=label)
        axes.bar_label(bars, fmt="{:.1f}")
    axes.set_xticks(range(len(systems)), list(systems))
    axes.legend(frameon=False)


def document_growth(figure: Figure, figures: Figures) -> None:
    axes = _axes(figure, "documents", "documents a minute")
    growth = figures["growth"]
    axes.semilogx([one["documents"] for one in growth], [one["per_minute"] for one in growth], marker="o")
    axes.set_ylim(bottom=0)


def stage_cost(figure: Figure, figures: Figures) -> None:
    """A line a stage and kind of document, as the two logarithms."""
    for place, kind in enumerate(dict.fromkeys(row["document"] for row in figures["costs"])):
        axes = figure.add_subplot(1, 2, place + 1)
        rows = [row for row in figures["costs"] if row["document"] == kind]
        _lines(axes, rows, lambda row: row["own"] + row["parsers"])
        axes.set(title=kind, xlabel="pages", ylabel="CPU of the task, ms")


def page_growth(figure: Figure, figures: Figures) -> None:
    time, memory = (figure.add_subplot(1, 2, place) for place in (1, 2))
    _lines(time, figures["costs"], lambda row: row["cpu_seconds"])
    time.set(title="time", xlabel="pages", ylabel="CPU, s")
    _lines(memory, figures["costs"], lambda row: max(row["peak"], row["child_peak"]))
    memory.set(title="memory", xlabel="pages", ylabel="peak of a process, MiB")


def money(figure: Figure, figures: Figures) -> None:
    axes = _axes(figure, "dollars", "")
    bills = figures["day"]["bills"]
    labels = [f"{bill['way']}\n({bill['lost']} pages lost)" if bill["lost"] else bill["way"] for bill in bills]
    bars = axes.barh(labels, [bill["dollars"] for bill in bills])
    axes.bar_label(bars, fmt="{:.2f}", padding=3)
    axes.invert_yaxis()


def long_tables(figure: Figure, figures: Figures) -> None:
    recall, seconds = (figure.add_subplot(1, 2, place) for place in (1, 2))
    for way in dict.fromkeys(row["way"] for row in figures["tables"]):
        rows = [row for row in figures["tables"] if row["way"] == way]
        counts = [row["rows"] for row in rows]
        recall.semilogx(counts, [row["recall"] for row in rows], marker="o", label=way)
        seconds.loglog(counts, [row["read"] + row["converted"] for row in rows], marker="o", label=way)
    recall.set(title="recall", xlabel="rows", ylabel="share of rows found", ylim=(0, 1.05))
    seconds.set(title="time", xlabel="rows", ylabel="CPU, s")
    recall.legend(frameon=False)


def soak(figure: Figure, figures: Figures) -> None:
    """Documents that are done above, calls a second below, of the first day; the calls as means of some seconds."""
    done, calls = (figure.add_subplot(2, 1, place) for place in (1, 2))
    day = figures["days"][0]
    seconds, step = day["series"], max(1, len(day["series"]) // 200)
    thinned = seconds[::step]
    done.plot([one["second"] for one in thinned], [one["documents"] for one in thinned])
    done.set(ylabel="documents done")
    means = [sum(one["calls"] for one in seconds[at:at + step]) / len(seconds[at:at + step])
             for at in range(0, len(seconds), step)]
    calls.plot([one["second"] for one in thinned], means)
    calls.axhline(day["scenario"]["calls_a_second"], color="#888888", linestyle="--")
    calls.set(xlabel="seconds", ylabel="calls a second")


PLOTS: Mapping[str, Callable[[Figure, Figures], None]] = {
    "floor": floor, "document_growth": document_growth, "stage_cost": stage_cost, "page_growth": page_growth,
    "money": money, "long_tables": long_tables, "soak": soak}
"""By the name of the benchmark."""


def _axes(figure: Figure, across: str, up: str) -> Axes:
    axes: Axes = figure.add_subplot()
    axes.set(xlabel=across, ylabel=up)
    return axes


def _lines(axes: Axes, rows: Sequence[Mapping[str, Any]], height: Callable[[Mapping[str, Any]], float]) -> None:
    for stage in dict.fromkeys(row["stage"] for row in rows):
        own = [row for row in rows if row["stage"] == stage]
        axes.loglog([row["pages"] for row in own], [height(row) for row in own], marker="o", label=stage)
    axes.legend(frameon=False, fontsize=8)
