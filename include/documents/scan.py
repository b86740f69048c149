"""What a PDF page is made of: characters seen and hidden, images, outlines, annotations. No judgement.

Lengths are points of the page's own space, before rotation, with the origin at the crop box's lower left corner.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from include.documents.page_object import PageObject, Rect, light
from include.documents.page_objects import PageObjects, list_objects, paths_of_size

_GRID = 64
"""Cells a side of the raster on which covered area is counted; overlapping tiles and strips count once."""
_STAMP = 0.02
"""Share of the page from which an image is asked whether it hides the text that was drawn before it."""
_OVERLAY = 0.25
"""Share from which a clear one is a watermark or a letterhead, not a stamp."""
_DRAWN = 20
"""Number of outlines from which hidden text may stand for them."""
_PAINTED_SHARE = 0.01
"""Share of the page from which a filled path may hold a picture worth reading."""
_LEAST_STROKE = (4.0, 7.5)
"""Points of the shorter and the longer side from which an open line may be a pen's; a rule has one side only."""
_LONGEST_TICK = 30.0
_LONGEST_STROKE = 200.0
"""Points up to which a tick or cross, and a curved line, may be a pen's; longer ones belong to diagrams."""
_SERIES = 6
_FEW, _MANY = 40, 512
"""Characters whose font map is looked at: few at first, many where one of them fails."""


_has_map_error = light(pdfium_c.FPDFText_HasUnicodeMapError, ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image on the page: its rectangle clipped to the page, its pixels, the bytes it is stored as, and how."""

    source: PageObject
    rect: Rect
    pixels: int
    stored_bytes: int
    filters: tuple[str, ...]

    @property
    def filter(self) -> str:
        """The last one to be undone, which is the image's own; empty for plain pixels."""
        return self.filters[-1] if self.filters else ""


@dataclass(frozen=True, slots=True)
class PageScan:
    """The findings about one page.

    :param rotation: clockwise degrees by which the page is turned for display.
    :param text: the characters that a reader sees, as PDFium extracts them.
    :param hidden_text: those in invisible mode, or under an image that was drawn over them. Looked for only beside
        larger images, outlines and shadings: a page with nothing else is read as it is.
    :param text_objects: number of pieces of text, also of those that PDFium extracts nothing from.
    :param unmapped: share (0 to 1) of the characters whose font does not say what they mean.
    :param curves: bounds of the paths with curves, or with too many corners to be a rule or a frame.
    :param paths: number of all paths.
    :param painted: bounds of the large paths whose fill may show a picture (tiling patterns, soft masks).
    :param strokes: bounds of ticks, crosses and curved lines that are drawn as by a pen.
    :param open_lines: bounds of all short lines that are neither rules nor closed.
    :param shadings: number of shadings.
    :param unfinished: the page has more objects than are looked at.
    :param hidden_objects: PDFium's handles of the pieces of hidden text.
    :param stamped: a clear image was drawn over a part of the text.
    """

    width: float
    height: float
    rotation: int
    text: str
    hidden_text: str
    text_objects: int
    unmapped: float
    images: tuple[Picture, ...]
    curves: tuple[Rect, ...]
    paths: int
    painted: tuple[Rect, ...]
    strokes: tuple[Rect, ...]
    open_lines: tuple[Rect, ...]
    shadings: int
    unfinished: bool
    hidden_objects: frozenset[int]
    stamped: bool

    @property
    def characters(self) -> int:
        """Visible characters without blanks at the ends of the text."""
        return len(self.text.strip())

    @property
    def image_share(self) -> float:
        return covered_share([image.rect for image in self.images], self.width, self.height)

    @property
    def image_pixels(self) -> int:
        """Pixels of the largest image."""
        return max((image.pixels for image in self.images), default=0)

    @property
    def empty(self) -> bool:
        """No object draws anything; annotations are not looked at."""
        return not (self.text_objects or self.images or self.paths or self.shadings or self.unfinished)

    @property
    def silent(self) -> bool:
        """Many pieces of text from which hardly a character comes: their fonts say nothing."""
        return self.text_objects > 20 + 3 * self.characters

    @property
    def displayable(self) -> bool:
        """False where the page's boxes leave nothing to be shown."""
        return self.width > 0 and self.height > 0


def scan_page(page: pdfium.PdfPage) -> PageScan:
    """Look at every object of a page once; nothing is rendered."""
    left, bottom, right, top = page.get_bbox()
    size = (right - left, top - bottom)
    found = list_objects(page)
    images = [(item, picture) for item in found.images if (picture := _picture(item, (left, bottom), size))]
    hidden, stamped = _hidden_texts(page, found, images, (left, bottom), size)
    visible, invisible, unmapped = _texts(page, found, hidden)
    curves = [(path, path.bounds((left, bottom))) for path in found.curves]
    least_area = _PAINTED_SHARE * size[0] * size[1]
    paths = [*paths_of_size(found, (left, bottom), least_area, (*_LEAST_STROKE, _LONGEST_STROKE)), *curves]
    lines = _open_lines(paths)
    return PageScan(
        width=size[0], height=size[1], rotation=page.get_rotation(), text=visible, hidden_text=invisible,
        text_objects=len(found.texts), unmapped=unmapped, images=tuple(picture for _, picture in images),
        curves=tuple(rect for _, rect in curves), paths=len(found.plain_paths) + len(found.curves),
        painted=_painted(paths, least_area), strokes=_strokes(lines), open_lines=tuple(rect for _, rect in lines),
        shadings=found.shadings, unfinished=found.unfinished, hidden_objects=hidden, stamped=stamped,
    )


def covered_share(rects: Sequence[Rect], width: float, height: float) -> float:
    """Share (0 to 1) of a page that rectangles cover together."""
    if not rects or width <= 0 or height <= 0:
        return 0.0
    if len(rects) == 1:
        left, bottom, right, top = rects[0]
        inside = max(0.0, min(right, width) - max(left, 0.0)) * max(0.0, min(top, height) - max(bottom, 0.0))
        return inside / (width * height)
    cells = bytearray(_GRID * _GRID)
    for left, bottom, right, top in rects:
        first, last = max(0, round(left / width * _GRID)), min(_GRID, round(right / width * _GRID))
        for row in range(max(0, round(bottom / height * _GRID)), min(_GRID, round(top / height * _GRID))):
            if last > first:
                cells[row * _GRID + first : row * _GRID + last] = b"\1" * (last - first)
    return cells.count(1) / len(cells)


def _painted(paths: Iterable[tuple[PageObject, Rect]], least_area: float) -> tuple[Rect, ...]:
    return tuple(rect for path, rect in paths if _area(rect) >= least_area and path.painted)


def _open_lines(paths: Iterable[tuple[PageObject, Rect]]) -> list[tuple[PageObject, Rect]]:
    def like_a_pens(rect: Rect) -> bool:
        short, long = sorted((rect[2] - rect[0], rect[3] - rect[1]))
        return short >= _LEAST_STROKE[0] and _LEAST_STROKE[1] <= long <= _LONGEST_STROKE

    return [(path, rect) for path, rect in paths if like_a_pens(rect) and path.open_stroke]


def _strokes(lines: Sequence[tuple[PageObject, Rect]]) -> tuple[Rect, ...]:
    """Those of one size are hatching or decoration where there are many of them."""
    sizes = Counter(_size(rect) for _, rect in lines)
    pens = [(path, rect) for path, rect in lines if sizes[_size(rect)] < _SERIES]
    places = Counter(tuple(map(round, rect)) for path, rect in pens if path.segments == 2)
    return tuple(
        rect for path, rect in pens
        if path.curved or (max(rect[2] - rect[0], rect[3] - rect[1]) <= _LONGEST_TICK
                           and (path.tick or places[tuple(map(round, rect))] == 2)))


def _size(rect: Rect) -> tuple[int, int]:
    return round(rect[2] - rect[0]), round(rect[3] - rect[1])


def _area(rect: Rect) -> float:
    return float(max(0.0, rect[2] - rect[0]) * max(0.0, rect[3] - rect[1]))


def _picture(item: PageObject, origin: tuple[float, float], size: tuple[float, float]) -> Picture | None:
    """None for an image outside the page."""
    left, bottom, right, top = item.bounds(origin)
    rect = (max(left, 0.0), max(bottom, 0.0), min(right, size[0]), min(top, size[1]))
    if rect[0] >= rect[2] or rect[1] >= rect[3]:
        return None
    handle, width, height = item.typed, ctypes.c_uint(), ctypes.c_uint()
    known = pdfium_c.FPDFImageObj_GetImagePixelSize(handle, width, height)
    return Picture(
        source=item, rect=rect, pixels=width.value * height.value if known else 0,
        stored_bytes=pdfium_c.FPDFImageObj_GetImageDataRaw(handle, None, 0), filters=item.filters)


def _hidden_texts(page: pdfium.PdfPage, found: PageObjects, images: Sequence[tuple[PageObject, Picture]],
                  origin: tuple[float, float], size: tuple[float, float]) -> tuple[frozenset[int], bool]:
    """Handles of text that no reader sees (invisible, or under an image drawn later); whether a clear image lies over
    some that is seen."""
    pictured = covered_share([picture.rect for _, picture in images], *size) >= _STAMP
    if not (pictured or len(found.curves) > _DRAWN or found.shadings):
        return frozenset(), False
    texts = [PageObject(*text) for text in found.texts]
    hidden = {text.handle for text in texts if text.invisible}
    seen = [(text, text.bounds(origin)) for text in texts if text.handle not in hidden] if images else []
    stamped = False
    for item, picture in images:
        share = covered_share([picture.rect], *size)
        if share < _STAMP:
            continue
        under = [text.handle for text, box in seen if text.order < item.order and _centre_lies_in(box, picture.rect)]
        if under and item.opaque(page.pdf.raw, page.raw):
            hidden.update(under)
        elif under:
            stamped = stamped or share < _OVERLAY
    return frozenset(hidden), stamped


def _centre_lies_in(box: Rect, place: Rect) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return place[0] <= x <= place[2] and place[1] <= y <= place[3]


def _texts(page: pdfium.PdfPage, found: PageObjects, hidden: Collection[int]) -> tuple[str, str, float]:
    """Visible text, hidden text, share of characters without a meaning."""
    if not found.texts:
        return "", "", 0.0
    text_page = pdfium_c.FPDFText_LoadPage(page.raw)
    try:
        count = pdfium_c.FPDFText_CountChars(text_page) if text_page else 0
        if count <= 0:
            return "", "", 0.0
        if hidden and len(hidden) < len(found.texts):
            return _parted_texts(text_page, count, hidden)
        text = _whole_text(text_page, count)
        return ("", text, 0.0) if hidden else (text, "", _unmapped(text_page, range(count)))
    finally:
        pdfium_c.FPDFText_ClosePage(text_page)


def _whole_text(text_page: Any, count: int) -> str:
    buffer = ctypes.create_string_buffer(2 * (count + 1))
    written = pdfium_c.FPDFText_GetText(text_page, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    return buffer.raw[: 2 * max(0, written - 1)].decode("utf-16-le", "replace")


def _parted_texts(text_page: Any, count: int, hidden: Collection[int]) -> tuple[str, str, float]:
    seen: list[str] = []
    unseen: list[str] = []
    indices: list[int] = []
    is_hidden = False
    for index in range(count):
        holder = pdfium_c.FPDFText_GetTextObject(text_page, index)
        if holder:
            is_hidden = ctypes.addressof(holder.contents) in hidden
        (unseen if is_hidden else seen).append(chr(pdfium_c.FPDFText_GetUnicode(text_page, index)))
        if not is_hidden:
            indices.append(index)
    return "".join(seen), "".join(unseen), _unmapped(text_page, indices)


def _unmapped(text_page: Any, indices: Sequence[int]) -> float:
    """Looked at on characters spread over the page: a font without a map fails on all of its characters."""
    text = ctypes.cast(text_page, ctypes.c_void_p).value
    for wanted in (_FEW, _MANY):
        sample = indices[:: max(1, len(indices) // wanted)]
        failed = sum(_has_map_error(text, index) == 1 for index in sample)
        if not failed:
            return 0.0
    return float(failed / max(1, len(sample)))
