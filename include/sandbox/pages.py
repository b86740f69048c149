"""A document's bytes as page images, within Textract's limits.

Limits: https://docs.aws.amazon.com/textract/latest/dg/limits-document.html (10 MB and one page for a call,
500 MB and 3,000 pages for a job, sides of an image up to 10,000 px).
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from include.sandbox.reading import Pixels
from include.sandbox.refusals import Refusal

SYNC_BYTES = 10 * 1024 * 1024
ASYNC_BYTES = 500 * 1024 * 1024
ASYNC_PAGES = 3000
LONGEST_IMAGE_SIDE = 10_000
LONGEST_PDF_SIDE = 9_000
"""Points."""
DOTS_PER_INCH = 200
MOST_PIXELS_A_SIDE = 4_000
"""Rendered pages are kept below, whatever their size on paper."""

_pdfium = threading.Lock()
"""PDFium is not safe in several threads at once (pypdfium2's README), and requests come in several."""

_IMAGES = {b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"II*\x00": "TIFF", b"MM\x00*": "TIFF"}


def kind_of(document: bytes) -> str:
    """``PDF``, ``PNG``, ``JPEG`` or ``TIFF`` by the leading bytes.

    :raises Refusal: UnsupportedDocumentException.
    """
    if b"%PDF-" in document[:1024]:
        return "PDF"
    for start, kind in _IMAGES.items():
        if document.startswith(start):
            return kind
    raise Refusal("UnsupportedDocumentException", "Request has unsupported document format")


class Document:
    """The pages of a document, rendered one at a time.

    :param dots_per_inch: at which a PDF's pages are drawn.
    :raises Refusal: the document cannot be opened, or is over a limit.
    """

    def __init__(self, body: bytes, sync: bool, dots_per_inch: int = DOTS_PER_INCH) -> None:
        if len(body) > (SYNC_BYTES if sync else ASYNC_BYTES):
            raise Refusal("DocumentTooLargeException", "Document size exceeds the limit")
        self._dots_per_inch = dots_per_inch
        self.kind = kind_of(body)
        self._pdf = _open_pdf(body) if self.kind == "PDF" else None
        self._image = None if self.kind == "PDF" else _open_image(body)
        with _pdfium:
            pages = len(self._pdf) if self._pdf is not None else 0
        self.page_count = pages if self._pdf is not None else int(getattr(self._image, "n_frames", 1))
        if self.page_count == 0:
            raise Refusal("BadDocumentException", "Document has no pages")
        if sync and self.page_count > 1:
            raise Refusal("UnsupportedDocumentException", "Request has unsupported document format")
        if self.page_count > ASYNC_PAGES:
            raise Refusal("DocumentTooLargeException", "Document has too many pages")

    def page(self, index: int) -> Pixels:
        """One page as (height, width, 3) bytes; ``index`` from 0.

        :raises Refusal: the page cannot be drawn, or is over a limit.
        """
        if self._pdf is not None:
            return _render(self._pdf, index, self._dots_per_inch)
        with _bad_document():
            frame = ImageSequence.Iterator(self._image)[index]  # type: ignore[arg-type]
            if max(frame.size) > LONGEST_IMAGE_SIDE:
                raise Refusal("DocumentTooLargeException", "Image is too large")
            picture = _on_white(ImageOps.exif_transpose(frame))
            picture.thumbnail((MOST_PIXELS_A_SIDE, MOST_PIXELS_A_SIDE))
            return np.asarray(picture, dtype=np.uint8)


def _open_pdf(body: bytes) -> Any:
    import pypdfium2

    try:
        with _pdfium:
            return pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise Refusal("UnsupportedDocumentException", "Document is encrypted") from None
        raise Refusal("BadDocumentException", "Document cannot be opened") from None


def _open_image(body: bytes) -> Image.Image:
    with _bad_document():
        image = Image.open(io.BytesIO(body))
        if max(image.size) > LONGEST_IMAGE_SIDE:
            raise Refusal("DocumentTooLargeException", "Image is too large")
        return image
    raise AssertionError("unreachable")


@contextmanager
def _bad_document() -> Iterator[None]:
    try:
        yield
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise Refusal("BadDocumentException", "Document cannot be opened") from None


def _on_white(picture: Image.Image) -> Image.Image:
    """In RGB, with what is transparent white, as on paper."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        levels = np.asarray(picture, dtype=np.float64)
        span = max(1.0, float(levels.max()))
        return Image.fromarray((levels * 255.0 / span).astype(np.uint8)).convert("RGB")
    return picture.convert("RGB")


def _render(pdf: Any, index: int, dots_per_inch: int) -> Pixels:
    import pypdfium2

    try:
        with _pdfium:
            page = pdf[index]
            longest = max(page.get_size())
            if longest > LONGEST_PDF_SIDE:
                raise Refusal("DocumentTooLargeException", "Page is too large")
            scale = min(dots_per_inch / 72, MOST_PIXELS_A_SIDE / max(1.0, longest))
            picture = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
            page.close()
    except pypdfium2.PdfiumError:
        raise Refusal("BadDocumentException", "Page cannot be drawn") from None
    return np.asarray(picture, dtype=np.uint8)
