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

from include.documents.scan import Rect

_HIDDEN_FLAGS = pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW
_BLANK_NOTICE = re.compile(
    r"\W*(this )?(page )?(is |was |has been )?(intentionally )?(left )?blank( intentionally)?\W*", re.IGNORECASE)
_OFF = ("", "Off")


class AnnotationKind(StrEnum):
    FIELD = "form field"
    TICK = "tick box"
    NOTE = "typed note"
    DRAWN = "drawn or stamped"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One visible annotation that holds something; ``rect`` in the page's own space, origin at the crop box.

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
    if subtype == pdfium_c.FPDF_ANNOT_FREETEXT:
        text = _string(handle, b"Contents").strip()
        return Annotation(AnnotationKind.NOTE, text, _rect(page, handle)) if text else None
    if subtype in (pdfium_c.FPDF_ANNOT_INK, pdfium_c.FPDF_ANNOT_STAMP):
        return Annotation(AnnotationKind.DRAWN, "", _rect(page, handle))
    if subtype == pdfium_c.FPDF_ANNOT_WIDGET:
        return _field(page, handle)
    return None


def _field(page: pdfium.PdfPage, handle: Any) -> Annotation | None:
    form = page.formenv
    if form is None:
        return None
    kind = pdfium_c.FPDFAnnot_GetFormFieldType(form.raw, handle)
    name = (_form_string(pdfium_c.FPDFAnnot_GetFormFieldAlternateName, form.raw, handle)
            or _form_string(pdfium_c.FPDFAnnot_GetFormFieldName, form.raw, handle))
    rect = _rect(page, handle)
    if kind in (pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON):
        selected = _string(handle, b"AS") not in _OFF
        return Annotation(AnnotationKind.TICK, "", rect, name, selected)
    if kind in (pdfium_c.FPDF_FORMFIELD_TEXTFIELD, pdfium_c.FPDF_FORMFIELD_COMBOBOX, pdfium_c.FPDF_FORMFIELD_LISTBOX):
        value = _form_string(pdfium_c.FPDFAnnot_GetFormFieldValue, form.raw, handle).strip()
        return Annotation(AnnotationKind.FIELD, value, rect, name) if value else None
    return None


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
