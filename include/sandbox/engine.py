"""What reads the pages: the local OCR engine, or its stand-in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from include.sandbox.analysis import analyse_page
from include.sandbox.blocks import Block
from include.sandbox.pages import DOTS_PER_INCH
from include.sandbox.reading import Pixels
from include.sandbox.stand_in import stand_in_page

ReadPage = Callable[[Pixels, Collection[str], int | None], list[Block]]
"""A page's picture, the FeatureTypes and the page's number in an answer of a job; its blocks."""


@dataclass(frozen=True, slots=True)
class Engine:
    """``dots_per_inch`` at which pages are drawn for it; ``jobs_at_once`` that it works on."""

    read: ReadPage
    dots_per_inch: int
    jobs_at_once: int


def ocr(cache_folder: Path | None) -> Engine:
    """RapidOCR reads one page at a time: more jobs at once would only all end later."""

    def read(image: Pixels, features: Collection[str], number: int | None) -> list[Block]:
        return analyse_page(image, features, cache_folder, number)

    return Engine(read, DOTS_PER_INCH, jobs_at_once=2)


def stand_in() -> Engine:
    """Every job is worked on from its start, as in Textract."""
    return Engine(stand_in_page, dots_per_inch=36, jobs_at_once=100)
