"""Specimens' pages as files: typed as PDF, scanned as PNG, TIFF or PDF, and both in one PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

import pypdfium2
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from include.samples.specimens.printed import CHARACTER, HEIGHT, SIZE, WIDTH, PrintedPage, printed_page
from include.samples.specimens.squares import PageNumber, dark_squares

DOTS_PER_INCH = 100
"""Of a scan: legible, and quickly drawn, packed and sent."""
_SCALE = DOTS_PER_INCH / 72


def typed_pdf(numbers: Sequence[PageNumber]) -> bytes:
    """A PDF with text; it carries no squares, since nobody has to read its pages from a picture."""
    stored = io.BytesIO()
    canvas = Canvas(stored, pagesize=(WIDTH, HEIGHT), invariant=1)
    for number in numbers:
        canvas.setFont("Courier", SIZE)
        for piece in printed_page(number).pieces():
            canvas.drawString(piece.left, HEIGHT - piece.top - 0.8 * SIZE, piece.text)
        canvas.showPage()
    canvas.save()
    return stored.getvalue()


def scanned_pdf(numbers: Sequence[PageNumber]) -> bytes:
    """A PDF whose pages are pictures."""
    first, *others = [_picture(printed_page(number)) for number in numbers]
    stored = io.BytesIO()
    first.save(stored, "PDF", resolution=DOTS_PER_INCH, save_all=True, append_images=others)
    return stored.getvalue()


def scanned_png(number: PageNumber) -> bytes:
    stored = io.BytesIO()
    _picture(printed_page(number)).save(stored, "PNG")
    return stored.getvalue()


def scanned_tiff(number: PageNumber) -> bytes:
    stored = io.BytesIO()
    _picture(printed_page(number)).save(stored, "TIFF", compression="tiff_lzw", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return stored.getvalue()


def joined(*parts: bytes) -> bytes:
    """One PDF of the pages of several."""
    packet = pypdfium2.PdfDocument.new()
    for part in parts:
        source = pypdfium2.PdfDocument(part)
        packet.import_pages(source)
        source.close()
    stored = io.BytesIO()
    packet.save(stored)
    packet.close()
    return stored.getvalue()


def _picture(page: PrintedPage) -> Image.Image:
    """In shades of gray, each word at the place that the page gives it."""
    width, height = round(WIDTH * _SCALE), round(HEIGHT * _SCALE)
    picture = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(picture)
    for piece in page.pieces():
        for word, left, _ in piece.words():
            pen.text((left * _SCALE, piece.top * _SCALE), word, fill=0, font=_font())
    for left, top, right, bottom in dark_squares(page.number):
        pen.rectangle((round(left * width), round(top * height), round(right * width) - 1, round(bottom * height) - 1),
                      fill=0)
    return picture


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A proportional font, narrow enough that words keep within the widths that the page gives them."""
    return ImageFont.load_default(size=1.4 * CHARACTER * _SCALE)
