"""Which documents another version made, and which of these are made anew."""

from __future__ import annotations

from dataclasses import replace

from include.documents.batches import Planner
from include.documents.storage import Bucket, source_key
from include.reporting.outcome import FAILED, RESOLVED, SUCCESS, Outcome
from include.reporting.stored_outcomes import store
from include.reprocessing import batches
from include.reprocessing.survey import Survey, survey

PLANNER = Planner("2026-11-26", "reprocess__x")


def add(bucket: Bucket, document: str, converter: str, state: str = SUCCESS, run_id: str = "day") -> None:
    bucket.write(source_key(document), b"{}")
    store(bucket, Outcome(document, run_id, state, converter=converter))


def test_only_documents_in_fhir_are_made_anew(bucket: Bucket) -> None:
    add(bucket, "doc-1", "1")
    add(bucket, "doc-2", "2")
    add(bucket, "doc-of-before", "")
    add(bucket, "doc-failed", "", FAILED)
    add(bucket, "doc-by-hand", "", RESOLVED)
    bucket.write(source_key("doc-on-its-way"), b"{}")
    assert survey(bucket, version="2") == Survey(
        by_version={"": 1, "1": 1, "2": 1}, to_do=("doc-1", "doc-of-before"), under_way=0, open=3)


def test_after_a_rollback_the_newer_version_is_another_one(bucket: Bucket) -> None:
    add(bucket, "doc-2", "2")
    assert survey(bucket, version="1").to_do == ("doc-2",)


def test_a_document_that_is_on_its_way_to_this_version_is_not_given_to_a_second_batch(bucket: Bucket) -> None:
    add(bucket, "doc-1", "1")
    [planned] = batches.plan("2", ["doc-1"], [], 50, PLANNER)
    batches.write(bucket, planned)
    assert survey(bucket, version="2") == Survey({"1": 1}, to_do=(), under_way=1, open=0)
    assert survey(bucket, version="2", again=True).to_do == ("doc-1",)


def test_a_document_that_came_back_to_the_other_version_is_made_anew_once_more(bucket: Bucket) -> None:
    """Upgraded to 2, rolled back to 1, upgraded to 2 again."""
    add(bucket, "doc-1", "1")
    [first] = batches.plan("2", ["doc-1"], [], 50, PLANNER)
    batches.write(bucket, first)
    add(bucket, "doc-1", "2", run_id=first.run_id)
    add(bucket, "doc-1", "1", run_id="reprocess__1__0001__x")
    assert survey(bucket, version="2").to_do == ("doc-1",)
    [second] = batches.plan("2", ["doc-1"], batches.read_all(bucket, "2"), 50, replace(PLANNER, run_id="later"))
    assert second.run_id != first.run_id


def test_every_document_is_looked_at_and_counted(bucket: Bucket) -> None:
    for number in range(20):
        add(bucket, f"doc-{number:02}", "1")
    seen: list[tuple[int, int]] = []
    survey(bucket, version="1", progress=lambda done, of: seen.append((done, of)))
    assert seen == [(number, 20) for number in range(1, 21)]
