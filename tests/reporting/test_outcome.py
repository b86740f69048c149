"""What became of a document follows from Airflow's states, its manifest and its events."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from include.audit.events import AuditEvent, EventName
from include.documents.manifest import Manifest, MediaType, PageEntry, PageKind, PageSigns, Route
from include.fhir.converter import CONVERTER_VERSION, meta
from include.reporting import outcome as outcomes
from include.reporting import run_report

SINCE = datetime(2026, 11, 23, 10, tzinfo=UTC)
MANIFEST = Manifest(
    document_id="doc-1", media_type=MediaType.PDF, size=1, sha256="0", extraction_method=Route.HYBRID,
    pages=(
        PageEntry(1, PageKind.TEXT, ("text",), needs_ocr=False, signs=PageSigns(characters=900)),
        PageEntry(2, PageKind.IMAGE, ("scan",), needs_ocr=True, page_hash="h")))
GREEN = {"process_document.classify": "success", "process_document.ocr": "success"}


def event(name: EventName, second: int, **values: object) -> AuditEvent:
    return AuditEvent(
        sequence=1, time=SINCE.replace(second=second).isoformat(), event=name, document_id="doc-1", run_id="run",
        task_id="t", try_number=1, actor="pipeline", previous="", **values)  # type: ignore[arg-type]


def outcome(states: dict[str, str], *events: AuditEvent) -> outcomes.Outcome:
    bundle = {"entry": [{"resource": {"resourceType": kind}} for kind in ("Patient", "Observation", "Provenance")]}
    return outcomes.work_out("doc-1", "run", SINCE, states, events, MANIFEST, bundle)


def test_a_document_is_a_success_when_none_of_its_tasks_is_red() -> None:
    found = outcome(GREEN | {"process_document.ocr": "skipped"}, event(EventName.OCR_SYNC_COMPLETED, 3, page_count=1))
    assert (found.state, found.error_code, found.pages_billed, found.pages_local) == ("success", None, 1, 1)
    assert found.facts == {"Patient": 1, "Observation": 1}


def test_a_failed_document_has_the_code_of_its_last_failure() -> None:
    found = outcome(
        GREEN | {"process_document.ocr": "failed"}, event(EventName.DOCUMENT_FAILED, 1, error_code="S3_UNREACHABLE"),
        event(EventName.DOCUMENT_FAILED, 2, error_code="BadDocumentException"))
    assert (found.state, found.error_code, found.facts) == ("failed", "BadDocumentException", {})


def test_a_document_that_a_person_resolved_is_resolved_whatever_its_tasks_say() -> None:
    states = GREEN | {"process_document.ocr": "failed"}
    failure = event(EventName.DOCUMENT_FAILED, 1, error_code="CORRUPT")
    found = outcomes.work_out("doc-1", "run", SINCE, states, [failure], MANIFEST, {"entry": []}, resolved=True)
    assert (found.state, found.error_code, found.facts) == ("resolved", None, {})
    report = run_report.build("run", [found], ("TABLES", "FORMS"))
    assert (report.failed, report.by_state, report.pages_reused) == (0, {"resolved": 1}, 0)


def test_a_task_that_died_without_a_word_is_lost() -> None:
    assert outcome(GREEN | {"process_document.ocr": "failed"}).error_code == "TASK_LOST"


def test_a_failure_that_was_mended_is_none() -> None:
    assert outcome(GREEN, event(EventName.DOCUMENT_FAILED, 1, error_code="OCR_TIMEOUT")).error_code is None


def test_pages_that_an_earlier_run_was_billed_for_are_not_counted_again() -> None:
    old = AuditEvent(**{
        **event(EventName.OCR_SYNC_COMPLETED, 0, page_count=1).as_dict(), "time": "2026-11-22T10:00:00+00:00"})
    assert outcome(GREEN, old).pages_billed == 0


def test_a_page_that_was_read_before_is_saved_too() -> None:
    report = run_report.build("run", [outcome(GREEN)], ("TABLES", "FORMS"))
    assert (report.pages_billed, report.pages_reused, report.dollars_saved_by_reuse) == (0, 1, 0.065)


def test_a_failed_document_saves_nothing_by_not_being_read() -> None:
    report = run_report.build("run", [outcome(GREEN | {"process_document.ocr": "failed"})], ("TABLES", "FORMS"))
    assert (report.pages_reused, report.dollars_saved_by_reuse) == (0, 0.0)


def test_an_outcome_is_read_back_as_it_was_written() -> None:
    found = outcome(GREEN)
    assert outcomes.from_json(outcomes.to_json(found)) == found


def test_the_report_accounts_for_every_document_and_its_dollars() -> None:
    good = outcome(GREEN, event(EventName.OCR_SYNC_COMPLETED, 3, page_count=1))
    bad = outcome(GREEN | {"process_document.ocr": "failed"})
    report = run_report.build("run", [good, bad], ("TABLES", "FORMS"))
    assert (report.documents, report.by_state, report.failed) == (2, {"failed": 1, "success": 1}, 1)
    assert (report.pages, report.pages_billed, report.dollars) == (4, 1, 0.065)
    assert (report.pages_not_sent, report.dollars_saved) == (2, 0.13)
    assert report.pages_by_kind == {"image": 2, "text": 2}
    assert report.pages_by_route == {"hybrid: image": 2, "hybrid: text": 2}
    assert run_report.as_csv([good, bad]).decode().splitlines()[1].startswith("doc-1,failed,TASK_LOST,operator")


def test_an_outcome_of_a_newer_release_is_read_by_an_older_one() -> None:
    """Whoever goes back a release finds outcomes with fields that it does not know."""
    found = outcome(GREEN)
    newer = {**json.loads(outcomes.to_json(found)), "added_later": 1}
    assert outcomes.from_json(json.dumps(newer).encode()) == found


def test_an_outcome_names_the_converter_that_made_its_bundle() -> None:
    bundle = {"meta": meta(), "entry": []}
    assert outcomes.work_out("doc-1", "run", SINCE, GREEN, [], MANIFEST, bundle).converter == CONVERTER_VERSION
    failed = GREEN | {"process_document.ocr": "failed"}
    assert outcomes.work_out("doc-1", "run", SINCE, failed, [], MANIFEST, bundle).converter == ""
