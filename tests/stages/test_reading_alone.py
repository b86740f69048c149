"""Two runs over one document at once: a page that Textract could not know again is sent by one of them."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest

from include.documents.storage import Bucket, reading_key
from include.stages import ocr
from include.stages.reading_alone import LONGEST, Claim, alone
from include.workspace import Workspace
from tests.stages.test_ocr_stage import answer, scan, workspace_of


def read_alone(workspace: Workspace, run_id: str, analyze: ocr.Analyze) -> None:
    """As the OCR task does: what is missing was looked up before anybody was waited for."""
    work = ocr.plan(workspace)
    with alone(workspace, run_id) as had_before:
        ocr.read_pages(workspace, ocr.plan(workspace) if had_before else work, analyze)


def test_a_second_run_waits_for_the_first_and_sends_nothing(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(2))
    at_it, others_are_there, calls = threading.Event(), threading.Event(), []

    def slowly(page: bytes) -> dict[str, Any]:
        calls.append(1)
        at_it.set()
        assert others_are_there.wait(30)
        return answer(page)

    def at_once(page: bytes) -> dict[str, Any]:
        calls.append(2)
        return answer(page)

    def second() -> None:
        work = ocr.plan(workspace)
        assert len(work.missing) == 2
        with alone(workspace, "two", lambda _: others_are_there.set()) as had_before:
            assert had_before
            ocr.read_pages(workspace, ocr.plan(workspace), at_once)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(read_alone, workspace, "one", slowly)
        assert at_it.wait(30)
        pool.submit(second).result(60)
        first.result(60)
    assert calls == [1, 1]
    assert ocr.plan(workspace).missing == ()


def test_a_run_that_planned_before_another_ended_looks_again(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(1))
    with alone(workspace, "one") as had_before:
        assert not had_before
    with alone(workspace, "two") as had_before:
        assert had_before


def test_a_new_try_of_the_same_run_goes_on_at_once(bucket: Bucket) -> None:
    """The worker of the try before was killed: it never let go."""
    workspace = workspace_of(bucket, scan(1))
    bucket.write(reading_key(workspace.document_id), _claim_of("one", datetime.now(UTC)))
    with alone(workspace, "one", _never):
        pass


def test_another_run_waits_no_longer_for_a_dead_one_than_it_may_live(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(1))
    bucket.write(reading_key(workspace.document_id), _claim_of("one", datetime.now(UTC) - LONGEST))
    with alone(workspace, "two", _never):
        pass


def test_a_run_that_fails_lets_go(bucket: Bucket) -> None:
    workspace = workspace_of(bucket, scan(1))
    with pytest.raises(RuntimeError), alone(workspace, "one"):
        raise RuntimeError
    with alone(workspace, "two", _never):
        pass


def _never(_seconds: float) -> None:
    raise AssertionError("nobody had to be waited for")


def _claim_of(run_id: str, since: datetime) -> bytes:
    return json.dumps(asdict(Claim(run_id, since.isoformat()))).encode()
