"""One object that a PDF page is drawn with, and the calls into PDFium that are made for thousands of them.

These have light prototypes (handles as integers, no release of the interpreter's lock), which halve their cost against
pypdfium2's own.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from struct import Struct
from typing import Any

import pypdfium2.raw as pdfium_c

Rect = tuple[float, float, float, float]
"""Left, bottom, right, top."""
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Handle = int
"""PDFium's pointer to an object; good as long as the page is open."""

LONGEST_STORED = 4 * 1024 * 1024
"""Bytes of an image that is looked into as the file has it."""


def light(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of PDFium that takes and gives plain numbers; only for the innermost loops, which it halves."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


count_segments = light(pdfium_c.FPDFPath_CountSegments, ctypes.c_int, ctypes.c_void_p)
get_segment = light(pdfium_c.FPDFPath_GetPathSegment, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
segment_type = light(pdfium_c.FPDFPathSegment_GetType, ctypes.c_int, ctypes.c_void_p)
get_bounds = light(pdfium_c.FPDFPageObj_GetBounds, ctypes.c_int, ctypes.c_void_p, *[ctypes.c_void_p] * 4)
_fill_colour = light(pdfium_c.FPDFPageObj_GetFillColor, ctypes.c_int, ctypes.c_void_p, *[ctypes.c_void_p] * 4)
_transparent = light(pdfium_c.FPDFPageObj_HasTransparency, ctypes.c_int, ctypes.c_void_p)
_render_mode = light(pdfium_c.FPDFTextObj_GetTextRenderMode, ctypes.c_int, ctypes.c_void_p)

FOUR_FLOATS = Struct("4f")
RECT = (ctypes.c_float * 4)()
RECT_PLACES = tuple(ctypes.addressof(RECT) + 4 * index for index in range(4))
"""Where PDFium writes bounds; one thread of a process works with its documents."""
_COLOUR = (ctypes.c_uint * 4)()
_COLOUR_PLACES = tuple(ctypes.addressof(_COLOUR) + 4 * index for index in range(4))
_OPAQUE = 200
"""Mean opacity (of 255) from which an image hides what lies under it; one placed askew is clear at its corners."""
_PATTERN_GREY = (0xBF, 0xBF, 0xBF)
_HIDDEN_MODES = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)
BEZIER = pdfium_c.FPDF_SEGMENT_BEZIERTO


def is_clear(handle: Handle) -> bool:
    """Filled with a colour without any opacity."""
    return bool(_fill_colour(handle, *_COLOUR_PLACES)) and _COLOUR[3] == 0


@dataclass(slots=True)
class PageObject:
    """One object: PDFium's handle, its place in drawing order, and the matrix of the forms around it.

    Not frozen: a page has thousands, and a frozen one takes three times as long to make.
    """

    handle: Handle
    order: int
    matrix: Matrix

    @property
    def typed(self) -> Any:
        """The handle as pypdfium2's functions take it."""
        return ctypes.cast(self.handle, pdfium_c.FPDF_PAGEOBJECT)

    @property
    def decodes(self) -> bool:
        """An image whose pixels PDFium can get at; what it cannot decode it leaves out of a rendering in silence."""
        bitmap = pdfium_c.FPDFImageObj_GetBitmap(self.typed)
        if not bitmap:
            return False
        pdfium_c.FPDFBitmap_Destroy(bitmap)
        return True

    @property
    def filters(self) -> tuple[str, ...]:
        """How an image is stored, in the order in which it is decoded."""
        name = ctypes.create_string_buffer(32)
        found = []
        for index in range(pdfium_c.FPDFImageObj_GetImageFilterCount(self.typed)):
            pdfium_c.FPDFImageObj_GetImageFilter(self.typed, index, name, len(name))
            found.append(name.value.decode("ascii", "replace"))
        return tuple(found)

    def stored_head(self, length: int) -> bytes:
        """The first bytes of an image as the file has it; empty where it takes more than LONGEST_STORED."""
        size = pdfium_c.FPDFImageObj_GetImageDataRaw(self.typed, None, 0)
        if size > LONGEST_STORED:
            return b""
        # PDFium gives all or nothing, and nothing to a buffer that is said to be longer.
        pdfium_c.FPDFImageObj_GetImageDataRaw(self.typed, _stored_buffer(), size)
        return ctypes.string_at(_stored_buffer(), min(size, length))

    def opaque(self, document: Any, page: Any) -> bool:
        """An image that hides what was drawn before it; one with a soft mask may let it show through.

        :param document: PDFium's handle, as that of the page.
        """
        if _transparent(self.handle):
            return False
        bitmap = pdfium_c.FPDFImageObj_GetRenderedBitmap(document, page, self.typed)
        if not bitmap:
            return True
        try:
            if pdfium_c.FPDFBitmap_GetFormat(bitmap) != pdfium_c.FPDFBitmap_BGRA:
                return True
            size = pdfium_c.FPDFBitmap_GetStride(bitmap) * pdfium_c.FPDFBitmap_GetHeight(bitmap)
            alpha = ctypes.string_at(pdfium_c.FPDFBitmap_GetBuffer(bitmap), size)[3::4]
            return sum(alpha) >= _OPAQUE * len(alpha)
        finally:
            pdfium_c.FPDFBitmap_Destroy(bitmap)

    @property
    def painted(self) -> bool:
        """A path whose fill may show a picture: a tiling pattern, which PDFium reports as this grey, or a soft mask."""
        known = _fill_colour(self.handle, *_COLOUR_PLACES)
        return not known or tuple(_COLOUR)[:3] == _PATTERN_GREY or bool(_transparent(self.handle))

    @property
    def open_stroke(self) -> bool:
        """A path that is drawn as a line, not filled, and does not return to its start: what a pen does."""
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        if not pdfium_c.FPDFPath_GetDrawMode(self.typed, fill, stroke) or fill.value or not stroke.value:
            return False
        last = pdfium_c.FPDFPath_GetPathSegment(self.typed, count_segments(self.handle) - 1)
        return not pdfium_c.FPDFPathSegment_GetClose(last)

    @property
    def segments(self) -> int:
        """Number of a path's segments, its start included."""
        return int(count_segments(self.handle))

    @property
    def curved(self) -> bool:
        """A path with a curve among its first segments."""
        looked_at = range(1, min(self.segments, 12))
        return any(segment_type(get_segment(self.handle, index)) == BEZIER for index in looked_at)

    @property
    def tick(self) -> bool:
        """Two straight lines, down and then further up: a check mark. An arrow's head has sides of one length."""
        if self.segments != 3:
            return False
        (x0, y0), (x1, y1), (x2, y2) = (self._point(index) for index in range(3))
        down, up = y0 - y1, y2 - y1
        return x0 < x1 < x2 and down > 0 and down * 1.3 <= up

    def _point(self, index: int) -> tuple[float, float]:
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium_c.FPDFPathSegment_GetPoint(pdfium_c.FPDFPath_GetPathSegment(self.typed, index), x, y)
        return x.value, y.value

    @property
    def invisible(self) -> bool:
        """Text in a mode that draws nothing, or in a colour without any opacity."""
        return _render_mode(self.handle) in _HIDDEN_MODES or is_clear(self.handle)

    def bounds(self, origin: tuple[float, float]) -> Rect:
        """Where it stands, seen from ``origin`` (points); zeros where PDFium does not know."""
        if not get_bounds(self.handle, *RECT_PLACES):
            return (0.0, 0.0, 0.0, 0.0)
        left, bottom, right, top = FOUR_FLOATS.unpack_from(RECT)
        if self.matrix is not IDENTITY:
            a, b, c, d, e, f = self.matrix
            xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
            ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
            left, bottom, right, top = min(xs), min(ys), max(xs), max(ys)
        if not math.isfinite(left + bottom + right + top):
            return (0.0, 0.0, 0.0, 0.0)
        return (left - origin[0], bottom - origin[1], right - origin[0], top - origin[1])


@cache
def _stored_buffer() -> Any:
    """One for all: the system needs longer to give a new one than PDFium to fill it."""
    return ctypes.create_string_buffer(LONGEST_STORED)
