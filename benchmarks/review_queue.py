"""``make bench-queue``: how soon the review queue answers with thousands of documents in it.

A real API server on a database of its own; over HTTP, beside Airflow's own list of the same task instances. Writes its
figures to ``var/benchmarks/review_queue.json``. docs/benchmarks.md says what they mean.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from rich.console import Console

from benchmarks.figures import circumstances, store, table
from demo import environment, processes
from demo.environment import PROJECT, Local
from include.airflow_api import AirflowApi

OUTPUT = PROJECT / "var" / "benchmarks" / "review_queue.json"
ENTRIES = 5000
ROUNDS = 41
ASKED = {
    "the queue's first page": "/review-queue/api/entries?limit=100",
    "one code": "/review-queue/api/entries?limit=100&code=ENCRYPTED",
    "the last page": "/review-queue/api/entries?limit=100&offset=4900",
    "older than a day": "/review-queue/api/entries?limit=100&older_than_hours=24",
}
REFERENCE = (
    "Airflow's own list, 100 of the failed", "/api/v2/dags/~/dagRuns/~/taskInstances?state=failed&limit=100")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as folder:
        local = environment.create(Path(folder))
        processes.prepare(local, console.print)
        console.print(f"Writing {chosen.entries} documents into its database")
        subprocess.run([sys.executable, "-m", "benchmarks.review_queue_rows", str(chosen.entries)],
                       env=_environ(local), cwd=PROJECT, check=True)
        figures = _measured(local, chosen.rounds)
    of_reference = figures[REFERENCE[0]]["median_ms"]
    console.print(table(
        f"{chosen.entries} documents in the queue, {chosen.rounds} rounds",
        ("asked", "median ms", "slowest ms", "ratio"),
        [(name, f"{times['median_ms']:.0f}", f"{times['slowest_ms']:.0f}", f"{times['median_ms'] / of_reference:.2f}")
         for name, times in figures.items()], {"asked"}))
    store({**circumstances(), "entries": chosen.entries, "rounds": chosen.rounds, "asked": figures}, OUTPUT)


def _measured(local: Local, rounds: int) -> dict[str, dict[str, float]]:
    command = processes.commands(local)["api"]
    with local.log_file.open("wb") as log:
        server = subprocess.Popen(command, env=_environ(local), cwd=PROJECT, stdout=log, stderr=subprocess.STDOUT)
    try:
        while processes.get_json(f"{local.api_url}/api/v2/monitor/health") is None:
            if server.poll() is not None:
                raise RuntimeError(f"The API server does not start: {local.log_file.read_text()[-2000:]}")
            time.sleep(0.2)
        api = AirflowApi(local.api_url, "operator", local.passwords["operator"])
        asked = {**ASKED, REFERENCE[0]: REFERENCE[1]}
        for path in asked.values():
            api.call("GET", path)
        times: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(rounds):
            for name, path in asked.items():
                started = time.perf_counter()
                api.call("GET", path)
                times[name].append((time.perf_counter() - started) * 1000)
        return {name: {"median_ms": median(found), "slowest_ms": max(found)} for name, found in times.items()}
    finally:
        server.terminate()
        server.wait(timeout=30)


def _environ(local: Local) -> dict[str, str]:
    found = environment.environ(local)
    return {**found, "PYTHONPATH": f"{found['PYTHONPATH']}:{PROJECT / 'plugins'}"}


if __name__ == "__main__":
    main()
