"""How long the OCR task waits for its job in the triggerer."""

from __future__ import annotations

import pytest

from document_tasks.ocr import longest_wait
from include.settings import settings


@pytest.mark.parametrize(("pages", "seconds_more"), [(1, 2), (30, 60), (3000, 6000)])
def test_the_longest_wait_grows_with_the_pages(pages: int, seconds_more: int) -> None:
    assert longest_wait(pages) == settings().textract_async_max_wait + seconds_more
