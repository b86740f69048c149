"""What the page shows of the entries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from include.errors import REGISTRY
from review_queue.entries import Entry
from review_queue.listing import Filter, chosen, summary

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def entry(number: int, stage: str, state: str, *codes: str, hours: float = 1, run: str = "batch__1") -> Entry:
    since = NOW - timedelta(hours=hours)
    return Entry(run, number, stage, state, codes, f"doc-{number}", tries=number + 1, since=since, changed=since)


ENTRIES = [
    entry(0, "classify", "failed", "ENCRYPTED", hours=30, run="batch__0"),
    entry(1, "classify", "failed", "ENCRYPTED"),
    entry(2, "ocr", "up_for_retry", "ThrottlingException"),
    entry(3, "convert_to_fhir", "awaiting_input", "AMBIGUOUS_DATE", "LOW_CONFIDENCE", hours=3),
]


def numbers(wanted: Filter) -> list[int]:
    return [found.map_index for found in chosen(ENTRIES, wanted, NOW)]


def test_the_queue_is_filtered_by_code_stage_state_run_and_age() -> None:
    assert numbers(Filter()) == [0, 1, 2, 3]
    assert numbers(Filter(code="ENCRYPTED")) == [0, 1]
    assert numbers(Filter(code="LOW_CONFIDENCE")) == [3]
    assert numbers(Filter(stage="ocr")) == [2]
    assert numbers(Filter(state="awaiting_input")) == [3]
    assert numbers(Filter(run="batch__0")) == [0]
    assert numbers(Filter(older_than_hours=3)) == [0, 3]
    assert numbers(Filter(code="ENCRYPTED", older_than_hours=24)) == [0]


def test_counts_by_code_are_over_what_the_other_filters_leave() -> None:
    shown = summary(ENTRIES, Filter(code="ENCRYPTED", run="batch__1"), NOW, 0, 10)
    assert {line["code"]: line["count"] for line in shown["by_code"]} == {
        "ENCRYPTED": 1, "ThrottlingException": 1, "AMBIGUOUS_DATE": 1, "LOW_CONFIDENCE": 1}
    assert (shown["total"], shown["shown"]) == (4, 1)


def test_a_row_says_why_whose_move_it_is_and_for_how_long() -> None:
    [row] = summary(ENTRIES, Filter(state="awaiting_input"), NOW, 0, 10)["rows"]
    assert row == {
        "document_id": "doc-3", "run_id": "batch__1", "map_index": 3, "stage": "convert_to_fhir",
        "task_id": "process_document.convert_to_fhir", "state": "awaiting_input",
        "codes": ["AMBIGUOUS_DATE", "LOW_CONFIDENCE"],
        "says": [REGISTRY[code].operator_says for code in ("AMBIGUOUS_DATE", "LOW_CONFIDENCE")],
        "whose_move": "reviewer", "tries": 4, "age": 3 * 3600}


def test_rows_come_a_page_at_a_time_and_the_counts_are_of_all() -> None:
    shown = summary(ENTRIES, Filter(), NOW, 1, 2)
    assert [row["map_index"] for row in shown["rows"]] == [1, 2]
    assert (shown["offset"], shown["shown"]) == (1, 4)
