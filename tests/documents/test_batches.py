"""A day's batches stay as they are when late files arrive."""

from __future__ import annotations

from include.documents.batches import MOST_BATCHES, Batch, batch_key_of_run, plan

IDS = [f"doc-{number:03}" for number in range(7)]


def test_documents_are_divided_in_order_and_none_is_lost() -> None:
    batches = plan("2026-11-23", IDS, [], 3)
    assert [batch.document_ids for batch in batches] == [tuple(IDS[:3]), tuple(IDS[3:6]), tuple(IDS[6:])]
    assert [batch.number for batch in batches] == [1, 2, 3]


def test_late_files_make_a_new_batch_and_leave_the_others_alone() -> None:
    before = plan("2026-11-23", IDS, [], 3)
    after = plan("2026-11-23", ["doc-000a", *IDS], before, 3)
    assert after[:3] == before
    assert after[3:] == [Batch("2026-11-23", 4, ("doc-000a",))]


def test_the_same_batch_has_the_same_run() -> None:
    first, again = plan("2026-11-23", IDS, [], 3), plan("2026-11-23", IDS, [], 3)
    assert [batch.run_id for batch in first] == [batch.run_id for batch in again]
    assert len({batch.run_id for batch in first}) == 3


def test_a_run_says_which_batch_it_is_of() -> None:
    batch = plan("2026-11-23", IDS, [], 3)[2]
    assert batch_key_of_run(batch.run_id) == batch.key
    assert batch_key_of_run("scheduled__2026-11-23T00:00:00+00:00") is None


def test_a_day_with_more_batches_than_airflow_maps_has_larger_ones() -> None:
    ids = [str(number) for number in range(MOST_BATCHES * 2 + 1)]
    batches = plan("2026-11-23", ids, [], 1)
    assert len(batches) <= MOST_BATCHES
    assert sum(len(batch.document_ids) for batch in batches) == len(ids)


def test_an_empty_day_has_no_batch() -> None:
    assert plan("2026-11-23", [], [], 50) == []
