"""What was filled in or put on top of a PDF page: form fields with values, typed notes, stamps, drawn ink.

PDFium's text extraction leaves all of these out.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from include.documents.page_object import Rect

_HIDDEN_FLAGS = pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW
_BLANK_NOTICE = re.compile(
    r"\W*(this )?(page )?(is |was |has been )?(intentionally )?(left )?blank( intentionally)?\W*", re.IGNORECASE)
_OFF = ("", "Off")
_NOT_DRAWN = frozenset({
    pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP, pdfium_c.FPDF_ANNOT_HIGHLIGHT, pdfium_c.FPDF_ANNOT_UNDERLINE,
    pdfium_c.FPDF_ANNOT_SQUIGGLY, pdfium_c.FPDF_ANNOT_SOUND, pdfium_c.FPDF_ANNOT_MOVIE, pdfium_c.FPDF_ANNOT_SCREEN,
    pdfium_c.FPDF_ANNOT_PRINTERMARK, pdfium_c.FPDF_ANNOT_TRAPNET, pdfium_c.FPDF_ANNOT_FILEATTACHMENT})
"""Subtypes that add nothing to read; all others that have an appearance may hold writing (ISO 32000-1, table 169)."""
_SHAPES = frozenset({
    pdfium_c.FPDF_ANNOT_INK, pdfium_c.FPDF_ANNOT_STAMP, pdfium_c.FPDF_ANNOT_LINE, pdfium_c.FPDF_ANNOT_SQUARE,
    pdfium_c.FPDF_ANNOT_CIRCLE, pdfium_c.FPDF_ANNOT_POLYGON, pdfium_c.FPDF_ANNOT_POLYLINE,
    pdfium_c.FPDF_ANNOT_STRIKEOUT})
"""Drawn with or without an appearance of their own: a tick is a polyline, and what is struck out is not meant."""
_SHOWS_TEXT = re.compile(r"[^\s(]\)\s*(?:Tj|['\"])|[1-9A-Fa-f][0-9A-Fa-f]*>\s*Tj|\[[^\]]*[(<][^\]]*\]\s*TJ")
_SHOWS_IMAGE = re.compile(r"\bDo\b|\bEI\b")
"""Operators with which an appearance shows a text that is not empty, or an image (ISO 32000-1, tables 87, 109)."""


class AnnotationKind(StrEnum):
    FIELD = "form field"
    TICK = "tick box"
    NOTE = "typed note"
    COMMENT = "comment"
    DRAWN = "drawn or stamped"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation that holds something; ``rect`` in the page's own space, origin at the crop box.

    ``name`` is the field's label: its tooltip, which forms put there for readers, or else its name.
    """

    kind: AnnotationKind
    text: str
    rect: Rect
    name: str = ""
    selected: bool | None = None


def read_annotations(page: pdfium.PdfPage) -> tuple[Annotation, ...]:
    """Filled fields, tick boxes (also the empty ones), notes and drawings of a page, in the file's order."""
    found = []
    for index in range(pdfium_c.FPDFPage_GetAnnotCount(page.raw)):
        handle = pdfium_c.FPDFPage_GetAnnot(page.raw, index)
        if not handle:
            continue
        try:
            if not pdfium_c.FPDFAnnot_GetFlags(handle) & _HIDDEN_FLAGS:
                found.append(_read(page, handle))
        finally:
            pdfium_c.FPDFPage_CloseAnnot(handle)
    return tuple(annotation for annotation in found if annotation is not None)


def is_blank_notice(text: str) -> bool:
    """``This page is intentionally left blank`` and nothing else."""
    return "blank" in text.lower() and bool(_BLANK_NOTICE.fullmatch(" ".join(text.split())))


def _read(page: pdfium.PdfPage, handle: Any) -> Annotation | None:
    subtype = pdfium_c.FPDFAnnot_GetSubtype(handle)
    if subtype == pdfium_c.FPDF_ANNOT_WIDGET:
        return _field(page, handle)
    if subtype in _NOT_DRAWN:
        return None
    text = _string(handle, b"Contents").strip()
    if subtype == pdfium_c.FPDF_ANNOT_FREETEXT and text:
        return Annotation(AnnotationKind.NOTE, text, _rect(page, handle))
    if subtype == pdfium_c.FPDF_ANNOT_TEXT:
        return Annotation(AnnotationKind.COMMENT, text, _rect(page, handle), "comment") if text else None
    if subtype in _SHAPES or _appearance(handle):
        return Annotation(AnnotationKind.DRAWN, "", _rect(page, handle))
    return None


def _field(page: pdfium.PdfPage, handle: Any) -> Annotation | None:
    form = page.formenv
    rect = _rect(page, handle)
    if form is None:
        return _drawn_field(handle, rect)
    kind = pdfium_c.FPDFAnnot_GetFormFieldType(form.raw, handle)
    name = (_form_string(pdfium_c.FPDFAnnot_GetFormFieldAlternateName, form.raw, handle)
            or _form_string(pdfium_c.FPDFAnnot_GetFormFieldName, form.raw, handle))
    if kind in (pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON):
        selected = _string(handle, b"AS") not in _OFF
        return Annotation(AnnotationKind.TICK, "", rect, name, selected)
    value = ""
    if kind in (pdfium_c.FPDF_FORMFIELD_COMBOBOX, pdfium_c.FPDF_FORMFIELD_LISTBOX):
        value = _chosen(form.raw, handle)
    if kind in (pdfium_c.FPDF_FORMFIELD_TEXTFIELD, pdfium_c.FPDF_FORMFIELD_COMBOBOX, pdfium_c.FPDF_FORMFIELD_LISTBOX):
        value = value or _form_string(pdfium_c.FPDFAnnot_GetFormFieldValue, form.raw, handle).strip()
    if value:
        return Annotation(AnnotationKind.FIELD, value, rect, name)
    return _drawn_field(handle, rect, captioned=kind == pdfium_c.FPDF_FORMFIELD_PUSHBUTTON)


def _drawn_field(handle: Any, rect: Rect, captioned: bool = False) -> Annotation | None:
    """A field whose value cannot be had but whose appearance shows one: a signature, a button with a picture.

    :param captioned: the text on it says what it is for, as that of a button does.
    """
    shown = _appearance(handle)
    if _SHOWS_IMAGE.search(shown) or (not captioned and _SHOWS_TEXT.search(shown)):
        return Annotation(AnnotationKind.DRAWN, "", rect)
    return None


def _chosen(form: Any, handle: Any) -> str:
    """The chosen options as the form shows them; the field's value may be a code for them."""
    count = min(pdfium_c.FPDFAnnot_GetOptionCount(form, handle), _MAX_OPTIONS)
    chosen = [index for index in range(count) if pdfium_c.FPDFAnnot_IsOptionSelected(form, handle, index)]
    return ", ".join(filter(None, (_option(form, handle, index) for index in chosen)))


def _option(form: Any, handle: Any, index: int) -> str:
    return _read_string(lambda buffer, size: pdfium_c.FPDFAnnot_GetOptionLabel(form, handle, index, buffer, size))


_MAX_OPTIONS = 500


def _appearance(handle: Any) -> str:
    """The operators of the normal appearance; empty without one."""
    mode = pdfium_c.FPDF_ANNOT_APPEARANCEMODE_NORMAL
    return _read_string(lambda buffer, size: pdfium_c.FPDFAnnot_GetAP(handle, mode, buffer, size))


def _rect(page: pdfium.PdfPage, handle: Any) -> Rect:
    rect = pdfium_c.FS_RECTF()
    pdfium_c.FPDFAnnot_GetRect(handle, rect)
    left, bottom, _, _ = page.get_bbox()
    xs, ys = sorted((rect.left, rect.right)), sorted((rect.bottom, rect.top))
    return (xs[0] - left, ys[0] - bottom, xs[1] - left, ys[1] - bottom)


def _string(handle: Any, key: bytes) -> str:
    return _read_string(lambda buffer, size: pdfium_c.FPDFAnnot_GetStringValue(handle, key, buffer, size))


def _form_string(function: Any, form: Any, handle: Any) -> str:
    return _read_string(lambda buffer, size: function(form, handle, buffer, size))


def _read_string(call: Callable[[Any, int], int]) -> str:
    """PDFium's two-call protocol: the size in bytes first, then UTF-16LE with a closing zero."""
    size = call(None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
