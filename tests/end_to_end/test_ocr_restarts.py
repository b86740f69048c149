"""Processes die in the middle of OCR: what was read is kept, nothing is paid for twice, and the run turns green."""

from __future__ import annotations

from component_system import ComponentSystem
from local_system import until
from slips import slips

HANGS = 60.0
"""Seconds for which a call gets no answer: longer than its process has left to live."""


def billed(system: ComponentSystem, *documents: str) -> list[int]:
    return [system.outcome(document)["pages_billed"] for document in documents]


def calls_and_pages(system: ComponentSystem, operation: str) -> tuple[int, int]:
    """What the endpoint counted: calls, those that hang included, and pages that it was paid for."""
    count = system.calls()[operation]
    return count["calls"], count["pages"]


def test_killed_workers_and_a_killed_triggerer_lose_no_page_and_no_job(clean: ComponentSystem) -> None:
    """One task dies with two of its three pages read, one between its upload and the start of its job, and the
    triggerer while it waits for the job of a third."""
    keys = [f"inbox/2026-03-01/{name}.pdf" for name in ("waiting", "by_page", "starting")]
    waiting = clean.put(keys[0], slips(0, 5))
    clean.fault({"job": "SUCCEEDED", "times": 1, "slow_seconds": 15})
    first_run = clean.process(keys[:1])
    until(lambda: clean.events(waiting).count("ocr_async_job_polling") or None, 120, "the job to be waited for")

    by_page, starting = clean.put(keys[1], slips(5, 3)), clean.put(keys[2], slips(8, 5))
    clean.fault({"operation": "AnalyzeDocument", "after": 2, "times": 1, "slow_seconds": HANGS, "http_status": 500})
    clean.fault({"operation": "StartDocumentAnalysis", "times": 1, "slow_seconds": HANGS, "http_status": 500})
    second_run = clean.process(keys[1:])
    clean.kill("triggerer")
    until(lambda: clean.events(by_page).count("ocr_sync_completed") == 2 or None, 120, "two pages to be read")
    until(lambda: clean.calls()["StartDocumentAnalysis"]["calls"] == 2 or None, 120, "the job to be started")
    assert clean.kill_tasks(second_run, "ocr") == 2
    clean.start_component("triggerer")
    assert [clean.await_run(run_id) for run_id in (first_run, second_run)] == ["success", "success"]

    assert calls_and_pages(clean, "AnalyzeDocument") == (4, 3)
    assert calls_and_pages(clean, "StartDocumentAnalysis") == (3, 10)
    assert billed(clean, waiting, by_page, starting) == [5, 3, 5]
    assert [clean.tries(second_run, "ocr", index) for index in (0, 1)] == [2, 2]
    assert clean.temp_objects() == []
    assert clean.broken_chains() == []


def test_a_scheduler_may_die_with_its_tasks(clean: ComponentSystem) -> None:
    """One document has two of its three pages read, the other waits for its job."""
    keys = ["inbox/2026-03-02/by_page.pdf", "inbox/2026-03-02/waiting.pdf"]
    by_page, waiting = clean.put(keys[0], slips(20, 3)), clean.put(keys[1], slips(23, 5))
    clean.fault({"operation": "AnalyzeDocument", "after": 2, "times": 1, "slow_seconds": HANGS, "http_status": 500})
    clean.fault({"job": "SUCCEEDED", "times": 1, "slow_seconds": 8})
    run_id = clean.process(keys)
    until(lambda: clean.events(by_page).count("ocr_sync_completed") == 2 or None, 120, "two pages to be read")
    until(lambda: clean.rows(run_id)[waiting].states["ocr"] == "deferred" or None, 120, "the job to be waited for")
    clean.kill("scheduler")
    clean.start_component("scheduler")
    assert clean.await_run(run_id) == "success"

    assert calls_and_pages(clean, "AnalyzeDocument") == (4, 3)
    assert calls_and_pages(clean, "StartDocumentAnalysis") == (1, 5)
    assert billed(clean, by_page, waiting) == [3, 5]
    assert clean.temp_objects() == []
    assert clean.broken_chains() == []
