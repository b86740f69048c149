"""What the queue takes from Airflow's task instances."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from review_queue.entries import Entry, codes_of, one_per_document, without_needless_reports

ENTRY = Entry(
    run_id="batch__1", map_index=3, stage="ocr", state="failed", codes=("BadDocumentException",),
    document_id="doc-0123", tries=1, since=datetime(2026, 5, 4, tzinfo=UTC), changed=datetime(2026, 5, 4, tzinfo=UTC))


@pytest.mark.parametrize(("stored", "codes"), [
    (["ENCRYPTED"], ("ENCRYPTED",)),
    ('["LOW_CONFIDENCE", "AMBIGUOUS_DATE"]', ("LOW_CONFIDENCE", "AMBIGUOUS_DATE")),
    (["ENCRYPTED", "a name that somebody pushed"], ("ENCRYPTED",)),
    (None, ("TASK_LOST",)),
    ("not JSON", ("TASK_LOST",)),
    ({"code": "ENCRYPTED"}, ("TASK_LOST",)),
])
def test_only_codes_of_the_registry_are_shown_and_a_failure_without_one_is_a_lost_task(
        stored: object, codes: tuple[str, ...]) -> None:
    assert codes_of(stored) == codes


def test_a_document_with_two_red_tasks_is_one_entry_at_the_first_of_them() -> None:
    sealed = replace(ENTRY, stage="audit", codes=("S3_UNREACHABLE",))
    assert one_per_document([sealed, ENTRY]) == [ENTRY]


def test_the_same_row_of_two_runs_are_two_documents() -> None:
    other = replace(ENTRY, run_id="batch__2")
    assert one_per_document([ENTRY, other]) == [ENTRY, other]


def test_a_task_of_a_document_is_in_its_group_and_the_reading_of_the_batch_is_not() -> None:
    assert ENTRY.task_id == "process_document.ocr"
    assert replace(ENTRY, stage="read_batch", map_index=-1, document_id=None).task_id == "read_batch"


def test_a_red_report_is_shown_only_where_no_document_tells_why() -> None:
    report = replace(ENTRY, stage="report", map_index=-1, document_id=None, codes=("S3_UNREACHABLE",))
    alone = replace(report, run_id="batch__2")
    assert without_needless_reports([ENTRY, report, alone]) == [ENTRY, alone]
    assert report.task_id == "report"
