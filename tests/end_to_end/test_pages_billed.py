"""Each page that needs OCR is paid for once, over everything that can happen to a day's documents.

Backfills are in ``test_schedules.py``.
"""

from __future__ import annotations

from component_system import ComponentSystem
from local_system import until
from slips import slips

DAY = "2026-03-05"
PAGES = {"sheet.pdf": 2, "first_job.pdf": 5, "second_job.pdf": 5}


def table(rows: list[tuple[str, int]]) -> str:
    needed = sum(PAGES.values())
    lines = [f"{'after':38} {'billed':>7} {'needed':>7} {'ratio':>6}"]
    return "\n".join(lines + [f"{name:38} {billed:7} {needed:7} {billed / needed:6.2f}" for name, billed in rows])


def test_pages_are_billed_once_over_failures_retries_and_clears(clean: ComponentSystem) -> None:
    """One document is throttled beyond botocore's attempts, one job loses a page, one fails."""
    documents = {name: clean.put(f"inbox/{DAY}/{name}", slips(30 + 10 * number, count))
                 for number, (name, count) in enumerate(PAGES.items())}
    clean.fault({"operation": "AnalyzeDocument", "error": "ThrottlingException"})
    clean.fault({"job": "PARTIAL_SUCCESS", "pages": [2], "times": 1})
    clean.fault({"job": "FAILED", "times": 1})
    day_run = clean.api.trigger("documents_inbox", conf={"date": DAY})
    batch_run = until(lambda: next((run["dag_run_id"] for run in clean.api.runs("documents_to_fhir")
                                    if run["dag_run_id"].startswith(f"batch__{DAY}")), None), 120, "the batch's run")
    sheet = documents["sheet.pdf"]
    until(lambda: ((row := clean.rows(batch_run).get(sheet)) and row.states["ocr"] == "up_for_retry") or None, 180,
          "the throttled document to be tried again")
    until(lambda: clean.calls()["StartDocumentAnalysis"]["calls"] == 2 or None, 120, "both jobs to be started")
    clean.no_faults()
    assert clean.await_run(batch_run) == "failed"
    billed = [("the first run, and a retry", clean.pages_billed())]

    order = list(clean.rows(batch_run))
    codes = {clean.outcome(document)["error_code"]: document for document in order}
    assert set(codes) == {None, "OCR_JOB_PARTIAL", "OCR_JOB_FAILED"}
    partial, failed = codes["OCR_JOB_PARTIAL"], codes["OCR_JOB_FAILED"]
    assert clean.outcome(sheet)["state"] == "success"
    assert clean.tries(batch_run, "ocr", order.index(sheet)) == 2
    assert clean.outcome(partial)["pages_unread"] == [2]
    assert clean.outcome(failed)["pages_unread"] == [1, 2, 3, 4, 5]
    assert "Pages of the document that have not been read: 2" in clean.log_of(batch_run, "ocr", order.index(partial))
    assert clean.temp_objects() == []

    def clear(*cleared: str) -> None:
        clean.api.clear("documents_to_fhir", batch_run, [
            ["process_document.ocr", order.index(document)] for document in cleared])
        assert clean.await_run(batch_run) == "success"

    clear(partial, failed)
    billed.append(("the failed ones have been cleared", clean.pages_billed()))
    assert clean.await_run(day_run, "documents_inbox") == "success"
    clear(*order)
    billed.append(("all have been cleared", clean.pages_billed()))

    print(table(billed))
    assert [pages for _, pages in billed] == [6, 12, 12]
    assert sum(clean.outcome(document)["pages_billed"] for document in order) == 12
    assert clean.temp_objects() == []
    assert clean.broken_chains() == []
