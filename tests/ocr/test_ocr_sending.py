"""Pages to the synchronous call."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from include.ocr.sending import analyze_pages_sync


@dataclass(frozen=True)
class CutPage:
    number: int

    @property
    def payload(self) -> bytes:
        return f"page {self.number}".encode()

    @property
    def page_hash(self) -> str:
        return f"hash-{self.number}"


def at_once() -> None:
    """No pace."""


def pages(count: int) -> list[CutPage]:
    return [CutPage(number) for number in range(1, count + 1)]


def test_every_pages_own_response_is_stored_under_its_hash() -> None:
    stored: dict[str, Any] = {}

    def store(page_hash: str, response: Any, _milliseconds: int) -> None:
        stored[page_hash] = response

    count = analyze_pages_sync(
        lambda payload: {"said": payload}, pages(20), store, concurrency=4, pace=at_once)
    assert count == 20
    assert stored == {page.page_hash: {"said": page.payload} for page in pages(20)}


def test_as_many_pages_are_under_way_as_allowed_and_no_more() -> None:
    together = threading.Barrier(3)
    lock, now, most = threading.Lock(), 0, 0

    def analyze(payload: bytes) -> dict[str, Any]:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        together.wait(timeout=5)
        with lock:
            now -= 1
        return {}

    analyze_pages_sync(analyze, pages(9), lambda *_: None, concurrency=3, pace=at_once)
    assert most == 3


def test_after_an_error_those_under_way_are_stored_and_no_other_is_sent() -> None:
    second_may_end, sent, stored = threading.Event(), list[bytes](), list[str]()

    def analyze(payload: bytes) -> dict[str, Any]:
        sent.append(payload)
        if payload == b"page 1":
            second_may_end.set()
            raise ValueError("refused")
        second_may_end.wait(timeout=5)
        return {}

    with pytest.raises(ValueError, match="refused"):
        analyze_pages_sync(
            analyze, pages(50), lambda page_hash, *_: stored.append(page_hash), concurrency=2, pace=at_once)
    assert "hash-2" in stored
    assert len(sent) <= 4
    assert len(stored) == len(sent) - 1


def test_an_error_of_the_last_page_is_not_lost() -> None:
    def analyze(payload: bytes) -> dict[str, Any]:
        if payload == b"page 3":
            raise ValueError("refused")
        return {}

    with pytest.raises(ValueError, match="refused"):
        analyze_pages_sync(analyze, pages(3), lambda *_: None, concurrency=8, pace=at_once)


def test_an_error_of_the_store_goes_up() -> None:
    def store(*_: object) -> None:
        raise OSError("not stored")

    with pytest.raises(OSError, match="not stored"):
        analyze_pages_sync(lambda _: {}, pages(1), store, concurrency=1, pace=at_once)


def test_pages_are_taken_only_as_threads_become_free() -> None:
    """A generator that cuts pages holds a handful of them in memory, not the document."""
    taken, ended = 0, 0

    def cut() -> Iterator[CutPage]:
        nonlocal taken
        for page in pages(30):
            taken += 1
            assert taken - ended <= 2
            yield page

    def store(*_: object) -> None:
        nonlocal ended
        ended += 1

    assert analyze_pages_sync(lambda _: {}, cut(), store, concurrency=1, pace=at_once) == 30


def test_no_pages_are_no_work() -> None:
    assert analyze_pages_sync(lambda _: {}, [], lambda *_: None, concurrency=4, pace=at_once) == 0


def test_a_concurrency_below_1_is_refused() -> None:
    with pytest.raises(ValueError, match="concurrency"):
        analyze_pages_sync(lambda _: {}, pages(1), lambda *_: None, concurrency=0, pace=at_once)


def test_every_page_waits_for_its_turn_and_after_an_error_none_does() -> None:
    turns = 0

    def pace() -> None:
        nonlocal turns
        turns += 1

    analyze_pages_sync(lambda _: {}, pages(7), lambda *_: None, concurrency=3, pace=pace)
    assert turns == 7

    def refuse(_: bytes) -> dict[str, Any]:
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        analyze_pages_sync(refuse, pages(50), lambda *_: None, concurrency=1, pace=pace)
    assert turns == 8
