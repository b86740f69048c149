"""Pages to AnalyzeDocument, several at once, each result stored as soon as it exists."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Protocol

Response = Mapping[str, Any]


class Page(Protocol):
    """A page cut out of its document: ``payload`` is what a synchronous call takes, one page."""

    @property
    def payload(self) -> bytes: ...
    @property
    def page_hash(self) -> str: ...


def analyze_pages_sync(
    analyze: Callable[[bytes], Response],
    pages: Iterable[Page],
    store: Callable[[str, Response, int], None],
    concurrency: int,
    pace: Callable[[], None],
) -> int:
    """Analyze and store every page; returns how many.

    After an error no further page is sent, since each costs money and a retry is likely to meet the same error; those
    under way are finished and stored, then the first error is raised.

    :param analyze: one page's bytes to Textract's response; called in threads.
    :param pages: taken one by one as threads become free, so that a generator need not hold them all.
    :param store: a page's hash, its response and the milliseconds of its call; called in the thread that has them.
    :param concurrency: pages under way at once.
    :param pace: returns when the next page may be sent.
    :raises ValueError: ``concurrency`` is below 1.
    """
    if concurrency < 1:
        raise ValueError("concurrency must be at least 1")

    def analyze_and_store(page: Page) -> None:
        before = time.monotonic()
        response = analyze(page.payload)
        store(page.page_hash, response, round(1000 * (time.monotonic() - before)))

    under_way: set[Future[None]] = set()
    stored = 0
    with ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="textract") as pool:
        for page in pages:
            pace()
            under_way.add(pool.submit(analyze_and_store, page))
            if len(under_way) == concurrency:
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                stored += _count(done)
        stored += _count(under_way)
    return stored


def _count(futures: Iterable[Future[None]]) -> int:
    """How many have ended well; an error goes up, and the pool waits for the others on its way out."""
    return sum(future.result() is None for future in futures)
