"""Batches of documents that are made anew."""

from __future__ import annotations

from dataclasses import replace

from include.documents.batches import MOST_BATCHES, Planner, day_of_run, read_batch, read_batches
from include.documents.storage import Bucket
from include.reprocessing import batches

PLANNER = Planner("2026-11-26", "reprocess__x")


def test_each_document_is_in_one_batch_and_the_numbers_go_on() -> None:
    first = batches.plan("2", ["a", "b", "c"], [], 2, PLANNER)
    assert [(each.batch.number, each.batch.document_ids) for each in first] == [(1, ("a", "b")), (2, ("c",))]
    [again] = batches.plan("2", ["c"], first, 2, replace(PLANNER, run_id="reprocess__y"))
    assert again.batch.number == 3
    assert again.run_id.startswith("reprocess__2__0003__")


def test_a_run_that_was_interrupted_while_it_wrote_plans_the_rest_and_no_document_twice() -> None:
    documents = ["a", "b", "c", "d", "e"]
    written = batches.plan("2", documents, [], 2, PLANNER)[:1]
    assert [each.batch.document_ids for each in batches.plan("2", documents, written, 2, PLANNER)] == [
        ("a", "b"), ("c", "d"), ("e",)]
    limited = batches.plan("2", documents, written, 2, PLANNER, limit=3)
    assert [each.batch.document_ids for each in limited] == [("a", "b"), ("c",)]
    assert batches.plan("2", documents, written, 2, PLANNER, limit=2) == written


def test_no_more_batches_are_planned_than_airflow_maps() -> None:
    planned = batches.plan("2", [str(number) for number in range(MOST_BATCHES + 5)], [], 1, PLANNER)
    assert len(planned) == MOST_BATCHES


def test_a_manifest_is_read_by_documents_to_fhir_and_belongs_to_no_day(bucket: Bucket) -> None:
    [planned] = batches.plan("2", ["a"], [], 50, PLANNER)
    batches.write(bucket, planned)
    assert read_batch(bucket, planned.key) == planned.batch
    assert read_batches(bucket, PLANNER.day) == []
    assert day_of_run(planned.run_id) is None


def test_batches_are_found_again_by_their_version(bucket: Bucket) -> None:
    planned = batches.plan("2", ["a", "b"], [], 1, PLANNER)
    for each in planned:
        batches.write(bucket, each)
    assert batches.read_all(bucket, "2") == planned
    assert batches.given_to(bucket, "2") == {"a": [planned[0].run_id], "b": [planned[1].run_id]}
    assert batches.given_to(bucket, "1") == {}
    assert replace(planned[0], version="1").key != planned[0].key
