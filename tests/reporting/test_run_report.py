"""The figures of a run, its JSON and its CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import fields
from pathlib import Path

from include.reporting import run_report
from include.reporting.outcome import FAILED, SUCCESS, Outcome, from_json, to_json
from include.reporting.percentiles import Percentiles
from include.reporting.run_report import COLUMNS, RunReport
from tests.reporting import example_run

FIRST_VERSION = (
    "run_id", "documents", "by_state", "by_error_code", "by_route", "pages", "pages_by_kind", "pages_by_route",
    "pages_not_sent", "pages_ocr", "pages_billed", "pages_reused", "dollars", "dollars_saved",
    "dollars_saved_by_reuse", "facts", "seconds_median", "seconds_longest")


def test_report_json_keeps_the_fields_that_it_always_had() -> None:
    stored = json.loads(run_report.as_json(example_run.report_of(example_run.example())))
    assert tuple(stored)[:len(FIRST_VERSION)] == FIRST_VERSION
    assert (stored["kind"], stored["day"], stored["decisions"]) == ("batch", "2026-11-23", 4)
    assert set(stored["seconds_by_stage"]) == {"classify", "ocr", "merge", "convert", "person", "between"}


def test_documents_csv_keeps_its_columns_and_adds_the_seconds_of_the_stages() -> None:
    rows = list(csv.DictReader(io.StringIO(run_report.as_csv(example_run.example()).decode())))
    assert tuple(rows[0]) == COLUMNS
    assert COLUMNS[:12] == (
        "document_id", "state", "error_code", "whose_move", "route", "pages", "pages_local", "pages_ocr",
        "pages_unread", "pages_billed", "seconds", "facts")
    assert [row["state"] for row in rows[:8]] == ["failed"] * 6 + ["resolved", "success"]
    assert float(rows[7]["seconds_classify"]) > 0
    text = next(row for row in rows if row["route"] == "embedded_text")
    assert text["seconds_ocr"] == ""


def test_every_field_and_column_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "report.md").read_text()
    names = [*(field.name for field in fields(RunReport)), *(field.name for field in fields(Percentiles)), *COLUMNS]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_a_resolved_document_is_neither_done_nor_failed_and_nobodys_move() -> None:
    """Its reason may be a code that is no error."""
    outcomes = [Outcome("a", "r", "resolved", error_code="HANDLED_ELSEWHERE", pages=("image",), pages_ocr=1),
                Outcome("b", "r", FAILED, error_code="CORRUPT"), Outcome("c", "r", SUCCESS)]
    report = run_report.build("r", outcomes, ("FORMS",))
    assert report.by_state == {"failed": 1, "resolved": 1, "success": 1}
    assert (report.failed, report.by_error_code, report.by_whose_move) == (1, {"CORRUPT": 1}, {"sender": 1})
    assert report.pages_reused == 0
    moves = {row["document_id"]: row["whose_move"] for row in run_report.rows(outcomes)}
    assert moves == {"a": "", "b": "sender", "c": ""}


def test_a_document_without_events_takes_no_time() -> None:
    outcomes = [Outcome("a", "r", FAILED, error_code="TASK_LOST"), Outcome("b", "r", SUCCESS, seconds=8.0)]
    report = run_report.build("r", outcomes, ())
    assert (report.seconds.count, report.seconds.p50, report.seconds_median, report.seconds_longest) == (1, 8, 8, 8)


def test_an_outcome_of_the_first_version_can_be_read() -> None:
    stored = json.loads(to_json(example_run.example()[1]))
    for added in ("decisions", "stage_seconds", "landed_to_fhir_seconds"):
        del stored[added]
    found = from_json(json.dumps(stored).encode())
    assert (found.decisions, found.stage_seconds, found.landed_to_fhir_seconds) == (0, {}, None)
    assert run_report.build("r", [found], ()).seconds_by_stage == {}
