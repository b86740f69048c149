"""What stands on a PDF page beside its text: is there writing in its images, painted areas and outlines?

Most text pages can be told by their objects alone. Only where an image, a painted area or an outline could hold
writing the page is rendered, its words are taken away, and what is left is searched for rows of writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pypdfium2 as pdfium

from include.documents.label_values import answer_to_label
from include.documents.page_object import Rect
from include.documents.residue import AROUND, ROW_LETTERS, UnreadRow, unread_rows
from include.documents.scan import PageScan, covered_share

SIZEABLE = 0.06
"""Share of the page from which an image is more than a logo or a stamp, wherever it stands."""
SMALL = 0.0012
"""Share of the page that one picture of a printed result line takes up; a bullet or an icon takes less."""
LETTERHEAD, FOOTER = 0.14, 0.08
"""Shares of a page's height in which logos stand."""
LOGO_ROWS = 2
"""Rows of writing that a logo has, or a bar code as its caption."""
MAX_LOOK_PIXELS = 60_000_000
"""A page with a larger image is not rendered, it is OCR's: decoding alone would take gigabytes."""
SMALL_LETTERS = 12.0
"""Letters, as :mod:`writing` estimates them, from which a small picture holds more than a logo or a caption does."""
SIZEABLE_LETTERS = 5.0
"""The same for a large one: photographs and drawings have rows of three or four shapes that are no letters."""
_PROSE = 50
"""Characters of text below which the page is its pictures, and every row in them counts."""
HIGHEST_PRINT = 20.0
"""Points up to which a row is print; those of logos and icons are higher."""


class Medium(StrEnum):
    """What writing can be made of that is no text."""

    IMAGE = "images"
    PAINTED = "painted areas"
    OUTLINES = "outlines"
    STROKES = "strokes"
    VALUE = "value of a label"


@dataclass(frozen=True, slots=True)
class Area:
    medium: Medium
    rect: Rect


Logos = set[tuple[tuple[object, ...], ...]]
"""Small images at their places in which nothing was to be read; a letterhead stands on every page of a document."""


def unread_media(page: pdfium.PdfPage, scan: PageScan, logos: Logos | None = None) -> tuple[Medium, ...]:
    """The media in which the page holds writing that its text does not.

    :param logos: what was found on the document's pages before; added to.
    """
    drawn = (Medium.STROKES,) if scan.strokes else ()
    if answer_to_label(page, scan.text, [*(image.rect for image in scan.images), *scan.curves, *scan.open_lines]):
        return (Medium.VALUE, *drawn)
    areas = doubtful_areas(scan)
    if not areas:
        return drawn
    if scan.image_pixels > MAX_LOOK_PIXELS:
        return (Medium.IMAGE, *drawn)
    alike = _alike(scan, areas)
    if logos is not None and alike in logos:
        return drawn
    rows = unread_rows(page, [area.rect for area in areas], without=scan.hidden_objects)
    found = [medium for medium in Medium if _holds_writing(medium, areas, rows, scan)]
    if Medium.IMAGE not in found and undecodable(scan):
        found.append(Medium.IMAGE)
    if logos is not None and alike and not found:
        logos.add(alike)
    return (*found, *drawn)


def _alike(scan: PageScan, areas: Sequence[Area]) -> tuple[tuple[object, ...], ...]:
    """What makes two pages' small images the same: place, pixels, and their number of bytes after compression. Empty
    where the areas are not only such images."""
    if any(area.medium is not Medium.IMAGE for area in areas) or scan.image_share >= SIZEABLE:
        return ()
    if not all(image.filter for image in scan.images):
        return ()
    return tuple((tuple(map(round, image.rect)), image.pixels, image.stored_bytes, image.filter)
                 for image in scan.images)


def undecodable(scan: PageScan) -> bool:
    """One of the page's larger images cannot be decoded, so that a rendering does not show it."""
    largest = sorted(scan.images, key=lambda image: -image.pixels)[:_DECODED]
    return any(not image.source.decodes for image in largest)


def doubtful_areas(scan: PageScan) -> tuple[Area, ...]:
    """Where writing may be; empty for a page whose objects alone say that its text is all."""
    areas = [*(Area(Medium.IMAGE, image.rect) for image in scan.images),
             *(Area(Medium.PAINTED, rect) for rect in scan.painted),
             *(Area(Medium.OUTLINES, rect) for rect in scan.curves if rect[3] - rect[1] > _LEAST_HEIGHT)]
    if len(areas) <= _FEW_AREAS and covered_share([a.rect for a in areas], scan.width, scan.height) < SMALL:
        return ()
    in_margins = all(_in_margin(area.rect, scan) for area in areas)
    small = covered_share([area.rect for area in areas], scan.width, scan.height) < _LABEL
    return () if in_margins and small else tuple(areas)


_DECODED = 8
_LEAST_HEIGHT = 2.0
"""Points below which an outline is no letter."""
_FEW_AREAS = 4
_LABEL = 0.005
"""Share of the page from which something in a margin may be a patient's label rather than a logo."""


def _holds_writing(medium: Medium, areas: Sequence[Area], rows: Iterable[UnreadRow], scan: PageScan) -> bool:
    places = [area.rect for area in areas if area.medium is medium]
    mine = [row for row in rows if any(_lies_in(row.rect, place) for place in places)]
    written = [row for row in mine if not row.bar_code]
    print_high = [row for row in written if _height(row) <= HIGHEST_PRINT]
    if medium in (Medium.OUTLINES, Medium.PAINTED):
        written = print_high
    letters = sum(row.letters for row in written)
    if covered_share(places, scan.width, scan.height) >= SIZEABLE:
        return letters >= (SIZEABLE_LETTERS if scan.characters >= _PROSE else ROW_LETTERS)
    if any(row.bar_code for row in mine) or all(_in_margin(row.rect, scan) for row in written):
        return len(print_high) > LOGO_ROWS or (bool(print_high) and letters >= SMALL_LETTERS)
    return bool(print_high) or letters >= SMALL_LETTERS


def _height(row: UnreadRow) -> float:
    """Points, whichever way the writing runs."""
    return min(row.rect[2] - row.rect[0], row.rect[3] - row.rect[1])


def _lies_in(row: Rect, place: Rect) -> bool:
    x, y = (row[0] + row[2]) / 2, (row[1] + row[3]) / 2
    across = place[0] - AROUND <= x <= place[2] + AROUND or row[0] - AROUND <= (place[0] + place[2]) / 2 <= row[2]
    return across and place[1] - AROUND <= y <= place[3] + AROUND


def _in_margin(rect: Rect, scan: PageScan) -> bool:
    """In the letterhead or the footer of the page as displayed."""
    if scan.rotation in (90, 270):
        from_start = (rect[0] + rect[2]) / 2 / (scan.width or 1)
        share = from_start if scan.rotation == 90 else 1 - from_start
    else:
        from_start = 1 - (rect[1] + rect[3]) / 2 / (scan.height or 1)
        share = from_start if scan.rotation == 0 else 1 - from_start
    return share < LETTERHEAD or share > 1 - FOOTER
