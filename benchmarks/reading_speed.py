"""How long readers take for the same responses, and whether our time grows in proportion to what is read."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.readers import Reader
from benchmarks.synthetic_pages import page_blocks
from include.ocr.blocks import read_page
from include.ocr.folding import fold

PAGES_PER_RESPONSE = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """One response as JSON text: each reader gets its own copy, since the libraries change what they read."""

    name: str
    group: str
    text: str
    pages: int
    blocks: int


@dataclass(frozen=True, slots=True)
class Timing:
    """Median CPU time of one reader for one response; ``failed`` names the error it ends with instead."""

    reader: str
    sample: str
    group: str
    pages: int
    blocks: int
    milliseconds: float | None
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    """Median CPU time of ours for an input of ``count`` units (blocks of one page, or pages)."""

    unit: str
    count: int
    milliseconds: float

    @property
    def microseconds_each(self) -> float:
        return 1000 * self.milliseconds / self.count


def synthetic_samples(count: int) -> Iterator[Sample]:
    """Responses of a few pages each."""
    for first in range(1, count * PAGES_PER_RESPONSE, PAGES_PER_RESPONSE):
        blocks = [block for number in range(PAGES_PER_RESPONSE) for block in page_blocks(first + number)]
        for block in blocks:
            block["Page"] -= first - 1
        yield _sample(f"synthetic {first}", "synthetic", {
            "DocumentMetadata": {"Pages": PAGES_PER_RESPONSE}, "JobStatus": "SUCCEEDED", "Blocks": blocks})


def stored_samples(folder: Path) -> Iterator[Sample]:
    """The stored responses of a folder, a response a file; files that hold something else are left out."""
    for path in sorted(folder.glob("*.json")):
        response = json.loads(path.read_text())
        if isinstance(response, dict) and response.get("Blocks"):
            yield _sample(path.stem, "real", response)


def compare(readers: Sequence[Reader], samples: Sequence[Sample], rounds: int) -> list[Timing]:
    """Every reader on every response, the readers taking turns in each round; the first, cold round does not count.

    CPU time, not the clock: other work on the machine must not speak for or against one of them.
    """
    return [timing for sample in samples for timing in _compare_on(readers, sample, rounds)]


def growth(blocks_of_page: Sequence[float], pages: Sequence[int], rounds: int) -> list[Growth]:
    """Our time for one page of growing size, and for folding and reading ever more pages, taking turns.

    :param blocks_of_page: sizes of the page, in times 1,000 blocks.
    :param pages: numbers of pages.
    """
    works: list[tuple[str, int, Callable[[], object]]] = []
    for size in blocks_of_page:
        page = page_blocks(1, size)
        works.append(("block", len(page), partial(read_page, 1, page)))
    for count in pages:
        chunk = {"Blocks": [block for number in range(1, count + 1) for block in page_blocks(number)]}
        works.append(("page", count, partial(_read_all, chunk)))
    taken = [[_timed(work) for _, _, work in works] for _ in range(rounds + 1)][1:]
    return [Growth(unit, count, median(times))
            for (unit, count, _), times in zip(works, zip(*taken, strict=True), strict=True)]


def _compare_on(readers: Sequence[Reader], sample: Sample, rounds: int) -> Iterator[Timing]:
    taken: dict[str, list[float]] = {reader.name: [] for reader in readers}
    failed: dict[str, str] = {}
    for turn in range(rounds + 1):
        for reader in (*readers[turn % len(readers):], *readers[:turn % len(readers)]):
            if reader.name in failed:
                continue
            try:
                taken[reader.name].append(_timed(partial(reader.read, json.loads(sample.text))))
            except Exception as error:  # a library's bug is a result here
                failed[reader.name] = type(error).__name__
    for reader in readers:
        times = [] if reader.name in failed else taken[reader.name][1:]
        yield Timing(
            reader.name, sample.name, sample.group, sample.pages, sample.blocks,
            median(times) if times else None, failed.get(reader.name))


def _sample(name: str, group: str, response: dict[str, Any]) -> Sample:
    blocks = response["Blocks"]
    pages = {block.get("Page") or 1 for block in blocks}
    return Sample(name, group, json.dumps(response), len(pages), len(blocks))


def _read_all(chunk: dict[str, Any]) -> None:
    for number, blocks in fold([chunk]):
        read_page(number, blocks)


def _timed(work: Callable[[], object]) -> float:
    """CPU milliseconds; what earlier work has left to the garbage collector is cleared away before."""
    gc.collect()
    started = time.process_time()
    work()
    return 1000 * (time.process_time() - started)
