"""Documents a minute beside Airflow's floor: a bare DAG with five empty mapped tasks a row, on the same deployment.

One run of the pipeline and one of the bare DAG take turns; whoever begins, changes. Text PDFs of two pages: what is
measured is Airflow's part and ours, not OCR. Then settings of Airflow, one at a time, by what they do to the floor
itself. Figures go to ``var/benchmarks/floor.json``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from rich.console import Console

from benchmarks.batch_runs import Pace, floor_run, pipeline_run, register_letters
from benchmarks.figures import circumstances, show_targets, store, table
from benchmarks.measured_system import CLUSTER, SQLITE, Measured, running
from demo.environment import PROJECT

OUTPUT = PROJECT / "var" / "benchmarks" / "floor.json"
TARGET = 0.85
DOCUMENTS, ROUNDS = 50, 3
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable of Airflow's; ``shipped`` where the demo has the value. ``label`` says what it is, if its value does
    not."""

    name: str
    value: str
    shipped: bool = False
    label: str = ""

    def __str__(self) -> str:
        return self.label or f"{self.name}={self.value}"


SETTINGS = (
    Setting("AIRFLOW__CORE__PARALLELISM", "3"),
    Setting("AIRFLOW__CORE__PARALLELISM", "6"),
    Setting("AIRFLOW__CORE__PARALLELISM", "12", shipped=True),
    Setting("AIRFLOW__CORE__PARALLELISM", "24"),
    Setting("AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL", "5"),
    Setting("AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME", "0.2"),
    Setting("AIRFLOW__SCHEDULER__MAX_TIS_PER_QUERY", "64"),
    Setting("AIRFLOW__CORE__NUM_DAG_RUNS_TO_RETAIN_RENDERED_FIELDS", "0"),
    Setting("AIRFLOW__LOGGING__LOGGING_LEVEL", "WARNING"),
    Setting("AIRFLOW__LOGGING__NAMESPACE_LEVELS", "http.access=WARNING"),
    Setting("PYTHONPATH", str(PROJECT), label="without config/airflow_local_settings.py, which preloads"))
"""Measured on SQLite."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--systems", default=f"{SQLITE},{CLUSTER}")
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--settings", action="store_true", help="try the settings, too: two minutes each")
    chosen = parser.parse_args()
    console = Console(width=120, highlight=False)
    figures: dict[str, Any] = json.loads(OUTPUT.read_text()) if OUTPUT.exists() else {"systems": {}, "settings": []}
    for name in filter(None, chosen.systems.split(",")):
        console.rule(name)
        with running(name, {}, console.print) as system:
            figures["systems"][name] = side_by_side(system, chosen.documents, chosen.rounds, console)
        _store(figures, chosen.documents)
    if chosen.settings:
        figures["settings"] = settings_one_by_one(chosen.documents, console)
        _store(figures, chosen.documents)
    _show(figures, console)


def side_by_side(system: Measured, documents: int, rounds: int, console: Console) -> dict[str, Any]:
    """The rounds' figures and their medians."""
    registered = [register_letters(system, number * documents, documents) for number in range(rounds)]
    pipeline_run(system, register_letters(system, rounds * documents, WARM_UP))
    floor_run(system, WARM_UP)
    pairs = []
    for number, letters in enumerate(registered):
        if number % 2:
            floor = floor_run(system, documents)
            ours = pipeline_run(system, letters)
        else:
            ours = pipeline_run(system, letters)
            floor = floor_run(system, documents)
        pairs.append((ours, floor))
        console.print(f"round {number + 1} of {rounds}: ours {ours.a_minute:.1f} documents a minute "
                      f"({ours.cpu_a_document:.2f} CPU s each), floor {floor.a_minute:.1f} "
                      f"({floor.cpu_a_document:.2f}), ratio {ours.a_minute / floor.a_minute:.2f}")
    return _summed_up(pairs)


def _summed_up(pairs: Sequence[tuple[Pace, Pace]]) -> dict[str, Any]:
    rounds: list[dict[str, Any]] = [
        {"ours": ours.a_minute, "floor": floor.a_minute, "ratio": ours.a_minute / floor.a_minute,
         "cpu_ours": _a_document(ours), "cpu_floor": _a_document(floor)} for ours, floor in pairs]
    middle = {name: median(each[name] for each in rounds) for name in ("ours", "floor", "ratio")}
    return {"rounds": rounds, **middle,
            "cpu_ours": median(ours.cpu_a_document for ours, _ in pairs),
            "cpu_floor": median(floor.cpu_a_document for _, floor in pairs)}


def _a_document(pace: Pace) -> Mapping[str, float]:
    """CPU seconds a document by component."""
    return {name: round(seconds / pace.documents, 4) for name, seconds in pace.cpu.items()}


def settings_one_by_one(rows: int, console: Console) -> list[dict[str, Any]]:
    """What each does to the floor, against a deployment as it is shipped, measured before and after all of them."""
    before = _floor({}, rows, console)
    found = [(setting, _floor({setting.name: setting.value}, rows, console)) for setting in SETTINGS]
    shipped = median((before, _floor({}, rows, console)))
    return [{"setting": str(setting), "system": SQLITE, "before": shipped, "after": after,
             "ratio": after / shipped, "shipped": setting.shipped} for setting, after in found]


def _floor(variables: Mapping[str, str], rows: int, console: Console) -> float:
    console.print(f"With {variables or 'what is shipped'}")
    with running(SQLITE, variables, lambda _: None) as system:
        floor_run(system, WARM_UP)
        pace = median(floor_run(system, rows).a_minute for _ in range(2))
    console.print(f"{pace:.1f} rows a minute")
    return pace


def _store(figures: Mapping[str, Any], documents: int) -> None:
    store({**figures, **circumstances(), "documents_a_round": documents}, OUTPUT)


def _show(figures: Mapping[str, Any], console: Console) -> None:
    console.print(table("Documents a minute", ("system", "ours", "floor", "ratio", "CPU s, ours", "CPU s, floor"), [
        (name, f"{one['ours']:.1f}", f"{one['floor']:.1f}", f"{one['ratio']:.2f}", f"{one['cpu_ours']:.2f}",
         f"{one['cpu_floor']:.2f}") for name, one in figures["systems"].items()], {"system"}))
    if figures["settings"]:
        console.print(table("Airflow's floor by setting", ("setting", "rows a minute", "ratio"), [
            (one["setting"], f"{one['after']:.1f}", f"{one['ratio']:.2f}") for one in figures["settings"]],
            {"setting"}))
    show_targets({f"{name}: at least {TARGET} of the floor": one["ratio"] >= TARGET
                  for name, one in figures["systems"].items()}, console)


if __name__ == "__main__":
    main()
