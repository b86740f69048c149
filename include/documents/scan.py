"""What a PDF page is made of: characters seen and hidden, images, outlines, annotations. No judgement.

Lengths are points of the page's own space, before rotation, with the origin at the crop box's lower left corner.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

Rect = tuple[float, float, float, float]
"""Left, bottom, right, top."""
_Matrix = tuple[float, float, float, float, float, float]

_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MAX_DEPTH = 6
_HIDDEN_MODES = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)
_MAX_GLYPH_HEIGHT = 40.0
_GRID = 64
"""Cells a side of the raster on which covered area is counted; overlapping tiles and strips count once."""
COVERING = 0.4
"""Share of the page from which an image hides text that was drawn before it."""


@dataclass(frozen=True, slots=True)
class PageScan:
    """The findings about one page.

    :param text: the characters that a reader sees, as PDFium extracts them.
    :param hidden_text: those in invisible mode, or under an image that was drawn over them.
    :param unmapped: share (0 to 1) of the visible characters whose font does not say what they mean.
    :param images: the images' rectangles, clipped to the page.
    :param image_pixels: pixels of the largest image.
    :param curves: bounds of the paths with curves, or with too many corners to be a rule or a frame.
    :param paths: number of all paths.
    :param shadings: number of shadings.
    """

    width: float
    height: float
    rotation: int
    text: str
    hidden_text: str
    unmapped: float
    images: tuple[Rect, ...]
    image_pixels: int
    curves: tuple[Rect, ...]
    paths: int
    shadings: int

    @property
    def characters(self) -> int:
        """Visible characters without blanks at the ends of the text."""
        return len(self.text.strip())

    @property
    def image_share(self) -> float:
        return covered_share(self.images, self.width, self.height)


@dataclass(slots=True)
class _Objects:
    images: list[tuple[int, Rect]]
    texts: dict[int, tuple[int, bool, Rect]]
    curves: list[Rect]
    image_pixels: int = 0
    paths: int = 0
    shadings: int = 0
    any_hidden: bool = False
    order: int = 0


def scan_page(page: pdfium.PdfPage) -> PageScan:
    """Look at every object of a page once; nothing is rendered."""
    left, bottom, right, top = page.get_bbox()
    size = (right - left, top - bottom)
    found = _Objects([], {}, [])
    box = (left, bottom, *size)
    _walk(page.raw, pdfium_c.FPDFPage_CountObjects, pdfium_c.FPDFPage_GetObject, _IDENTITY, box, found, 0)
    hidden = _hidden_texts(found, size)
    visible, invisible, unmapped = _texts(page, hidden)
    return PageScan(
        width=size[0], height=size[1], rotation=page.get_rotation(), text=visible, hidden_text=invisible,
        unmapped=unmapped, images=tuple(rect for _, rect in found.images), image_pixels=found.image_pixels,
        curves=tuple(found.curves), paths=found.paths, shadings=found.shadings,
    )


def covered_share(rects: tuple[Rect, ...], width: float, height: float) -> float:
    """Share (0 to 1) of a page that rectangles cover together."""
    if not rects or width <= 0 or height <= 0:
        return 0.0
    cells = bytearray(_GRID * _GRID)
    for left, bottom, right, top in rects:
        first, last = round(left / width * _GRID), round(right / width * _GRID)
        for row in range(max(0, round(bottom / height * _GRID)), min(_GRID, round(top / height * _GRID))):
            for column in range(max(0, first), min(_GRID, last)):
                cells[row * _GRID + column] = 1
    return sum(cells) / len(cells)


def glyph_rows(curves: tuple[Rect, ...]) -> int:
    """How many outlines stand side by side on common base lines, as drawn letters do: eight or more in a row."""
    small = [c for c in curves if 2 < c[3] - c[1] < _MAX_GLYPH_HEIGHT and c[2] - c[0] < 2 * _MAX_GLYPH_HEIGHT]
    rows: dict[int, int] = {}
    for rect in small:
        rows[round(rect[1] / 1.5)] = rows.get(round(rect[1] / 1.5), 0) + 1
    return sum(count for count in rows.values() if count >= 8)


def _walk(container: Any, count: Any, get: Any, matrix: _Matrix, page: Rect, found: _Objects, depth: int) -> None:
    """Objects in drawing order, those inside form XObjects too. PDFium's handles have no types of their own."""
    for index in range(count(container)):
        item = get(container, index)
        kind = pdfium_c.FPDFPageObj_GetType(item)
        found.order += 1
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            _note_text(item, matrix, page, found)
        elif kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            found.paths += 1
            if _is_curved(item):
                found.curves.append(_bounds(item, matrix, page))
        elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            _note_image(item, matrix, page, found)
        elif kind == pdfium_c.FPDF_PAGEOBJ_SHADING:
            found.shadings += 1
        elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _times(_matrix(item), matrix)
            count_inner, get_inner = pdfium_c.FPDFFormObj_CountObjects, pdfium_c.FPDFFormObj_GetObject
            _walk(item, count_inner, get_inner, inner, page, found, depth + 1)


def _note_text(item: Any, matrix: _Matrix, page: Rect, found: _Objects) -> None:
    hidden = pdfium_c.FPDFTextObj_GetTextRenderMode(item) in _HIDDEN_MODES
    found.any_hidden = found.any_hidden or hidden
    found.texts[ctypes.addressof(item.contents)] = (found.order, hidden, _bounds(item, matrix, page))


def _note_image(item: Any, matrix: _Matrix, page: Rect, found: _Objects) -> None:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    if pdfium_c.FPDFImageObj_GetImagePixelSize(item, width, height):
        found.image_pixels = max(found.image_pixels, width.value * height.value)
    left, bottom, right, top = _bounds(item, matrix, page)
    rect = (max(left, 0.0), max(bottom, 0.0), min(right, page[2]), min(top, page[3]))
    if rect[0] < rect[2] and rect[1] < rect[3]:
        found.images.append((found.order, rect))


def _is_curved(path: Any) -> bool:
    """Curves, or more corners than a rectangle or two have: what a rule or a frame does not need."""
    segments = pdfium_c.FPDFPath_CountSegments(path)
    if segments > 10:
        return True
    for index in range(segments):
        segment = pdfium_c.FPDFPath_GetPathSegment(path, index)
        if pdfium_c.FPDFPathSegment_GetType(segment) == pdfium_c.FPDF_SEGMENT_BEZIERTO:
            return True
    return False


def _bounds(item: Any, matrix: _Matrix, page: Rect) -> Rect:
    values = [ctypes.c_float() for _ in range(4)]
    if not pdfium_c.FPDFPageObj_GetBounds(item, *values):
        return (0.0, 0.0, 0.0, 0.0)
    left, bottom, right, top = (value.value for value in values)
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return (min(xs) - page[0], min(ys) - page[1], max(xs) - page[0], max(ys) - page[1])


def _matrix(item: Any) -> _Matrix:
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(item, matrix):
        return _IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _hidden_texts(found: _Objects, size: tuple[float, float]) -> set[int]:
    """Text objects that no reader sees: invisible mode, or under a large image drawn later."""
    covers = [(order, rect) for order, rect in found.images if covered_share((rect,), *size) >= COVERING]
    hidden = set()
    for address, (order, invisible, box) in found.texts.items():
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        under = any(later > order and r[0] <= x <= r[2] and r[1] <= y <= r[3] for later, r in covers)
        if invisible or under:
            hidden.add(address)
    return hidden


def _texts(page: pdfium.PdfPage, hidden: set[int]) -> tuple[str, str, float]:
    text_page = page.get_textpage()
    count = text_page.count_chars()
    if not count:
        return "", "", 0.0
    if not hidden:
        text = text_page.get_text_range()
        return text, "", _unmapped(text_page, range(count))
    seen: list[str] = []
    unseen: list[str] = []
    indices: list[int] = []
    is_hidden = False
    for index in range(count):
        holder = pdfium_c.FPDFText_GetTextObject(text_page.raw, index)
        if holder:
            is_hidden = ctypes.addressof(holder.contents) in hidden
        character = chr(pdfium_c.FPDFText_GetUnicode(text_page.raw, index))
        (unseen if is_hidden else seen).append(character)
        if not is_hidden:
            indices.append(index)
    return "".join(seen), "".join(unseen), _unmapped(text_page, indices)


def _unmapped(text_page: pdfium.PdfTextPage, indices: range | list[int]) -> float:
    """Looked at on some 500 characters, spread over the page: a font without a map fails on all of its characters."""
    sample = indices[:: max(1, len(indices) // 500)]
    failed = [index for index in sample if pdfium_c.FPDFText_HasUnicodeMapError(text_page.raw, index) == 1]
    return len(failed) / max(1, len(sample))
