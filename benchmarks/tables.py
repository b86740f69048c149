"""The tables of docs/benchmarks.md, each from the figures of one benchmark; as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Figures = Mapping[str, Any]


def markdown(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [columns, ["---"] * len(columns), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def circumstances(figures: Figures) -> str:
    """When and on what."""
    machine = figures["machine"]
    return (f"Measured {figures['measured_at'][:10]} on {machine['cpus']} CPUs ({machine['system']}), "
            f"Python {figures['python']}.")


def floor(figures: Figures) -> str:
    systems = markdown(("system", "ours, documents a minute", "Airflow's floor", "ours divided by the floor"), [
        (name, f"{one['ours']:.1f}", f"{one['floor']:.1f}", f"{one['ratio']:.2f}")
        for name, one in figures["systems"].items()])
    settings = markdown(("setting", "system", "before", "after", "ratio", "shipped"), [
        (f"`{one['setting']}`", one["system"], f"{one['before']:.1f}", f"{one['after']:.1f}", f"{one['ratio']:.2f}",
         "yes" if one["shipped"] else "no") for one in figures.get("settings", ())])
    tried = f"\n\nSettings that were tried, one at a time, in documents a minute:\n\n{settings}" if figures.get(
        "settings") else ""
    return f"{systems}{tried}"


def document_growth(figures: Figures) -> str:
    growth = markdown(("documents", "seconds", "documents a minute"), [
        (f"{one['documents']:,}", f"{one['seconds']:.0f}", f"{one['per_minute']:.1f}") for one in figures["growth"]])
    search = markdown(("documents in a batch", "batches at once", "documents", "documents a minute"), [
        (str(one["batch_size"]), str(one["runs_at_once"]), f"{one['documents']:,}", f"{one['per_minute']:.1f}")
        for one in figures.get("search", ())])
    return "\n\n".join([*([growth] if figures["growth"] else []), *([search] if figures.get("search") else [])])


def stage_cost(figures: Figures) -> str:
    columns = ("document", "pages", "stage", "CPU ms", "a page", "of it until the workspace is open", "S3 calls")
    costs = markdown(columns, [
        (row["document"], str(row["pages"]), row["stage"], f"{_whole(row):.0f}", f"{_whole(row) / row['pages']:.1f}",
         f"{row['opening']:.0f}", _calls(row["s3_calls"])) for row in figures["costs"]])
    loaded = {"nothing": "nothing", "imports": "the libraries",
              "all": "the libraries, and what they build at first use"}
    five = markdown(("what the parent of the tasks has loaded", "CPU ms of the five tasks"), [
        (loaded[name], f"{spent:.0f}") for name, spent in figures["five_tasks"].items()])
    imports = markdown(("import of", "CPU s", "elapsed s"), [
        (name, f"{row['cpu']:.2f}", f"{row['elapsed']:.2f}") for name, row in figures["imports"].items()])
    profiles = "\n\n".join(_profile(kind, stages) for kind, stages in figures["profiles"].items())
    return f"{costs}\n\n{five}\n\n{imports}\n\n{profiles}"


def page_growth(figures: Figures) -> str:
    return markdown(("stage", "pages", "CPU s", "CPU ms a page", "peak MiB", "parsers' peak MiB", "S3 calls"), [
        (row["stage"], f"{row['pages']:,}", f"{row['cpu_seconds']:.2f}",
         f"{1000 * row['cpu_seconds'] / row['pages']:.2f}", f"{row['peak']:.0f}", f"{row['child_peak']:.0f}",
         f"{sum(row['s3_calls'].values()):,}") for row in figures["costs"]])


def money(figures: Figures) -> str:
    parts = []
    for name, title in (("day", "The mixed day"), ("corpus", "A folder of one's own")):
        day = figures.get(name)
        if day:
            bills = markdown(("way", "pages sent", "dollars", "pages lost that need OCR"), [
                (bill["way"], f"{bill['pages']:,}", f"{bill['dollars']:.2f}", _lost(bill)) for bill in day["bills"]])
            parts.append(f"{title}: {day['documents']:,} documents, {day['pages']:,} pages, "
                         f"{figures['dollars_per_page']:.3f} dollars a page.\n\n{bills}")
    mix = ", ".join(f"{count} {kind}" for kind, count in sorted(
        figures["day"]["by_kind"].items(), key=lambda pair: -pair[1]))
    return "\n\n".join([*parts, f"The day's documents: {mix}."])


def long_tables(figures: Figures) -> str:
    return markdown(("read from", "rows", "pages", "recall", "precision", "read, CPU s", "converted, CPU s"), [
        (row["way"], f"{row['rows']:,}", str(row["pages"]), f"{row['recall']:.3f}", f"{row['precision']:.3f}",
         f"{row['read']:.2f}", f"{row['converted']:.2f}") for row in figures["tables"]])


def soak(figures: Figures) -> str:
    return markdown(
        ("day", "documents", "lost", "false successes", "pages billed", "needed", "documents a minute",
         "calls a second: mean", "most", "allowed", "throttled", "jobs at once"), [
            (day["scenario"]["name"], f"{day['verdict']['documents']:,}", str(day["verdict"]["lost"]),
             str(len(day["verdict"]["false_successes"])), f"{day['verdict']['billed']:,}",
             f"{day['verdict']['needed']:,}", f"{day['load']['documents_a_minute']:.1f}",
             f"{day['load']['mean_calls']:.2f}", str(day["load"]["most_calls"]),
             str(day["scenario"]["calls_a_second"]), str(day["load"]["throttled"]), str(day["load"]["most_jobs"]))
            for day in figures["days"]])


def chaos(figures: Figures) -> str:
    rounds = markdown(("fault", "documents", "struck", "OCR tasks tried again", "pages", "billed again", "at most",
                       "seconds", "all holds"), [
        (one["name"], str(one["checked"]["documents"]), str(len(one["strikes"])), str(one["checked"]["tries_again"]),
         str(one["checked"]["needed"]), str(one["checked"]["billed"] - one["checked"]["needed"]),
         str(one["checked"]["may_be_billed_again"]), f"{one['seconds']:.0f}",
         "NO" if one["checked"]["problems"] else "yes") for one in figures["rounds"]])
    return f"Seed {figures['seed']}, {figures['documents']} documents.\n\n{rounds}"


TABLES: Mapping[str, Callable[[Figures], str]] = {
    "floor": floor, "document_growth": document_growth, "stage_cost": stage_cost, "page_growth": page_growth,
    "money": money, "long_tables": long_tables, "soak": soak, "chaos": chaos}
"""By the name of the benchmark."""

_COMMANDS = {"soak": "make soak", "chaos": "make chaos"}


def section(name: str, figures: Figures | None) -> str:
    """What stands between a benchmark's markers."""
    if figures is None:
        return f"Not measured: `{_COMMANDS.get(name, f'make bench ONLY={name}')}`."
    return f"{circumstances(figures)}\n\n{TABLES[name](figures)}"


def _whole(row: Mapping[str, Any]) -> float:
    return float(row["own"] + row["parsers"])


def _calls(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {operation}" for operation, count in sorted(calls.items()))


def _profile(kind: str, stages: Mapping[str, Mapping[str, float]]) -> str:
    groups = sorted({group for spent in stages.values() for group in spent},
                    key=lambda group: -sum(spent.get(group, 0.0) for spent in stages.values()))
    lines = [(group, *(f"{spent.get(group, 0.0):.0f}" for spent in stages.values())) for group in groups[:14]]
    return (f"Where the CPU time goes ({kind}, 10 pages, under a profiler, which makes all slower), ms:\n\n"
            + markdown(("", *stages), lines))


def _lost(bill: Mapping[str, Any]) -> str:
    if bill["lost"] is None:
        return "not known"
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(bill["lost_by_kind"].items()))
    return f"{bill['lost']} ({kinds})" if kinds else str(bill["lost"])
