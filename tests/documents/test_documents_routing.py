from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.documents.manifest import PageKind, Route
from include.documents.routing import MEGABYTE, SYNC_MAX_BYTES, pages_to_send, route
from include.errors import PipelineError
from include.settings import Settings

T, I, M, B = PageKind.TEXT, PageKind.IMAGE, PageKind.MIXED, PageKind.BLANK  # noqa: E741 - a table of pages reads best


@pytest.mark.parametrize(("kinds", "sent", "way"), [
    ([T, T], [], Route.EMBEDDED_TEXT),
    ([T, B], [], Route.EMBEDDED_TEXT),
    ([B], [], Route.EMBEDDED_TEXT),
    ([I], [1], Route.EXTERNAL_OCR),
    ([I, M], [1, 2], Route.EXTERNAL_OCR),
    ([I, B], [1], Route.EXTERNAL_OCR),
    ([T, I, B], [2], Route.HYBRID),
    ([T, M], [2], Route.HYBRID),
])
def test_only_pages_that_need_ocr_are_sent(kinds: list[PageKind], sent: list[int], way: Route) -> None:
    assert pages_to_send(kinds, Settings()) == sent
    assert route(kinds, [1000] * len(sent), Settings()) is way


def test_without_selection_every_page_with_content_is_sent() -> None:
    settings = Settings(ocr_selective_enabled=False)
    assert pages_to_send([T, I, B, T], settings) == [1, 2, 4]
    assert route([T, I, B, T], [9, 9, 9], settings) is Route.EXTERNAL_OCR
    assert pages_to_send([T, T], settings) == []


def test_without_ocr_a_document_that_needs_it_fails_and_others_pass() -> None:
    settings = Settings(ocr_enabled=False)
    assert pages_to_send([T, B], settings) == []
    with pytest.raises(PipelineError, match="OCR_DISABLED"):
        pages_to_send([T, M], settings)


@pytest.mark.parametrize(("sizes", "way"), [
    ([5 * MEGABYTE - 1], Route.EXTERNAL_OCR),
    ([5 * MEGABYTE], Route.ASYNC_OCR),
    ([3 * MEGABYTE, 2 * MEGABYTE], Route.ASYNC_OCR),
], ids=["below", "at the threshold", "at the threshold together"])
def test_from_the_threshold_on_the_pages_to_send_go_as_one_job(sizes: list[int], way: Route) -> None:
    assert route([I] * len(sizes), sizes, Settings(ocr_async_threshold_mb=5)) is way


@pytest.mark.parametrize(("size", "way"), [(SYNC_MAX_BYTES, Route.EXTERNAL_OCR), (SYNC_MAX_BYTES + 1, Route.ASYNC_OCR)])
def test_a_page_over_the_limit_of_a_synchronous_call_goes_as_a_job(size: int, way: Route) -> None:
    assert route([I], [size], Settings(ocr_async_threshold_mb=100)) is way


@pytest.mark.parametrize(("count", "way"), [(15, Route.EXTERNAL_OCR), (16, Route.ASYNC_OCR)])
def test_more_pages_than_the_setting_go_as_a_job(count: int, way: Route) -> None:
    assert route([I] * count, [1000] * count, Settings(ocr_sync_max_pages=15)) is way


def test_text_pages_do_not_count_towards_a_job() -> None:
    assert route([T] * 100 + [I], [1000], Settings()) is Route.HYBRID


def test_more_pages_than_one_job_takes_are_too_many() -> None:
    assert len(pages_to_send([I] * 3000 + [T], Settings())) == 3000
    with pytest.raises(PipelineError, match="TOO_MANY_PAGES"):
        pages_to_send([I] * 3001, Settings())


def test_the_size_threshold_counts_the_pages_to_send_not_the_document() -> None:
    """OCR_ASYNC_THRESHOLD_MB, default 5, to the byte."""
    assert route([T, I, I], [3 * MEGABYTE, 2 * MEGABYTE - 1], Settings()) is Route.HYBRID
    assert route([T, I, I], [3 * MEGABYTE, 2 * MEGABYTE], Settings()) is Route.ASYNC_OCR
    assert route([T, T, T], [], Settings(ocr_async_threshold_mb=0)) is Route.EMBEDDED_TEXT


def test_the_page_limit_counts_the_pages_to_send_not_the_document() -> None:
    """OCR_SYNC_MAX_PAGES, default 15."""
    assert route([T] * 30 + [I] * 15, [9] * 15, Settings()) is Route.HYBRID
    assert route([T] * 30 + [I] * 16, [9] * 16, Settings()) is Route.ASYNC_OCR
    assert route([T] * 30 + [I] * 16, [9] * 16, Settings(ocr_sync_max_pages=16)) is Route.HYBRID


@given(st.lists(st.sampled_from(PageKind), max_size=20), st.booleans())
def test_no_page_that_needs_ocr_is_left_out_and_no_blank_one_is_sent(kinds: list[PageKind], selective: bool) -> None:
    sent = pages_to_send(kinds, Settings(ocr_selective_enabled=selective))
    needed = {number for number, kind in enumerate(kinds, 1) if kind in (I, M)}
    with_content = {number for number, kind in enumerate(kinds, 1) if kind is not B}
    assert sent == sorted(needed if selective or not needed else with_content)


@given(st.lists(st.sampled_from(PageKind), max_size=20), st.booleans())
def test_without_ocr_nothing_is_ever_sent(kinds: list[PageKind], selective: bool) -> None:
    settings = Settings(ocr_enabled=False, ocr_selective_enabled=selective)
    if {I, M} & set(kinds):
        with pytest.raises(PipelineError, match="OCR_DISABLED"):
            pages_to_send(kinds, settings)
    else:
        assert pages_to_send(kinds, settings) == []
