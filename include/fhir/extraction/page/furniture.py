"""Lines that belong to the sheet and not to what it says: running headers and footers, page numbers, small print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from include.fhir.extraction.forms.labels import plain
from include.fhir.extraction.page.reading import PrintedLine

_EDGE = 0.14
"""Part of a page at its top and bottom in which a repeated line is a running header or footer."""
_FOOT = 0.88
"""Height, as a ratio of the page, below which lines set apart from the text are small print."""
_APART = 2.5
"""Heights of a line between the text and the small print below it."""
_SMALL_PRINT = 4
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|pg\.?|sheet)\s*\d{1,4}(?:\s*(?:of|von|/)\s*\d{1,4})?|"
    r"(?P<page>\d{1,4})\s*(?:of|von|/)\s*(?P<last>\d{1,4})|[-–]\s*\d{1,4}\s*[-–])\W*",
    re.IGNORECASE,
)


def furniture(lines: Sequence[PrintedLine]) -> set[int]:
    """Numbers of the lines that are no statement of the document."""
    numbers = {line.at for line in lines if _is_page_number(line)}
    for _, page in groupby(lines, key=lambda line: line.page):
        numbers |= _small_print(list(page))
    return numbers | _running(lines)


def _is_page_number(line: PrintedLine) -> bool:
    at_edge = line.line.box.top < _EDGE or line.line.box.bottom > 1 - _EDGE
    match = _PAGE_NUMBER.fullmatch(line.text.strip()) if at_edge else None
    if match is None:
        return False
    # "120/80" at the top of a page is no page number: no page comes behind the last.
    return match["page"] is None or int(match["page"]) <= int(match["last"])


def _small_print(page: Sequence[PrintedLine]) -> set[int]:
    """The last lines of a page, where a gap sets them apart from the text above."""
    foot = {line.at for line in page if line.line.box.top > _FOOT}
    above = [line.line.box.bottom for line in page if line.at not in foot]
    rows = {round(line.line.box.top * 100) for line in page if line.at in foot}
    if not foot or not above or len(rows) > _SMALL_PRINT:
        return set()
    first = min((line.line.box for line in page if line.at in foot), key=lambda box: box.top)
    return foot if first.top - max(above) > _APART * first.height else set()


def _running(lines: Sequence[PrintedLine]) -> set[int]:
    """Lines that stand at the same height on several pages."""
    places: dict[tuple[str, int], list[PrintedLine]] = {}
    for line in lines:
        if line.line.box.top < _EDGE or line.line.box.bottom > 1 - _EDGE:
            for place in _places(line):
                places.setdefault(place, []).append(line)
    repeated = [found for found in places.values() if len({line.page for line in found}) > 1]
    return {line.at for found in repeated for line in found}


def _places(line: PrintedLine) -> Iterator[tuple[str, int]]:
    """The text, page numbers aside, with its height rounded both ways, so that no rounding parts equal heights."""
    text = plain(line.text)
    if re.search(r"\b(?:page|seite)\b", text):
        text = re.sub(r"\d+", "#", text)
    yield text, round(line.line.box.top * 50)
    yield text, round(line.line.box.top * 50 + 0.5)
