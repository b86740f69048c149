"""Cutting pages out of a document for OCR: the same page gives the same bytes, in any process and out of any file.

Pages are copied, not rendered; only a limit of Textract's (side up to 10,000 px, page up to 9,000 pt,
https://docs.aws.amazon.com/textract/latest/dg/limits-document.html) forces a picture, and ``adapted`` says which.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import Image, ImageFile

from include.documents.images import frame_count, image_errors, load_frame, open_image
from include.documents.manifest import MediaType
from include.documents.pdf import MAX_BYTES, load_page, open_pdf
from include.errors import PipelineError

MAX_SIDE_PX = 10_000
MAX_SIDE_PT = 9_000
RENDERED_SIDE_PX = 6_000
"""Longer side of a page that must be rendered: keeps memory near 100 MB and print of 1/600 of the page legible."""
_POINTS_PER_PIXEL = 72 / 200
"""Size of an image's page in a joined PDF; the pixels stay as they are."""
_CREATION_DATE = re.compile(rb"/CreationDate\(D:[^)]{1,24}\)(?=/Creator\(PDFium\))")
_TRAILER_ID = re.compile(rb"/ID\s*\[\s*<([0-9A-Fa-f]*)>\s*<([0-9A-Fa-f]*)>\s*\]")
_DIRECT_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
_EXIF_ORIENTATION = 0x0112
_QUARTERS = {3: 180, 6: 90, 8: 270}


@dataclass(frozen=True, slots=True)
class CutPage:
    """One page as OCR gets it; ``page_hash`` is the SHA-256 of ``payload``."""

    payload: bytes
    media_type: MediaType
    page_hash: str
    adapted: str | None = None


class PageCutter:
    """Cuts pages out of one document that is opened once; made by :func:`open_cutter`."""

    def __init__(self, data: bytes, media_type: MediaType, source: pdfium.PdfDocument | ImageFile.ImageFile) -> None:
        self._data = data
        self._media_type = media_type
        self._source = source
        self._frames = 1 if media_type is MediaType.PDF else frame_count(source)

    def cut(self, number: int) -> CutPage:
        """Page ``number`` (from 1).

        :raises PipelineError: CORRUPT, PAGE_TOO_LARGE.
        """
        if self._media_type is MediaType.PDF:
            return _cut_pdf_page(self._source, number)
        return self._cut_frame(number)

    def _cut_frame(self, number: int) -> CutPage:
        image = self._source
        with image_errors():
            if self._media_type is MediaType.TIFF:
                image.seek(number - 1)
            fits = max(image.size) <= MAX_SIDE_PX
        if fits and self._frames == 1:
            return _cut(self._data, self._media_type)
        load_frame(image, number)
        with image_errors():
            return _cut(_png(image), MediaType.PNG) if fits else _scaled_down(image)


@contextmanager
def open_cutter(data: bytes, media_type: MediaType) -> Iterator[PageCutter]:
    """A cutter for many pages of one document.

    :raises PipelineError: what opening the document raises.
    """
    if media_type is MediaType.PDF:
        with open_pdf(data) as document:
            yield PageCutter(data, media_type, document)
    else:
        with open_image(data) as image:
            yield PageCutter(data, media_type, image)


def cut_page(data: bytes, media_type: MediaType, number: int) -> CutPage:
    """One page of a document; for many pages see :func:`open_cutter`.

    :raises PipelineError: CORRUPT, ENCRYPTED, NO_PAGES, PAGE_TOO_LARGE, TOO_LARGE.
    """
    with open_cutter(data, media_type) as cutter:
        return cutter.cut(number)


def join_pages(data: bytes, media_type: MediaType, numbers: Sequence[int]) -> bytes:
    """One PDF of the pages asked for, in this order; page i of the PDF is page ``numbers[i - 1]`` of the document.

    :raises PipelineError: as :func:`cut_page`; TOO_LARGE where the PDF exceeds 500 MB.
    """
    joined = pdfium.PdfDocument.new()
    try:
        with open_cutter(data, media_type) as cutter:
            for number in numbers:
                _append(joined, cutter.cut(number))
        payload = _saved(joined)
    finally:
        joined.close()
    if len(payload) > MAX_BYTES:
        raise PipelineError("TOO_LARGE")
    return payload


def _cut_pdf_page(document: pdfium.PdfDocument, number: int) -> CutPage:
    page = load_page(document, number)
    try:
        if max(page.get_size()) > MAX_SIDE_PT:
            return _rendered(page)
    finally:
        page.close()
    single = pdfium.PdfDocument.new()
    try:
        single.import_pages(document, [number - 1])
        return _cut(_saved(single), MediaType.PDF)
    except pdfium.PdfiumError:
        raise PipelineError("CORRUPT") from None
    finally:
        single.close()


def _rendered(page: pdfium.PdfPage) -> CutPage:
    scale = RENDERED_SIDE_PX / max(page.get_size())
    picture = page.render(scale=scale).to_pil()
    return _cut(_png(picture), MediaType.PNG, "page over 9,000 pt: rendered at 6,000 px")


def _scaled_down(image: ImageFile.ImageFile) -> CutPage:
    picture = image if image.mode in ("L", "RGB") else image.convert("RGB" if image.mode != "1" else "L")
    factor = MAX_SIDE_PX / max(image.size)
    size = (max(1, int(image.width * factor)), max(1, int(image.height * factor)))
    return _cut(_png(picture.resize(size, Image.Resampling.LANCZOS)), MediaType.PNG, "side over 10,000 px: scaled down")


def _cut(payload: bytes, media_type: MediaType, adapted: str | None = None) -> CutPage:
    if len(payload) > MAX_BYTES:
        raise PipelineError("PAGE_TOO_LARGE")
    return CutPage(payload, media_type, hashlib.sha256(payload).hexdigest(), adapted)


def _png(image: Image.Image) -> bytes:
    """Lossless; of the file's metadata nothing is taken along, so that equal pixels give equal bytes."""
    plain = image if image.mode in _DIRECT_MODES else image.convert("RGB")
    if plain is image:
        plain = image.copy()
    plain.info = {key: value for key, value in image.info.items() if key == "transparency"}
    out = io.BytesIO()
    plain.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _saved(document: pdfium.PdfDocument) -> bytes:
    """The file without PDFium's clock and random trailer ID: zeros of the same length, so that no offset changes."""
    out = io.BytesIO()
    document.save(out)
    payload = out.getvalue()
    payload = _CREATION_DATE.sub(lambda m: b"/CreationDate(D:" + b"0" * (len(m.group()) - 17) + b")", payload, count=1)
    tail = max(payload.rfind(b"trailer"), 0)
    zeroed = _TRAILER_ID.sub(lambda m: re.sub(rb"[0-9A-Fa-f](?=[0-9A-Fa-f]*>)", b"0", m.group()), payload[tail:])
    return payload[:tail] + zeroed


def _append(joined: pdfium.PdfDocument, cut: CutPage) -> None:
    if cut.media_type is MediaType.PDF:
        with open_pdf(cut.payload) as single:
            joined.import_pages(single)
        return
    with open_image(cut.payload) as image:
        width, height = image.size
        quarters = _QUARTERS.get(image.getexif().get(_EXIF_ORIENTATION, 1), 0)
        content = pdfium.PdfImage.new(joined)
        if cut.media_type is MediaType.JPEG and image.mode in ("L", "RGB"):
            # The JPEG's own bytes go into the PDF.
            content.load_jpeg(io.BytesIO(cut.payload), inline=True)
        else:
            load_frame(image, 1)
            flat = image.convert("L") if image.mode in ("1", "L") else image.convert("RGB")
            content.set_bitmap(pdfium.PdfBitmap.from_pil(flat))
    scale = min(_POINTS_PER_PIXEL, MAX_SIDE_PT / max(width, height))
    page = joined.new_page(width * scale, height * scale)
    content.set_matrix(pdfium.PdfMatrix().scale(width * scale, height * scale))
    page.insert_obj(content)
    page.gen_content()
    page.set_rotation(quarters)
    page.close()
