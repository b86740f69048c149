"""Documents through the cluster while one of its Celery workers dies with a page half read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic

import psutil  # type: ignore[import-untyped]
from cluster_system import ClusterSystem, instances
from local_system import now, until
from rich.console import Console

from demo import results, watch
from demo.inbox import Delivered, deliver
from demo.run import accounted, follow, unexpected
from demo.watch import Row
from include.audit.verification import verify_all

DAY = "2026-06-15"
HANGS = 600.0
"""Seconds for which a call gets no answer: longer than its process has left to live. The page is not billed."""


NO_MORE = ("success", "skipped", "upstream_failed", "deferred")
"""States of an OCR task that sends no more pages one by one."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the documents.

    :param problems: sentences; none where every document ended as its facts file says.
    :param tries: of the task that was killed.
    :param billed: pages that the Textract endpoint was paid for; ``needed``, those that OCR read.
    :param tasks: that each worker has ended.
    """

    documents: int
    problems: Sequence[str]
    killed: str
    tries: int
    billed: int
    needed: int
    chains: int
    broken: int
    seconds: float
    tasks: Counter[str]

    def lines(self) -> list[str]:
        """For a person."""
        return [
            f"{self.documents} documents, {len(self.problems)} not as their facts files say",
            f"{self.killed} was killed: its task ended with try {self.tries}",
            f"Pages billed: {self.billed}; pages that OCR has read: {self.needed}",
            f"Audit chains: {self.chains - self.broken} whole of {self.chains}",
            "Tasks ended: " + ", ".join(f"{name} {count}" for name, count in sorted(self.tasks.items())),
            f"{self.seconds:.0f} s", *self.problems]


def run(cluster: ClusterSystem, files: Sequence[Path], console: Console) -> Figures:
    """Deliver the files as a day's inbox, kill the worker whose page hangs, follow the rest to its end."""
    started, since = monotonic(), now()
    cluster.no_calls()
    cluster.fault({"operation": "AnalyzeDocument", "times": 1, "slow_seconds": HANGS, "http_status": 500})
    delivered = deliver(cluster.s3, DAY, files)
    cluster.process_day_of(DAY)
    run_id = until(lambda: next(iter(watch.day_runs(cluster.api, DAY)), None), 120, "the batch's run")
    console.print(f"{len(delivered)} documents; one page gets no answer, and is waited for until all others are read")
    hanging = until(lambda: _hanging(cluster, run_id), 500, "OCR to be left with the page that hangs")
    victim = until(lambda: next((name for name in instances("worker") if hanging in _supervised(cluster, name)), None),
                   60, "a worker to have the task whose page hangs")
    cluster.kill(victim)
    console.print(f"Killed {victim} with all its processes; a page was half read")
    rows = follow(cluster.api, DAY, delivered, console)
    seconds = monotonic() - started
    cluster.no_faults()
    cluster.launch(victim)
    return _figures(cluster, delivered, rows, since, victim, _tries(cluster, run_id), seconds)


def _hanging(cluster: ClusterSystem, run_id: str) -> str | None:
    """The task instance whose page hangs, once it is the only one in OCR: what another has read and not stored yet,
    Textract would be paid for again."""
    count = cluster.calls().get("AnalyzeDocument", {"calls": 0, "pages": 0})
    states = [(task["id"], task["state"]) for task in cluster.api.task_instances("documents_to_fhir", run_id)
              if task["task_id"] == "process_document.ocr"]
    at_work = [task_id for task_id, state in states if state not in NO_MORE]
    alone = count["calls"] == count["pages"] + 1 and len(at_work) == 1
    return at_work[0] if alone and states else None


def _supervised(cluster: ClusterSystem, worker: str) -> set[str]:
    """The task instances at work in a Celery worker: the last word of a process's title."""
    titles = [_title(process) for process in cluster.family(worker)]
    return {title.split()[-1] for title in titles if "supervisor" in title}


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it has ended
        return ""


def _tries(cluster: ClusterSystem, run_id: str) -> int:
    return max(int(task["try_number"]) for task in cluster.api.task_instances("documents_to_fhir", run_id)
               if task["task_id"] == "process_document.ocr")


def _figures(
    cluster: ClusterSystem, delivered: Sequence[Delivered], rows: Sequence[Row], since: datetime, victim: str,
    tries: int, seconds: float,
) -> Figures:
    names = {each.document_id: each.file for each in delivered}
    buckets = (cluster.bucket, cluster.audit_bucket)
    outcomes = {row.document_id: results.gather(*buckets, DAY, since, row)[0] for row in rows}
    chains = list(verify_all(cluster.audit_bucket, DAY))
    codes = {document: outcome.error_code for document, outcome in outcomes.items()}
    return Figures(
        documents=len(delivered),
        problems=accounted(delivered, rows) + unexpected(rows, names, codes),
        killed=victim, tries=tries, billed=cluster.pages_billed(),
        needed=sum(outcome.pages_ocr for outcome in outcomes.values()),
        chains=len(chains), broken=sum(bool(chain.problems) for chain in chains), seconds=seconds,
        tasks=cluster.tasks_ended())
