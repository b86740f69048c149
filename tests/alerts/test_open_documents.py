"""Which documents of an inbox partition are open: whatever has landed counts, and a green batch costs little."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from include.alerts.open_documents import overdue
from include.alerts.reasons import NOT_PLANNED, UNDER_WAY, WAITING
from include.documents.batches import Batch, Planner, write_batch
from include.documents.storage import Bucket, Stored, document_id, outcome_key, run_key
from include.reporting.outcome import FAILED, RESOLVED, SUCCESS, Outcome, to_json

DAY = "2026-05-01"


def nobody(_run_id: str) -> set[int]:
    return set()


def land(bucket: Bucket, *names: str) -> list[str]:
    keys = [f"inbox/{DAY}/{name}" for name in names]
    return [document_id(key, bucket.write(key, key.encode())) for key in keys]


def batch_of(bucket: Bucket, number: int, *document_ids: str) -> Batch:
    batch = Batch(DAY, number, document_ids, Planner(DAY, "day"))
    write_batch(bucket, batch)
    return batch


def end(bucket: Bucket, document: str, state: str, code: str | None = None) -> None:
    bucket.write(outcome_key(document), to_json(Outcome(document, "some run", state, code)))


def report(bucket: Bucket, batch: Batch, **by_state: int) -> None:
    bucket.write(run_key(batch.run_id, "report.json"), json.dumps({"by_state": by_state}).encode())


def later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


@contextmanager
def reads_of(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    keys: list[str] = []
    read = bucket.read_version

    def noted(key: str) -> Stored:
        keys.append(key)
        return read(key)

    with monkeypatch.context() as patch:
        patch.setattr(bucket, "read_version", noted)
        yield keys


def test_a_document_is_open_with_the_reason_that_keeps_it(bucket: Bucket) -> None:
    done, by_hand, resolved, refused, waits, held, unplanned = land(bucket, "a", "b", "g", "c", "d", "e", "f")
    batch = batch_of(bucket, 1, done, refused, waits, held, resolved)
    end(bucket, done, SUCCESS)
    end(bucket, resolved, RESOLVED)
    end(bucket, by_hand, SUCCESS)
    end(bucket, refused, FAILED, "ENCRYPTED")
    found = overdue(bucket, DAY, later(), (), lambda run_id: {2} if run_id == batch.run_id else set())
    assert {each.document_id: each.code for each in found} == {
        refused: "ENCRYPTED", waits: WAITING, held: UNDER_WAY, unplanned: NOT_PLANNED}
    assert {each.day for each in found} == {DAY}


def test_a_document_that_waits_again_after_a_failure_waits(bucket: Bucket) -> None:
    [document] = land(bucket, "a")
    batch = batch_of(bucket, 1, document)
    end(bucket, document, FAILED, "OCR_TIMEOUT")
    report(bucket, batch, failed=1)
    assert [each.code for each in overdue(bucket, DAY, later(), (), lambda _: {0})] == [WAITING]


def test_neither_a_young_document_nor_one_that_was_alerted_is_told(bucket: Bucket) -> None:
    first, second = land(bucket, "a", "b")
    assert overdue(bucket, DAY, datetime.now(UTC) - timedelta(hours=1), (), nobody) == []
    assert [each.document_id for each in overdue(bucket, DAY, later(), {first}, nobody)] == [second]


def test_a_folder_marker_is_no_document(bucket: Bucket) -> None:
    bucket.write(f"inbox/{DAY}/", b"")
    assert overdue(bucket, DAY, later(), (), nobody) == []


def test_a_green_batch_costs_two_reads_and_no_outcome(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = land(bucket, *(f"{number:03}" for number in range(120)))
    batches = [batch_of(bucket, 1 + start // 40, *documents[start:start + 40]) for start in range(0, 120, 40)]
    for batch in batches[:2]:
        report(bucket, batch, success=40)
    report(bucket, batches[2], success=39, failed=1)
    for document in batches[2].document_ids[1:]:
        end(bucket, document, SUCCESS)
    with reads_of(bucket, monkeypatch) as keys:
        found = overdue(bucket, DAY, later(), (), nobody)
    assert [each.document_id for each in found] == [batches[2].document_ids[0]]
    assert len(keys) == 2 * 3 + 40
    assert {key.split("/")[1] for key in keys if key.startswith("documents/")} == set(batches[2].document_ids)


def test_a_day_of_which_nothing_is_due_costs_no_read(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_of(bucket, 1, *land(bucket, "a", "b"))
    with reads_of(bucket, monkeypatch) as keys:
        assert overdue(bucket, DAY, datetime.now(UTC) - timedelta(hours=1), (), nobody) == []
    assert keys == []
