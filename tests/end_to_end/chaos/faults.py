"""What is done to the deployment: each fault strikes, holds for a while, and is undone.

A fault is a context manager over a :class:`~chaos.scene.Scene`. It is entered when its moment has come and yields what
it hit; leaving it undoes it and returns once what was struck is healthy again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import psutil  # type: ignore[import-untyped]
from cluster_system import instances
from own_postgres import OwnPostgres

from chaos.scene import WORKERS, Scene, calls_under_way
from demo.watch import DAG_ID
from include.audit.events import EventName

HOLD_SECONDS = (4.0, 15.0)
"""How long a fault lasts: between these, by chance."""
PAGE_SECONDS = 1.0
"""What every page takes in all rounds, about as with Textract: a page has to be under way for a kill to meet it."""
LONGEST_POLL_SECONDS = 5
"""TEXTRACT_ASYNC_MAX_WAIT of the cluster; each of the 16 pages of a job adds two (``document_tasks.ocr``)."""
JOB_PAGES = 16
SLOW_JOB_SECONDS = LONGEST_POLL_SECONDS + 2 * JOB_PAGES + 20.0


@dataclass(frozen=True, slots=True)
class Hit:
    """What a fault met.

    :param what: for the timeline: names of processes, counts.
    :param billed_again: pages that may be billed once more for it; None where every try that was lost may have had its
        pages under way.
    """

    what: str
    billed_again: int | None = 0


Strike = Callable[[Scene], AbstractContextManager[Hit]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    :param at_start: it strikes before the documents' run starts, for it waits for what they do.
    :param at_random: it can strike while documents of all ages are at work.
    """

    name: str
    strike: Strike
    at_start: bool = False
    at_random: bool = True


def calm(scene: Scene) -> None:
    """No fault; every page takes its time."""
    scene.cluster.no_faults()
    scene.cluster.fault({"operation": "AnalyzeDocument", "slow_seconds": PAGE_SECONDS})


@contextmanager
def _killed(scene: Scene, *names: str) -> Iterator[Hit]:
    under_way = sum(calls_under_way(scene.cluster, name) for name in names if name in WORKERS)
    for name in names:
        scene.cluster.kill(name)
    try:
        yield Hit(f"{', '.join(names)} killed -9" + (f", {under_way} calls under way" if under_way else ""), under_way)
    finally:
        for name in names:
            scene.cluster.launch(name)
        _await_healthy(scene, *names)


@contextmanager
def _worker_killed(scene: Scene) -> Iterator[Hit]:
    """The worker that has most calls of OCR under way; any, where none has."""
    cluster = scene.cluster
    scene.until(lambda: any(calls_under_way(cluster, name) for name in WORKERS) or scene.share_done() == 1 or None,
                "a call of OCR under way")
    busiest = max(WORKERS, key=lambda name: (calls_under_way(cluster, name), scene.chance.random()))
    with _killed(scene, busiest) as hit:
        yield hit


@contextmanager
def _triggerer_killed(scene: Scene) -> Iterator[Hit]:
    with _killed(scene, "triggerer") as hit:
        yield hit


@contextmanager
def _schedulers_killed(scene: Scene) -> Iterator[Hit]:
    """Both, so that nobody takes over."""
    with _killed(scene, *instances("scheduler")) as hit:
        yield hit


@contextmanager
def _api_server_killed(scene: Scene) -> Iterator[Hit]:
    with _killed(scene, "api-server") as hit:
        # A task that cannot say that it lives for too long is ended by its own supervisor, calls or no calls.
        yield Hit(hit.what, None)


@contextmanager
def _redis_restarted(scene: Scene) -> Iterator[Hit]:
    with _killed(scene, "redis") as hit:
        yield hit


@contextmanager
def _postgres_restarted(scene: Scene, server: OwnPostgres) -> Iterator[Hit]:
    server.stop(at_once=True)
    try:
        yield Hit("every connection cut, as in a power cut", None)
    finally:
        server.start()
        _await_healthy(scene, "api-server", *instances("scheduler"))


def _answering(what: str, *asked: dict[str, Any], billed_again: int | None = 0) -> Strike:
    """The sandbox answers otherwise than it should, until it is told not to."""
    @contextmanager
    def strike(scene: Scene) -> Iterator[Hit]:
        for each in asked:
            scene.cluster.fault(each)
        try:
            yield Hit(what, billed_again)
        finally:
            calm(scene)

    return strike


def _next_jobs(what: str, **asked: Any) -> Strike:
    """The next jobs end otherwise; undone once at least one has begun, or nobody starts any more."""
    @contextmanager
    def strike(scene: Scene) -> Iterator[Hit]:
        before = _jobs(scene)["calls"]
        scene.cluster.fault(asked)
        try:
            yield Hit(what)
        finally:
            scene.until(lambda: _jobs(scene)["calls"] > before or scene.share_done() == 1 or None, "a job to start")
            calm(scene)

    return strike


@contextmanager
def _jobs_lost(scene: Scene) -> Iterator[Hit]:
    """Every job is forgotten while one is under way: what of it is not fetched yet has to be read by another."""
    scene.cluster.fault({"job": "SUCCEEDED", "slow_seconds": 10})
    scene.until(lambda: _jobs(scene)["calls"] or scene.share_done() == 1 or None, "a job to start")
    stored = _pages_of_jobs_stored(scene)
    scene.cluster.fault({"lose_jobs": True})
    jobs = _jobs(scene)["calls"]
    lost = max(0, jobs * JOB_PAGES - stored)
    try:
        yield Hit(f"{jobs} jobs forgotten, with {lost} pages that had not been fetched", lost)
    finally:
        calm(scene)


@contextmanager
def _started_twice(scene: Scene) -> Iterator[Hit]:
    """A run by hand over the documents that the batch's run has just taken up."""
    scene.until(lambda: scene.rows() or None, "the batch's run")
    scene.by_hand.append(scene.cluster.api.trigger(
        DAG_ID, scene.cluster.run_id(), {"documents": sorted(scene.documents)}))
    yield Hit("a second run over the same documents")


@contextmanager
def _cleared(scene: Scene) -> Iterator[Hit]:
    """Clear everything of the batch's run while its tasks run."""
    under_way = sum(calls_under_way(scene.cluster, name) for name in WORKERS)
    [run] = [run for run in scene.runs() if run not in scene.by_hand][-1:]
    cleared = scene.cluster.api.clear(DAG_ID, run, ["read_batch"])
    yield Hit(f"{cleared} tasks cleared, {under_way} calls under way", None)


def _jobs(scene: Scene) -> dict[str, int]:
    count: dict[str, int] = scene.cluster.calls()["StartDocumentAnalysis"]
    return count


def _pages_of_jobs_stored(scene: Scene) -> int:
    return sum(each.pages_to_ocr for document, each in scene.documents.items()
               if EventName.OCR_ASYNC_JOB_COMPLETED in scene.cluster.events(document))


def _await_healthy(scene: Scene, *names: str) -> None:
    for name in names:
        scene.until(lambda name=name: _healthy(scene, name) or None, f"{name} to be healthy")  # type: ignore[misc]


def _healthy(scene: Scene, name: str) -> bool:
    """Also of a process that ends while it is asked: it is started again."""
    try:
        return scene.cluster.healthy(name)
    except (AssertionError, psutil.Error):
        return False


def at_once(*struck: Fault) -> Fault:
    """Several faults that strike together and are undone together."""
    @contextmanager
    def strike(scene: Scene) -> Iterator[Hit]:
        with ExitStack() as stack:
            hits = [stack.enter_context(fault.strike(scene)) for fault in struck]
            pages = [hit.billed_again for hit in hits if hit.billed_again is not None]
            yield Hit("; ".join(hit.what for hit in hits), sum(pages) if len(pages) == len(hits) else None)

    return Fault(" + ".join(fault.name for fault in struck), strike)


def faults(postgres: OwnPostgres | None) -> tuple[Fault, ...]:
    """All of them, in the order of docs/faults.md; that of Postgres where the cluster has one of its own."""
    return (
        Fault("worker", _worker_killed),
        Fault("triggerer", _triggerer_killed),
        Fault("scheduler", _schedulers_killed),
        Fault("api-server", _api_server_killed),
        Fault("redis", _redis_restarted),
        *([Fault("postgres", partial(_postgres_restarted, server=postgres))] if postgres else []),
        Fault("answers-5xx", _answering(
            "half of the calls to Textract answered 503", {"http_status": 503, "probability": 0.5})),
        Fault("throttled", _answering(
            "30 % of the calls to Textract throttled", {"error": "ThrottlingException", "probability": 0.3})),
        Fault("jobs-lost", _jobs_lost),
        Fault("jobs-partial", _next_jobs(
            "the next two jobs end PARTIAL_SUCCESS", job="PARTIAL_SUCCESS", pages=[2], times=2), at_start=True),
        Fault("poll-expires", _next_jobs(
            "the next job takes longer than the longest wait", job="SUCCEEDED", times=1,
            slow_seconds=SLOW_JOB_SECONDS), at_start=True),
        Fault("s3-slow-down", _answering(
            "every write to S3 answered SlowDown", {"operation": "s3:PutObject", "error": "SlowDown"},
            billed_again=None)),
        Fault("s3-denied", _answering(
            "every write to S3 answered AccessDenied", {"operation": "s3:PutObject", "error": "AccessDenied"},
            billed_again=None)),
        Fault("run-twice", _started_twice, at_random=False),
        Fault("run-cleared", _cleared, at_random=False),
    )
