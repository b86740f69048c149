"""A round of documents on the cluster: delivery, a look at them that outlives faults, and the operator's moves."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

import psutil  # type: ignore[import-untyped]
import requests
from cluster_system import ClusterSystem, instances

from demo import watch
from demo.watch import DAG_ID, Row
from include.airflow_api import ApiError
from include.documents.storage import inbox_prefix
from include.samples.specimens.documents import Specimen

Found = TypeVar("Found")

DAY = "2026-06-20"
LOOK_SECONDS = 2.0
ACT_SECONDS = 15.0
"""How long an operator lets a document be after they have done something with it."""
MOST_RETRIES = 6
_FAILED, _WAITING = "failed", "awaiting_input"


class TooLateError(Exception):
    """The documents have not come through within the time that there is; the message says what was waited for."""


@dataclass(slots=True)
class Scene:
    """A round: its documents, and what is seen of them.

    :param deadline: by :func:`time.monotonic`, until when anything is waited for.
    :param by_hand: runs that were started beside the batches' own.
    """

    cluster: ClusterSystem
    chance: Random
    deadline: float
    specimens: Mapping[Specimen, bytes]
    documents: Mapping[str, Specimen] = field(default_factory=dict)
    by_hand: list[str] = field(default_factory=list)
    earlier: frozenset[str] = frozenset()
    codes: Counter[str] = field(default_factory=Counter)
    revived: list[str] = field(default_factory=list)
    _acted: dict[tuple[str, int], list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def pages(self) -> int:
        """Pages that Textract has to read."""
        return sum(specimen.pages_to_ocr for specimen in self.specimens)

    def begin(self) -> str:
        """Deliver the documents and start the day's run; its id."""
        self.earlier = frozenset(watch.day_runs(self.cluster.api, DAY))
        self.documents = {
            self.cluster.put(f"{inbox_prefix(DAY)}{each.file_name}", body): each
            for each, body in self.specimens.items()}
        return self.cluster.process_day_of(DAY)

    def runs(self) -> list[str]:
        return [run for run in watch.day_runs(self.cluster.api, DAY) if run not in self.earlier] + self.by_hand

    def rows(self) -> list[Row]:
        """The documents' rows, one for each run that a document is in."""
        return [row for row in watch.rows(self.cluster.api, self.runs()) if row.document_id in self.documents]

    def share_done(self) -> float:
        """The share of the documents that have ended or wait for somebody."""
        done = {row.document_id for row in self.rows() if row.state != "running"}
        return len(done) / len(self.documents)

    def await_share(self, share: float) -> None:
        """Return once the documents are at work and this share of them, or more, is done."""
        self.until(lambda: (self.rows() and self.share_done() >= share) or None, f"{share:.0%} of the documents")

    def until(self, look: Callable[[], Found | None], what: str) -> Found:
        """What ``look`` finds. What has ended by itself is started again meanwhile, and an API that does not answer is
        asked again.

        :raises TooLateError: nothing until the deadline.
        """
        while time.monotonic() < self.deadline:
            self.revived += self.cluster.revive()
            try:
                found = look()
            except (requests.RequestException, ApiError):
                found = None
            if found is not None:
                return found
            time.sleep(LOOK_SECONDS)
        raise TooLateError(what)

    def settle(self) -> None:
        """Do what an operator does until every document is a success in every run."""
        self.until(self._settled, "every document to be a success")

    def _settled(self) -> bool | None:
        rows = self.rows()
        all_good = all(row.state == "success" for row in rows) and {row.document_id for row in rows} == set(
            self.documents)
        if all_good and all(self.cluster.api.run(DAG_ID, run)["state"] == "success" for run in self.runs()):
            return True
        running = {(row.run_id, row.document_id) for row in rows if row.state == "running"}
        self._act([entry for entry in queue(self.cluster) if entry["run_id"] in self.runs()
                   and (entry["run_id"], entry["document_id"]) not in running])
        return None

    def _act(self, entries: Sequence[dict[str, Any]]) -> None:
        """Retry what is red, approve what waits.

        :raises TooLateError: something is red however often it is retried.
        """
        for state, action in ((_FAILED, "retry"), (_WAITING, "approve")):
            chosen = [entry for entry in entries if entry["state"] == state and self._is_its_turn(entry)]
            if chosen:
                self.codes.update(entry["codes"][0] for entry in chosen)
                self.cluster.api.act(action, [
                    {"run_id": entry["run_id"], "map_index": entry["map_index"]} for entry in chosen])

    def _is_its_turn(self, entry: dict[str, Any]) -> bool:
        before, now = self._acted[entry["run_id"], entry["map_index"]], time.monotonic()
        if before and now - before[-1] < ACT_SECONDS:
            return False
        if len(before) == MOST_RETRIES:
            raise TooLateError(f"{entry['stage']} is {entry['codes'][0]} however often it is retried")
        before.append(now)
        return True


def queue(cluster: ClusterSystem) -> list[dict[str, Any]]:
    """The review queue's entries, but for those that Airflow tries again by itself."""
    entries: list[dict[str, Any]] = []
    while True:
        page = cluster.api.call("GET", f"/review-queue/api/entries?limit=200&offset={len(entries)}")
        entries += page["rows"]
        if len(entries) >= page["shown"] or not page["rows"]:
            return [entry for entry in entries if entry["state"] in (_FAILED, _WAITING)]


def calls_under_way(cluster: ClusterSystem, worker: str) -> int:
    """The connections that a worker's tasks have open to Textract: no call under way is without one."""
    port = cluster.local.textract_port
    count = 0
    for process in cluster.family(worker):
        try:
            count += sum(bool(socket.raddr) and socket.raddr.port == port and socket.status == psutil.CONN_ESTABLISHED
                         for socket in process.net_connections())
        except psutil.Error:  # a task that has just ended
            continue
    return count


WORKERS = tuple(instances("worker"))
