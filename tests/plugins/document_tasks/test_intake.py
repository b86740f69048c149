"""Planning against S3: every document in exactly one batch, whichever run finds it and wherever one dies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from document_tasks import intake
from include.documents import batches, register
from include.documents.intake import read_source
from include.documents.storage import Bucket
from include.errors import PipelineError
from include.settings import settings

DAY, NEXT_DAY = "2026-11-24", "2026-11-25"


class Inbox:
    """An inbox, and runs of documents_inbox on it."""

    def __init__(self, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bucket = bucket
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(intake, "documents_bucket", lambda: bucket)
        monkeypatch.setattr(intake, "audit_bucket_beside", lambda _: bucket)

    def land(self, day: str, *names: str) -> None:
        for name in names:
            self.bucket.write(f"inbox/{day}/{name}.pdf", name.encode())

    def plan(self, day: str, run_type: str = "scheduled", days: tuple[str, ...] = (), **params: str) -> list[str]:
        """The runs that the day's run starts; ``days`` are those that its events name."""
        start = datetime.fromisoformat(day).replace(tzinfo=UTC)
        events = run_type == "asset_triggered"
        run_id = f"{run_type}__{day}"
        run = SimpleNamespace(
            run_type=run_type, run_id=run_id, run_after=start if events else start + timedelta(days=1),
            consumed_asset_events=[SimpleNamespace(extra={"payload": {"days": dict.fromkeys(days, 1)}})])
        context: Any = {
            "dag_run": run, "params": params, "data_interval_start": None if events else start,
            "ti": SimpleNamespace(run_id=run_id, task_id="plan_batches", try_number=1)}
        self._monkeypatch.setattr(intake, "get_current_context", lambda: context)
        return [entry["trigger_run_id"].rpartition("__")[0] for entry in intake.plan_inbox()]

    def by_hand(self, **params: list[str]) -> list[str]:
        """The documents of a run of documents_to_fhir that is started with this conf."""
        context: Any = {
            "dag_run": SimpleNamespace(run_after=datetime(2026, 11, 26, tzinfo=UTC)),
            "params": {"batch": None, "documents": [], "keys": [], **params},
            "ti": SimpleNamespace(run_id="manual__1", task_id="read_batch", try_number=1, xcom_push=lambda **_: None)}
        self._monkeypatch.setattr(intake, "get_current_context", lambda: context)
        return intake.documents_of_run()

    def placed(self, day: str) -> list[str]:
        return [document for batch in batches.read_batches(self.bucket, day) for document in batch.document_ids]


@pytest.fixture
def inbox(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Inbox:
    return Inbox(bucket, monkeypatch)


def test_a_day_is_divided_into_batches_and_each_document_is_registered(inbox: Inbox) -> None:
    inbox.land(DAY, *(f"{number:03}" for number in range(2 * settings().batch_size + 1)))
    assert inbox.plan(DAY) == [f"batch__{DAY}__{number:04}" for number in (1, 2, 3)]
    placed = inbox.placed(DAY)
    assert len(placed) == len(set(placed)) == 2 * settings().batch_size + 1
    assert all(inbox.bucket.exists(f"documents/{document}/source.json") for document in placed)


def test_a_late_file_is_found_by_the_next_run_which_leaves_the_day_s_own_batches_alone(inbox: Inbox) -> None:
    inbox.land(DAY, "a")
    assert inbox.plan(DAY) == [f"batch__{DAY}__0001"]
    inbox.land(DAY, "late")
    inbox.land(NEXT_DAY, "b")
    assert inbox.plan(NEXT_DAY) == [f"batch__{NEXT_DAY}__0001", f"batch__{DAY}__0002"]
    assert inbox.plan("2026-11-26") == []


def test_a_run_that_died_after_it_had_written_a_manifest_finds_the_batch_again(
        inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.land(DAY, "a")
    inbox.plan(DAY)
    inbox.land(DAY, "late")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(batches, "of_day", die)
        inbox.plan(NEXT_DAY)
    assert len(inbox.placed(DAY)) == 2
    assert inbox.plan(NEXT_DAY) == [f"batch__{DAY}__0002"]
    assert inbox.plan(NEXT_DAY, "backfill") == [f"batch__{DAY}__0002"]


def test_files_older_than_the_look_back_are_left_to_a_backfill(inbox: Inbox) -> None:
    inbox.land("2026-11-22", "a")
    assert inbox.plan(NEXT_DAY) == []
    assert inbox.plan("2026-11-22", "backfill") == ["batch__2026-11-22__0001"]


def test_a_backfill_and_a_run_of_a_date_touch_no_other_day(inbox: Inbox) -> None:
    inbox.land(DAY, "a")
    inbox.land(NEXT_DAY, "b")
    assert inbox.plan(NEXT_DAY, "backfill") == [f"batch__{NEXT_DAY}__0001"]
    assert inbox.plan("2026-11-26", "manual", date=NEXT_DAY) == [f"batch__{NEXT_DAY}__0001"]
    assert inbox.placed(DAY) == []


def test_a_run_of_events_starts_what_it_found_and_the_day_s_run_joins_it(inbox: Inbox) -> None:
    """Events of one day tell of a file of it, and of a late one."""
    inbox.land(NEXT_DAY, "before")
    assert inbox.plan(NEXT_DAY, "manual") == [f"batch__{NEXT_DAY}__0001"]
    inbox.land(NEXT_DAY, "new")
    inbox.land(DAY, "late")
    found = [f"batch__{NEXT_DAY}__0002", f"batch__{DAY}__0001"]
    for _ in ("first", "again, after the worker had died"):
        assert inbox.plan(NEXT_DAY, "asset_triggered", days=(DAY, NEXT_DAY)) == found
    assert inbox.plan(NEXT_DAY) == [f"batch__{NEXT_DAY}__0001", *found]


def test_a_run_by_hand_can_name_registered_documents_instead_of_files(
        inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.land(DAY, "a", "b")
    keys = [f"inbox/{DAY}/{name}.pdf" for name in ("b", "a")]
    conf = register.conf_of(inbox.bucket, keys, NEXT_DAY)
    assert register.conf_of(inbox.bucket, keys, "2026-11-26") == conf
    assert inbox.by_hand(**conf) == conf["documents"]
    assert [read_source(inbox.bucket, document).day for document in conf["documents"]] == [NEXT_DAY] * 2


def test_a_document_that_is_not_registered_is_not_found(inbox: Inbox) -> None:
    with pytest.raises(PipelineError, match="S3_NOT_FOUND"):
        inbox.by_hand(documents=["doc-000000000000000000000000"])
    with pytest.raises(PipelineError, match="S3_NOT_FOUND"):
        register.conf_of(inbox.bucket, [f"inbox/{DAY}/missing.pdf"], DAY)
