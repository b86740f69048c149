"""``make soak``: a day of 1,000 specimens through the services of docker-compose.yaml, then a day short of quota.

The sandbox's stand-in for OCR enforces Textract's limits: AnalyzeDocument calls a second, 100 jobs at once. Every
document has to come to a success that says exactly what it prints, and every page is billed once; the exit code is 1
where a promise is not kept. Figures go to ``var/benchmarks/soak.json``. docs/soak.md says what they mean.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cluster_system import ClusterSystem, missing
from rich.console import Console

from benchmarks.figures import circumstances, show_targets, store, table
from demo.environment import PROJECT, environ
from demo.processes import exit_when_asked_to_end
from demo.system_command import login
from soak.course import follow
from soak.load import Load, load, series
from soak.scenario import MOST_JOBS, Scenario, ordinary, short_of_quota
from soak.verdict import Verdict, judge

OUTPUT = PROJECT / "var" / "benchmarks" / "soak.json"


def main() -> int:
    chosen = _parser().parse_args()
    console = Console(width=110, highlight=False)
    reason = missing()
    if reason:
        console.print(reason)
        return 1
    scenarios = [ordinary(chosen.documents), short_of_quota(min(chosen.documents, chosen.short_of_quota))]
    days: list[dict[str, Any]] = []
    for scenario in scenarios:
        if scenario.documents:
            days.append(_day(scenario, chosen.longest_seconds, console))
            store({**circumstances(), "days": days}, chosen.output)
    return 0 if all(kept for day in days for kept in day["promises"].values()) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--short-of-quota", type=int, default=100, help="documents at most of the day short of quota;"
                        " 0: without that day")
    parser.add_argument("--longest-seconds", type=float, default=5400, help="for each day's documents")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    return parser


def _day(scenario: Scenario, longest_seconds: float, console: Console) -> dict[str, Any]:
    """One day on a deployment of its own; its figures."""
    console.print(f"[bold]{scenario.name}[/bold]: {scenario.documents} documents, {scenario.calls_a_second} calls a "
                  "second allowed")
    exit_when_asked_to_end()
    with tempfile.TemporaryDirectory() as folder:
        system = ClusterSystem(Path(folder) / "cluster", console.print, scenario.sandbox_options(), soon={})
        try:
            system.start()
            console.print("Drawing and delivering the documents")
            delivered = scenario.deliver(system)
            course = follow(system, scenario.day, scenario.documents, longest_seconds, console.print)
            console.print("Looking at every bundle, record and audit chain")
            verdict, reconciled = judge(system, scenario.day, delivered), _reconciled(system, scenario.day)
        except BaseException:
            console.print(system.log_tail())
            raise
        finally:
            console.print("Stopping")
            system.stop()
    used = load(course, scenario)
    promises = _promises(scenario, verdict, used, reconciled)
    _show(scenario, verdict, used, promises, console)
    return {"scenario": asdict(scenario), "verdict": asdict(verdict), "load": asdict(used), "promises": promises,
            "finished": course.finished, "reconciled": reconciled, "series": series(course)}


def _promises(
    scenario: Scenario, verdict: Verdict, used: Load, reconciled: Mapping[str, Any],
) -> dict[str, bool]:
    """What was promised, and whether it was kept; where the quota is short, also that this was felt."""
    more = {
        "no second had more calls than the quota": used.most_calls <= scenario.calls_a_second,
        "no more jobs at once than the quota": used.most_jobs <= MOST_JOBS}
    if scenario.name == "short of quota":
        more["calls were throttled"] = used.throttled > 0
    more |= {f"reconciliation: {each['name']}": each["holds"] for each in reconciled["invariants"]}
    return {**verdict.promises, **more}


def _reconciled(system: ClusterSystem, day: str) -> dict[str, Any]:
    """What the checker of any deployment says of this one."""
    said = subprocess.run(
        [sys.executable, "-m", "include.reconciliation", "--json", "--day", day,
         "--textract-billed", str(system.pages_billed())],
        env={**environ(system.local), **login(system.local, "viewer")}, cwd=PROJECT, capture_output=True, check=False,
        text=True)
    assert said.stdout, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def _show(
    scenario: Scenario, verdict: Verdict, used: Load, promises: Mapping[str, bool], console: Console,
) -> None:
    lines: Sequence[tuple[str, str]] = [
        ("documents", f"{verdict.documents}: {dict(verdict.states)}"),
        ("lost / false successes / wrong records",
         f"{verdict.lost} / {len(verdict.false_successes)} / {len(verdict.records)}"),
        ("pages billed / needed", f"{verdict.billed} / {verdict.needed}"),
        ("seconds; documents a minute", f"{used.seconds:.0f}; {used.documents_a_minute}"),
        ("calls a second: mean / most / allowed", f"{used.mean_calls} / {used.most_calls} / {scenario.calls_a_second}"),
        ("quota used from the first call to the last", f"{100 * used.quota_used:.0f} %"),
        ("calls throttled", f"{used.throttled}"),
        ("jobs; most at once / allowed", f"{used.jobs}; {used.most_jobs} / {MOST_JOBS}"),
        ("seconds of an OCR task; at once, on average", f"{used.ocr_task_seconds}; {used.ocr_tasks_at_once}"),
        ("tasks of Airflow a second", f"{used.tasks_a_second}")]
    console.print(table(scenario.name, ("what", "figure"), lines, {"what", "figure"}))
    console.print(*[*verdict.false_successes[:20], *verdict.records[:20]], sep="\n")
    show_targets(promises, console)


if __name__ == "__main__":
    sys.exit(main())
