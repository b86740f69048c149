"""Ruled tables are an extra: what pdfplumber does to a child costs a page its ruled tables, nothing else."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from typing import Any

import pytest

from include.documents import embedded_text, rulings
from include.documents.embedded_text import read_isolated, read_pages
from include.documents.isolation import Limits
from include.errors import PipelineError

Draw = Callable[[Any], None]
QUICK = Limits(cpu_seconds=2, wall_seconds=20)
ROWS = (("Test", "Result", "Unit"), ("Glucose", "95", "mg/dL"), ("Sodium", "140", "mmol/L"))


def ruled(page: Any) -> None:
    for row in range(4):
        page.line(72, 700 - 20 * row, 372, 700 - 20 * row)
    for column in range(4):
        page.line(72 + 100 * column, 700, 72 + 100 * column, 640)
    for row, cells in enumerate(ROWS):
        for column, text in enumerate(cells):
            page.drawString(80 + 100 * column, 686 - 20 * row, text)


@pytest.fixture
def three_tables(make_pdf: Callable[..., bytes]) -> bytes:
    return make_pdf(ruled, ruled, ruled)


def ending_at(*numbers: int, end: Callable[[], object]) -> Callable[..., Any]:
    """pdfplumber that does something else on some pages."""
    find = rulings.RulingReader._find

    def instead(self: rulings.RulingReader, number: int) -> Any:
        if number in numbers:
            end()
        return find(self, number)

    return instead


def die() -> None:
    os.abort()


def loop() -> None:
    while True:
        pass


def test_pages_read_in_a_child_are_those_read_here(three_tables: bytes, make_pdf: Callable[..., bytes],
                                                   prose: Draw) -> None:
    for data in (three_tables, make_pdf(prose, lambda _: None, ruled)):
        assert list(read_isolated(data, [3, 1, 2])) == list(read_pages(data, [3, 1, 2]))


def test_pages_arrive_one_by_one(three_tables: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulings.RulingReader, "_find", ending_at(2, end=lambda: time.sleep(60)))
    assert next(read_isolated(three_tables, [1, 2], QUICK)).number == 1


def test_a_page_over_which_a_child_dies_is_read_again_without_ruled_tables(
        three_tables: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = list(read_pages(three_tables, [1, 2, 3], unruled={2}))
    monkeypatch.setattr(rulings.RulingReader, "_find", ending_at(2, end=die))
    assert list(read_isolated(three_tables, [1, 2, 3], QUICK)) == expected
    assert all(word in expected[1].text for row in ROWS for word in row)


def test_pdfplumber_has_a_time_of_its_own_which_no_child_dies_of(
        three_tables: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    expected = list(read_pages(three_tables, [1, 2, 3], unruled={2}))
    monkeypatch.setattr(rulings, "MAX_SECONDS", 0.2)
    monkeypatch.setattr(rulings.RulingReader, "_find", ending_at(2, end=loop))
    assert list(read_isolated(three_tables, [1, 2, 3], QUICK)) == expected
    assert caplog.messages == []


def test_a_document_over_which_many_children_die_has_no_ruled_tables_from_there_on(
        make_pdf: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    numbers = list(range(1, 9))
    monkeypatch.setattr(rulings.RulingReader, "_find", ending_at(*numbers, end=die))
    pages = list(read_isolated(make_pdf(*[ruled] * 8), numbers, QUICK))
    assert [page.number for page in pages] == numbers
    assert len(caplog.messages) == 3


def test_a_page_that_cannot_be_read_without_ruled_tables_either_fails_the_document(
        three_tables: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(embedded_text, "read_words", lambda *_: die())
    with pytest.raises(PipelineError, match="PARSER_FAILED"):
        list(read_isolated(three_tables, [1], QUICK))
    assert caplog.messages == ["The parser's process failed after 0 items: signal SIGABRT"] * 2


def test_a_code_of_the_registry_is_not_tried_again() -> None:
    with pytest.raises(PipelineError, match="CORRUPT"):
        list(read_isolated(b"%PDF-1.7\n", [1], QUICK))


def test_a_place_that_is_no_number_stays_on_the_page() -> None:
    """JSON has no such values, and a document that carries one could not be read back."""
    assert [embedded_text._ratio(value, 100.0) for value in (math.nan, math.inf, -math.inf)] == [0.0, 1.0, 0.0]
    assert embedded_text._ratio(5.0, math.nan) == 0.0
