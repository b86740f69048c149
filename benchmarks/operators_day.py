"""``make bench-day``: a day of 500 documents, 70 of them with seven kinds of faults, and the operator's way with them.

Real Airflow and the sandbox on this machine. First the queue has to show exactly the faulty ones; then everything is
decided in bulk, a code at a time, until each batch and the day are green. Writes its figures to
``var/benchmarks/operators_day.json``. docs/benchmarks.md says what they mean.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.faulty_documents import KINDS, Kind, documents
from benchmarks.figures import circumstances, store, table
from demo import environment, processes
from demo.environment import PROJECT, Local
from demo.inbox import AUDIT_BUCKET, BUCKET, s3_client
from demo.run import open_api
from include.airflow_api import AirflowApi
from include.audit.verification import verify_all
from include.documents.storage import Bucket, document_id

OUTPUT = PROJECT / "var" / "benchmarks" / "operators_day.json"
DOCUMENTS, FAULTY_OF_A_KIND = 500, 10
LONGEST_SECONDS = 3600
MOST_PLACES = 500
ROWS = 200


@dataclass(slots=True)
class Day:
    """The running system, and when each step of the day was over (seconds since the first document landed)."""

    local: Local
    api: AirflowApi
    console: Console
    began: float = field(default_factory=time.monotonic)
    steps: dict[str, float] = field(default_factory=dict)

    def done(self, step: str) -> None:
        self.steps[step] = round(time.monotonic() - self.began, 1)
        self.console.print(f"{self.steps[step]:6.0f} s  {step}", highlight=False)

    def queue(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while True:
            page = self.api.call("GET", f"/review-queue/api/entries?limit={ROWS}&offset={len(rows)}")
            rows += page["rows"]
            if len(rows) >= page["shown"] or not page["rows"]:
                return rows

    def act(self, code: str, action: str, **more: str) -> int:
        """Do something with all documents of a code; how many there were."""
        places = [{"run_id": row["run_id"], "map_index": row["map_index"]} for row in self.queue()
                  if code in row["codes"]]
        answer = self.api.act(action, places, **more)
        if answer["not_done"]:
            raise SystemExit(f"{code}: not done: {answer['not_done']}")
        return int(answer["done"])

    def until(self, look: Callable[[], bool], what: str) -> None:
        while not look():
            if time.monotonic() - self.began > LONGEST_SECONDS:
                raise SystemExit(f"Not within {LONGEST_SECONDS} seconds: {what}")
            time.sleep(3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--faulty", type=int, default=FAULTY_OF_A_KIND, help="documents of each of the seven faults")
    chosen = parser.parse_args()
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as folder:
        local = environment.create(Path(folder))
        processes.prepare(local, console.print)
        try:
            processes.await_healthy(local, processes.start(local), console.print)
            good = _day(Day(local, open_api(local), console), chosen.documents, chosen.faulty)
        finally:
            processes.stop(local.home)
    sys.exit(0 if good else 1)


def _day(day: Day, count: int, faulty: int) -> bool:
    partition = f"{datetime.now(UTC):%Y-%m-%d}"
    kinds = _deliver(day, partition, count, faulty)
    day.done(f"{count} documents have landed")
    _sandbox(day.local, "POST", {"operation": "AnalyzeDocument", "error": "AccessDeniedException"})
    day_run = day.api.trigger("documents_inbox", conf={"date": partition})
    batches = -(-count // 50)
    day.until(lambda: _ended(day, batches) == count, "every document to be green, red or waiting")
    day.done("every document has come as far as it can")

    rows = day.queue()
    expected = {document: kind.code for document, kind in kinds.items() if kind.code}
    shown = {row["document_id"]: row["codes"][0] for row in rows}
    exact = shown == expected and len(rows) == len(expected)
    day.console.print(f"The queue shows {len(rows)} documents, {len(expected)} are faulty: "
                      f"{'exactly these, each with its code' if exact else 'NOT these'}")
    _sandbox(day.local, "DELETE", None)
    day.done("the fault of OCR is removed")
    counts = {kind.code: day.act(kind.code, kind.action, **kind.more) for kind in KINDS if kind.code}
    day.done("each code was dealt with in bulk")
    day.until(lambda: day.api.run("documents_inbox", day_run)["state"] == "success", "the day to be green")
    day.done("every batch and the day are green")

    left = day.queue()
    audit = Bucket(s3_client(day.local), AUDIT_BUCKET)
    broken = [chain.document_id for chain in verify_all(audit, partition) if chain.problems]
    billed = (processes.get_json(f"{day.local.textract_url}/_sandbox/calls") or {})["pages_billed"]
    good = exact and not left and not broken and billed == faulty
    day.console.print(table("Dealt with in bulk", ("code", "documents", "how"), [
        (kind.code, f"{counts[kind.code]}", kind.action) for kind in KINDS if kind.code], {"code", "how"}))
    day.console.print(f"Left in the queue: {len(left)}. Broken audit chains: {len(broken)}. "
                      f"Pages billed: {billed}, needed: {faulty}")
    store({**circumstances(), "documents": count, "faulty_of_a_kind": faulty, "exact": exact, "left": len(left),
           "broken_chains": len(broken), "pages_billed": billed, "by_code": counts, "seconds": day.steps}, OUTPUT)
    return good


def _deliver(day: Day, partition: str, count: int, faulty: int) -> dict[str, Kind]:
    """Each document's kind by its id."""
    s3 = s3_client(day.local)
    kinds = {}
    for number, (kind, body) in enumerate(documents(count, faulty)):
        key = f"inbox/{partition}/{number:05d}"
        kinds[document_id(key, s3.put_object(Bucket=BUCKET, Key=key, Body=body)["ETag"])] = kind
    return kinds


def _ended(day: Day, batches: int) -> int:
    """Documents that are green, red or waiting, once all batches have begun."""
    runs = [run for run in day.api.runs("documents_to_fhir") if run["dag_run_id"].startswith("batch__")]
    if len(runs) < batches:
        return 0
    ended: Counter[str] = Counter()
    for run in runs:
        if run["state"] in ("success", "failed"):
            ended["done"] += len(day.api.xcom("documents_to_fhir", run["dag_run_id"], "read_batch") or [])
            continue
        tasks = [task for task in day.api.task_instances("documents_to_fhir", run["dag_run_id"])
                 if task["map_index"] >= 0]
        ended["done"] += len({task["map_index"] for task in tasks if task["state"] == "awaiting_input" or (
            task["task_id"].endswith(".audit") and task["state"] == "success")})
    return ended["done"]


def _sandbox(local: Local, method: str, body: dict[str, Any] | None) -> None:
    import requests

    requests.request(method, f"{local.textract_url}/_sandbox/faults", json=body, timeout=10).raise_for_status()


if __name__ == "__main__":
    main()
