"""What real tasks send to a StatsD server: each thing that happened once, under names from a closed list."""

from __future__ import annotations

import papers
from local_system import LocalSystem, until

from include.metrics.catalogue import CATALOGUE
from include.metrics.metric import zeros
from include.samples import samples

MARK = "70417041"
OURS = ("ocr.", "document.")


def counts(system: LocalSystem) -> dict[str, float]:
    return {name: count for name, count in system.statsd.counts().items() if name.startswith(OURS)}


def timings(system: LocalSystem) -> dict[str, int]:
    return {name: len(values) for name, values in system.statsd.values("ms").items() if name.startswith(OURS)}


def test_documents_of_every_kind_are_counted_once(system: LocalSystem) -> None:
    """One of text and a scan, whose call is throttled beyond the client's own attempts and whose task is tried again;
    one that is read by a job; one that cannot be opened."""
    bodies = {"packet.pdf": papers.text_and_scan(MARK), "large.pdf": papers.large_scan(MARK),
              "locked.pdf": (samples.DOCUMENTS / "encrypted.pdf").read_bytes()}
    keys = [system.key(24, name) for name in bodies]
    documents = [system.put(key, body) for key, body in zip(keys, bodies.values(), strict=True)]
    system.fault({"operation": "AnalyzeDocument", "error": "ThrottlingException", "times": 4})
    counted, timed, billed = counts(system), timings(system), system.pages_billed()
    assert system.finish(system.process(keys)) == "failed"

    def sent() -> dict[str, float] | None:
        found = {name: round(count - counted.get(name, 0), 6) for name, count in counts(system).items()}
        return found if found.get("document.ended") == len(bodies) else None

    found = until(sent, 30, "the last document's metrics")
    assert {name: count for name, count in found.items() if count} == {
        "document.received": 3,
        "document.ended": 3, "document.ended.hybrid.success": 1, "document.ended.async_ocr.success": 1,
        "document.ended.none.failed": 1,
        "document.failed": 1, "document.failed.ENCRYPTED": 1,
        "ocr.documents_by_route": 2, "ocr.documents_by_route.hybrid": 1, "ocr.documents_by_route.async_ocr": 1,
        "ocr.pages_local": 1, "ocr.pages_external": 3, "ocr.cost_usd": 0.195,
        "ocr.async_jobs_started": 1, "ocr.async_jobs_completed": 1,
        "ocr.errors": 1, "ocr.errors.ThrottlingException": 1}
    assert system.pages_billed() - billed == 3
    assert {name: number - timed.get(name, 0) for name, number in timings(system).items()} == {
        "document.latency_ms": 2, "ocr.extraction_time_ms": 2, "ocr.extraction_time_ms.sync": 1,
        "ocr.extraction_time_ms.async": 1}
    latency = max(system.outcome(document)["landed_to_fhir_seconds"] or 0 for document in documents)
    assert round(latency * 1000) in system.statsd.values("ms")["document.latency_ms"]


def test_names_are_of_the_catalogue_and_none_holds_a_document(system: LocalSystem) -> None:
    """Airflow's own hold ids of DAGs and tasks, of no run and no document."""
    known = set(CATALOGUE) | {metric.name_with_values for metric in zeros()} | {
        "ocr.extraction_time_ms.sync", "ocr.extraction_time_ms.async"}
    names = [name for kind in ("c", "ms", "g") for name in system.statsd.values(kind)]
    assert [name for name in names if name.startswith(OURS) and name not in known] == []
    assert [name for name in names if "doc-" in name or "manual__" in name or "batch__" in name] == []


def test_every_counter_is_sent_at_zero_before_it_counts(system: LocalSystem) -> None:
    run_id = system.api.trigger("documents_overdue", system.run_id())
    assert system.await_run(run_id, "documents_overdue") == "success"
    assert until(lambda: set(counts(system)) >= {metric.name_with_values for metric in zeros()} or None, 30, "zeros")


def test_airflows_own_heartbeats_and_pools_arrive(system: LocalSystem) -> None:
    """The dashboard and the alerts are made of them."""
    assert {"scheduler_heartbeat", "triggerer_heartbeat", "dag_processor_heartbeat"} <= set(system.statsd.values("c"))
    assert {"pool.open_slots.ocr", "pool.open_slots.batches", "executor.open_slots"} <= set(system.statsd.values("g"))
