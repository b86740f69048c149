"""Each page is billed once: what is more and what is less is found, and told where it can come from."""

from __future__ import annotations

import hashlib

from include.audit.events import EventName
from include.documents.storage import page_result_key
from include.reconciliation.billing import Allowed
from tests.reconciliation.conftest import OTHER_PATIENT, Three
from tests.reconciliation.deployment import DAY, FEATURES, Deployment

BILLED = "pages-billed-once"


def counts(deployment: Deployment, allowed: Allowed) -> dict[str, int]:
    [found] = [dict(each.counts) for each in deployment.verdict(allowed).invariants if each.name == BILLED]
    return found


def hash_of(sheet: str) -> str:
    return hashlib.sha256(sheet.encode()).hexdigest()


def test_a_second_event_for_a_page_is_found(three: Three) -> None:
    three.scanned.trail.write(EventName.OCR_SYNC_COMPLETED, page_count=1)
    three.scanned.trail.write(EventName.DOCUMENT_SEALED)
    assert three.deployment.violated() == {BILLED: (f"{three.scanned.document_id}: 1 pages billed again",)}
    verdict = three.deployment.verdict()
    assert (verdict.pages_read, verdict.pages_billed, verdict.billed_again) == (2, 3, 1)


def test_as_many_pages_may_be_billed_again_as_the_caller_can_explain(three: Three) -> None:
    three.scanned.trail.write(EventName.OCR_ASYNC_JOB_COMPLETED, page_count=2, job_id="job")
    three.scanned.trail.write(EventName.DOCUMENT_SEALED)
    three.deployment.airflow.try_ocr(three.scanned.document_id, 2)
    assert three.deployment.violated(Allowed(billed_again=2)) == {}
    [problem] = three.deployment.violated(Allowed(billed_again=1))[BILLED]
    assert "2 pages billed again; explained where a try was lost" in problem
    assert counts(three.deployment, Allowed())["explained by a try that was lost"] == 1


def test_a_stored_result_without_an_event_is_found(deployment: Deployment) -> None:
    scanned = deployment.scan("scan.pdf", "one", read=False)
    deployment.bucket.write(page_result_key(hash_of("one"), FEATURES), b"{}")
    deployment.convert(scanned)
    assert deployment.violated() == {BILLED: (f"{scanned.document_id}: 1 stored results without an event",)}
    assert deployment.violated(Allowed(unaccounted=1)) == {}


def test_a_result_that_belongs_to_no_document_is_found(three: Three) -> None:
    three.deployment.bucket.write(page_result_key("f" * 64, FEATURES), b"{}")
    assert three.deployment.violated() == {BILLED: (
        "ocr/: 1 of 1 results that no manifest names have no event",)}


def test_more_for_one_document_does_not_hide_less_for_another(three: Three) -> None:
    three.deployment.bucket.write(page_result_key(hash_of("three"), FEATURES), b"{}")
    other = three.deployment.scan("other.pdf", "three", read=False)
    three.deployment.convert(other)
    three.scanned.trail.write(EventName.OCR_SYNC_COMPLETED, page_count=1)
    three.scanned.trail.write(EventName.DOCUMENT_SEALED)
    assert set(three.deployment.violated()[BILLED]) == {
        f"{three.scanned.document_id}: 1 pages billed again",
        f"{other.document_id}: 1 stored results without an event"}


def test_a_page_that_two_documents_share_is_billed_once(deployment: Deployment) -> None:
    first = deployment.scan("first.pdf", "one", "shared")
    second = deployment.scan("second.pdf", "shared", lines=OTHER_PATIENT, read=False)
    deployment.convert(first, second)
    assert deployment.violated() == {}
    assert deployment.verdict().pages_read == 2


def test_a_page_that_two_documents_had_read_at_once_is_found(deployment: Deployment) -> None:
    first, second = deployment.scan("first.pdf", "shared"), deployment.scan("second.pdf", "shared", lines=OTHER_PATIENT)
    deployment.convert(first, second)
    [problem] = deployment.violated()[BILLED]
    assert problem.endswith(": 1 pages billed again; documents that share a page were read at once")


def test_pages_that_are_read_at_this_moment_are_not_judged(three: Three) -> None:
    three.scanned.trail.write(EventName.OCR_SYNC_COMPLETED, page_count=1)
    three.deployment.airflow.change(three.scanned.document_id, "running", ocr="running", audit=None)
    assert three.deployment.violated() == {}
    assert counts(three.deployment, Allowed())["documents not judged, under way"] == 1


def test_what_only_textracts_meter_shows_is_found(three: Three) -> None:
    """A worker was killed between the answer and the result: no event, no result, and a second reading."""
    assert three.deployment.violated(Allowed(textract_billed=2)) == {}
    assert three.deployment.violated(Allowed(textract_billed=3)) == {
        BILLED: ("Textract's meter: 1 pages that no audit event tells of",)}
    assert three.deployment.violated(Allowed(textract_billed=3, billed_again=1)) == {}
    assert three.deployment.verdict(Allowed(textract_billed=3)).billed_again == 1


def test_a_meter_that_shows_less_than_the_trail_is_found(three: Three) -> None:
    assert three.deployment.violated(Allowed(textract_billed=1)) == {
        BILLED: ("Textract's meter: shows 1 pages, the audit trail 2",)}


def test_a_result_that_was_lost_and_read_anew_is_no_page_more(three: Three) -> None:
    """Its pages are in the store once, and were paid for twice."""
    page_hash = hash_of("one")
    three.deployment.bucket.delete(page_result_key(page_hash, FEATURES))
    three.deployment.read_page(three.scanned, page_hash)
    three.scanned.trail.write(EventName.DOCUMENT_SEALED)
    assert three.deployment.violated(days=(DAY,)) == {BILLED: (
        f"{three.scanned.document_id}: 1 pages billed again",)}
