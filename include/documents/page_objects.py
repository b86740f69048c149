"""The objects that a PDF page is drawn with, in drawing order, those inside form XObjects too."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from include.documents.page_object import (
    BEZIER,
    FOUR_FLOATS,
    IDENTITY,
    RECT,
    RECT_PLACES,
    Handle,
    Matrix,
    PageObject,
    Rect,
    count_segments,
    get_bounds,
    get_segment,
    light,
    segment_type,
)

MAX_DEPTH = 12
"""Form XObjects inside form XObjects that are followed."""
MAX_OBJECTS = 200_000
"""Objects that are looked at; a page with more is a drawing or a trap, and OCR's."""

_get_of_page = light(pdfium_c.FPDFPage_GetObject, ctypes.c_void_p)
"""Without declared arguments, which costs half as much: the page as c_void_p, the index as C int."""
_get_of_form = light(pdfium_c.FPDFFormObj_GetObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong)
_type = light(pdfium_c.FPDFPageObj_GetType, ctypes.c_int, ctypes.c_void_p)
_TEXT, _PATH, _IMAGE = pdfium_c.FPDF_PAGEOBJ_TEXT, pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE
_SHADING, _FORM = pdfium_c.FPDF_PAGEOBJ_SHADING, pdfium_c.FPDF_PAGEOBJ_FORM


@dataclass(slots=True)
class PageObjects:
    """The objects by what they are.

    :param texts: what a :class:`PageObject` is made of, as of the plain paths; most pages need none of them.
    :param curves: paths with curves, or with too many corners to be a rule or a frame.
    :param plain_paths: the other paths.
    :param unfinished: there are more than MAX_OBJECTS, or forms nested deeper than MAX_DEPTH.
    """

    texts: list[tuple[Handle, int, Matrix]] = field(default_factory=list)
    images: list[PageObject] = field(default_factory=list)
    curves: list[PageObject] = field(default_factory=list)
    plain_paths: list[tuple[Handle, int, Matrix]] = field(default_factory=list)
    shadings: int = 0
    seen: int = 0
    unfinished: bool = False


def paths_of_size(found: PageObjects, origin: tuple[float, float], least_area: float,
                  sides: tuple[float, float, float]) -> list[tuple[PageObject, Rect]]:
    """The plain paths that cover an area, or whose sides say that they are neither rules nor dots; with their bounds.

    :param least_area: square points.
    :param sides: points; the shorter side from the first, the longer from the second to the third.
    """
    short, long, longest = sides
    kept = []
    for path in found.plain_paths:
        if not get_bounds(path[0], *RECT_PLACES):
            continue
        left, bottom, right, top = FOUR_FLOATS.unpack_from(RECT)
        width, height = right - left, top - bottom
        if path[2] is not IDENTITY or width * height >= least_area or (
                short <= width <= longest and short <= height <= longest and max(width, height) >= long):
            item = PageObject(*path)
            kept.append((item, item.bounds(origin)))
    return kept


def list_objects(page: pdfium.PdfPage) -> PageObjects:
    """Every object of a page; nothing is rendered or decoded."""
    found = PageObjects()
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    _walk(ctypes.cast(page.raw, ctypes.c_void_p), count, _get_of_page, IDENTITY, found, 0)
    return found


def _walk(container: Any, count: int, get: Callable[..., Any], matrix: Matrix, found: PageObjects, depth: int) -> None:
    base = found.seen
    if base + count > MAX_OBJECTS:
        found.unfinished = True
        count = MAX_OBJECTS - base
    handles = list(map(get, repeat(container), range(count)))
    kinds = bytes(map(_type, handles))
    start = 0
    # A form's objects stand in drawing order between those before and after it.
    while (form := kinds.find(_FORM, start)) >= 0:
        _sort(handles[start:form], kinds[start:form], matrix, found)
        found.seen += 1
        _enter(PageObject(handles[form], found.seen, matrix), found, depth)
        start = form + 1
    _sort(handles[start:], kinds[start:], matrix, found)


def _sort(handles: list[Handle], kinds: bytes, matrix: Matrix, found: PageObjects) -> None:
    first = found.seen + 1
    found.seen += len(handles)
    if _TEXT in kinds:
        found.texts += [(handles[index], first + index, matrix) for index, kind in enumerate(kinds) if kind == _TEXT]
    for index in [index for index, kind in enumerate(kinds) if kind != _TEXT]:
        kind, handle = kinds[index], handles[index]
        if kind == _PATH:
            if _is_curved(handle):
                found.curves.append(PageObject(handle, first + index, matrix))
            else:
                found.plain_paths.append((handle, first + index, matrix))
        elif kind == _IMAGE:
            found.images.append(PageObject(handle, first + index, matrix))
        elif kind == _SHADING:
            found.shadings += 1


def _enter(form: PageObject, found: PageObjects, depth: int) -> None:
    count = pdfium_c.FPDFFormObj_CountObjects(form.typed)
    if depth >= MAX_DEPTH or found.seen >= MAX_OBJECTS:
        found.unfinished = found.unfinished or count > 0
        return
    matrix = pdfium_c.FS_MATRIX()
    own = IDENTITY
    if pdfium_c.FPDFPageObj_GetMatrix(form.typed, matrix):
        own = (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)
    _walk(form.handle, count, _get_of_form, _times(own, form.matrix), found, depth + 1)


def _is_curved(path: Handle) -> bool:
    """Curves, or more corners than a rectangle or two have: what a rule or a frame does not need."""
    segments = count_segments(path)
    if segments <= 2 or segments > 10:
        return bool(segments > 10)
    # A rectangle has five: of those the first tells, so that a ruled table stays cheap.
    looked_at = range(1, 2 if segments <= 5 else segments)
    return any(segment_type(get_segment(path, index)) == BEZIER for index in looked_at)


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)
