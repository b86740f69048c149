"""A day's batches stay as they are when late files arrive."""

from __future__ import annotations

import json

from include.documents.batches import (
    MOST_BATCHES,
    Batch,
    Planner,
    batch_key_of_run,
    of_day,
    plan,
    read_batch,
    read_batches,
    write_batch,
)
from include.documents.storage import Bucket, batch_key

IDS = [f"doc-{number:03}" for number in range(7)]
OF_THE_DAY = Planner("2026-11-23", "scheduled__2026-11-24T00:00:00+00:00")
OF_THE_NEXT_DAY = Planner("2026-11-24", "scheduled__2026-11-25T00:00:00+00:00")


def test_documents_are_divided_in_order_and_none_is_lost() -> None:
    batches = plan("2026-11-23", IDS, [], 3, OF_THE_DAY)
    assert [batch.document_ids for batch in batches] == [tuple(IDS[:3]), tuple(IDS[3:6]), tuple(IDS[6:])]
    assert [batch.number for batch in batches] == [1, 2, 3]


def test_late_files_make_a_new_batch_and_leave_the_others_alone() -> None:
    before = plan("2026-11-23", IDS, [], 3, OF_THE_DAY)
    after = plan("2026-11-23", ["doc-000a", *IDS], before, 3, OF_THE_DAY)
    assert after[:3] == before
    assert after[3:] == [Batch("2026-11-23", 4, ("doc-000a",), OF_THE_DAY)]


def test_the_same_batch_has_the_same_run() -> None:
    first, again = plan("2026-11-23", IDS, [], 3, OF_THE_DAY), plan("2026-11-23", IDS, [], 3, OF_THE_DAY)
    assert [batch.run_id for batch in first] == [batch.run_id for batch in again]
    assert len({batch.run_id for batch in first}) == 3


def test_a_run_says_which_batch_it_is_of() -> None:
    batch = plan("2026-11-23", IDS, [], 3, OF_THE_DAY)[2]
    assert batch_key_of_run(batch.run_id) == batch.key
    assert batch_key_of_run("scheduled__2026-11-23T00:00:00+00:00") is None


def test_a_day_with_more_batches_than_airflow_maps_has_larger_ones() -> None:
    ids = [str(number) for number in range(MOST_BATCHES * 2 + 1)]
    batches = plan("2026-11-23", ids, [], 1, OF_THE_DAY)
    assert len(batches) <= MOST_BATCHES
    assert sum(len(batch.document_ids) for batch in batches) == len(ids)


def test_an_empty_day_has_no_batch() -> None:
    assert plan("2026-11-23", [], [], 50, OF_THE_DAY) == []


def test_the_next_day_s_run_takes_only_what_came_late_and_the_day_s_own_run_takes_all() -> None:
    """The batches of late files are found again by the day that planned them, though its run died before it said so."""
    own = plan("2026-11-23", IDS, [], 3, OF_THE_DAY)
    late = plan("2026-11-23", [*IDS, "late"], own, 3, OF_THE_NEXT_DAY)[3:]
    next_day = plan("2026-11-24", ["new"], [], 3, OF_THE_NEXT_DAY)
    everything = [*own, *late, *next_day]
    assert of_day("2026-11-24", everything) == [*next_day, *late]
    assert of_day("2026-11-23", everything) == [*own, *late]


def test_who_planned_a_batch_is_in_its_manifest(bucket: Bucket) -> None:
    batches = plan("2026-11-23", IDS, [], 3, OF_THE_NEXT_DAY)
    for batch in batches:
        write_batch(bucket, batch)
    assert read_batches(bucket, "2026-11-23") == batches


def test_a_manifest_that_does_not_say_who_planned_it_is_of_its_own_day(bucket: Bucket) -> None:
    key = batch_key("2026-11-23", 1, "0123456789ab")
    bucket.write(key, json.dumps({"day": "2026-11-23", "number": 1, "document_ids": ["doc-1"]}).encode())
    assert read_batch(bucket, key) == Batch("2026-11-23", 1, ("doc-1",), Planner("2026-11-23", ""))
