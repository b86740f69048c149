"""Opening PDFs with PDFium and putting its refusals into the registry's codes.

PDFium is not thread-safe: one thread of a process works with these documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from include.errors import PipelineError

MAX_BYTES = 500 * 1024 * 1024
"""Textract's limit for an asynchronous PDF or TIFF (https://docs.aws.amazon.com/textract/latest/dg/limits-document.html)."""

MAX_PAGES = 10_000
"""Pages of one file. PDFium believes a page tree that claims up to a million, and each costs a look."""
_PAGES_TRIED = 100
"""Pages of which one has to load for the file to be called damaged, not empty."""


@contextmanager
def open_pdf(data: bytes) -> Iterator[pdfium.PdfDocument]:
    """A document with at least one page; closed at the end. A file that only has an owner password opens.

    :raises PipelineError: ENCRYPTED, CORRUPT, NO_PAGES, TOO_LARGE, TOO_MANY_PAGES; XFA_FORM, whose pages hold nothing
        but a request for another reader.
    """
    if len(data) > MAX_BYTES:
        raise PipelineError("TOO_LARGE")
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise PipelineError("NO_PAGES" if _opens(data) else _code(error.err_code)) from None
    try:
        if len(document) > MAX_PAGES:
            raise PipelineError("TOO_MANY_PAGES")
        form = document.get_formtype()
        if form == pdfium_c.FORMTYPE_XFA_FULL:
            raise PipelineError("XFA_FORM")
        if form != pdfium_c.FORMTYPE_NONE:
            document.init_forms()
        yield document
    finally:
        document.close()


def load_page(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    """Page ``number`` (from 1).

    :raises PipelineError: NO_PAGES where not even one page of the document can be loaded, else CORRUPT.
    """
    try:
        return document[number - 1]
    except pdfium.PdfiumError:
        raise PipelineError("CORRUPT" if _any_page_loads(document) else "NO_PAGES") from None


def _any_page_loads(document: pdfium.PdfDocument) -> bool:
    for index in range(min(len(document), _PAGES_TRIED)):
        try:
            document[index].close()
        except pdfium.PdfiumError:
            continue
        return True
    return False


def _opens(data: bytes) -> bool:
    """A document without pages opens, and pypdfium2 then reports the error of an earlier call."""
    handle = pdfium_c.FPDF_LoadMemDocument64(data, len(data), None)
    if handle:
        pdfium_c.FPDF_CloseDocument(handle)
    return bool(handle)


def _code(pdfium_error: int | None) -> str:
    """What ``FPDF_GetLastError`` means."""
    refused = pdfium_error in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
    return "ENCRYPTED" if refused else "CORRUPT"
