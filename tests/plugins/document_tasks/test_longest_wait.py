"""How long the OCR task waits for its job in the triggerer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import TaskDeferred

from document_tasks.ocr import DocumentOcrOperator
from include.settings import Settings
from include.stages import ocr
from include.stages.ocr import Job
from textract_provider import polling
from textract_provider.hook import TextractHook


def deferred_for(monkeypatch: pytest.MonkeyPatch, pages: int) -> timedelta:
    """The longest wait for a job of so many pages; the stage and Textract are left out."""
    numbers = range(1, pages + 1)
    job = Job(generation=1, token="t-1", bucket="temp", key="a.pdf", page_numbers=tuple(numbers),
              page_hashes=tuple(map(str, numbers)))
    work = SimpleNamespace(
        needed=True, missing=tuple(numbers), asynchronous=True, manifest=SimpleNamespace(total_pages=pages))
    trail = SimpleNamespace(write=lambda *_, **__: None)
    monkeypatch.setattr("document_tasks.ocr.open_workspace", lambda *_: SimpleNamespace(trail=trail))
    monkeypatch.setattr(ocr, "plan", lambda _: work)
    monkeypatch.setattr(ocr, "unfinished_job", lambda *_: None)
    monkeypatch.setattr(ocr, "prepare_job", lambda *_: job)
    monkeypatch.setattr(ocr, "note_started", lambda _, started, job_id: replace(started, job_id=job_id))
    monkeypatch.setattr(TextractHook, "start_document_analysis", lambda *_, **__: "job-1")
    now = polling.utcnow()
    monkeypatch.setattr(polling, "utcnow", lambda: now)
    context: Any = {}
    with pytest.raises(TaskDeferred) as deferred:
        DocumentOcrOperator(task_id="ocr", document_id="d-1").execute(context)
    deadline = deferred.value.trigger.serialize()[1]["deadline"]
    return deadline - now  # type: ignore[no-any-return]


def test_the_longest_wait_grows_with_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and the seconds per page in ``document_tasks.ocr``: 300 s, and 2 s for each page."""
    assert Settings().textract_async_max_wait == 300
    assert [deferred_for(monkeypatch, pages).total_seconds() for pages in (1, 20, 3000)] == [302, 340, 6300]
