"""Calling Airflow's API within the server, where the server may fail for a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx
import pytest

from review_queue import airflow_calls
from review_queue.airflow_calls import AirflowCalls, AirflowRefusedError
from tests.plugins.review_queue.test_entries import ENTRY


def calls_of(answers: Sequence[httpx.Response], monkeypatch: pytest.MonkeyPatch) -> tuple[AirflowCalls, list[str]]:
    """A server that answers so, one after the other; what it was asked."""
    monkeypatch.setattr(airflow_calls, "PAUSES", (0.0, 0.0, 0.0))
    asked: list[str] = []
    left = iter(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        return next(left)

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://airflow")
    return AirflowCalls(client), asked


def test_a_server_that_fails_for_a_moment_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, asked = calls_of([httpx.Response(500), httpx.Response(200, json={"total_entries": 4})], monkeypatch)
    assert asyncio.run(calls.clear([ENTRY])) == 4
    assert asked == ["POST /api/v2/dags/documents_to_fhir/clearTaskInstances"] * 2


def test_what_a_failing_server_tells_of_itself_is_shown_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"detail": {"reason": "Database error", "statement": "INSERT INTO log"}}
    calls, _ = calls_of([httpx.Response(500, json=told)] * 3, monkeypatch)
    with pytest.raises(AirflowRefusedError) as refused:
        asyncio.run(calls.clear([ENTRY]))
    assert "INSERT" not in refused.value.says
    assert "try again" in refused.value.says


def test_what_the_server_refuses_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, asked = calls_of([httpx.Response(409, json={"detail": "It was answered before."})], monkeypatch)
    with pytest.raises(AirflowRefusedError, match="It was answered before"):
        asyncio.run(calls.answer(ENTRY, "Approve"))
    assert len(asked) == 1


def test_one_call_clears_all_documents_of_a_run_and_each_run_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    calls, asked = calls_of([httpx.Response(200, json={"total_entries": count}) for count in (8, 4)], monkeypatch)
    assert asyncio.run(calls.clear([ENTRY, replace(ENTRY, map_index=4), replace(ENTRY, run_id="batch__2")])) == 12
    assert len(asked) == 2
