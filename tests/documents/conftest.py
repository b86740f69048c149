"""Small documents, drawn when a test asks for them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

Draw = Callable[[Any], None]
PROSE = "The patient was seen in the clinic today and reports that the new tablets are tolerated without complaints."


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    """One page per drawing function; sizes in points."""

    def make(*draws: Draw, size: tuple[float, float] = (612, 792), rotation: int = 0, **options: Any) -> bytes:
        out = io.BytesIO()
        page = canvas.Canvas(out, pagesize=size, **options)
        for draw in draws:
            page.setFont("Helvetica", 10)
            draw(page)
            page.showPage()
        page.save()
        return rotated(out.getvalue(), rotation) if rotation else out.getvalue()

    return make


def rotated(data: bytes, rotation: int) -> bytes:
    document = pdfium.PdfDocument(data)
    for page in document:
        page.set_rotation(rotation)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture
def make_image() -> Callable[..., bytes]:
    """A white picture with lines of print, one frame per entry of ``frames``; an empty text is a white frame."""

    def make(*frames: str, kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (850, 1100),
             **options: Any) -> bytes:
        pictures = [written(text, size, mode) for text in frames]
        out = io.BytesIO()
        more = {"save_all": True, "append_images": pictures[1:]} if len(pictures) > 1 else {}
        pictures[0].save(out, kind, **more, **options)
        return out.getvalue()

    return make


def written(text: str, size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    for row in range(8) if text else ():
        pen.text((60, 60 + 40 * row), f"{text} {row}", fill="black", font_size=24)
    return picture.convert(mode)


@pytest.fixture
def prose() -> Draw:
    """A page of six lines of ordinary writing."""

    def draw(page: Any) -> None:
        for row in range(6):
            page.drawString(72, 700 - 14 * row, PROSE)

    return draw


@pytest.fixture
def scan() -> Callable[..., Draw]:
    """A picture of print on the page, by default all over it; ``box`` is left, bottom, width, height in points."""

    def place(text: str = "Glucose 95 mg/dL", box: Sequence[float] = (0, 0, 612, 792)) -> Draw:
        picture = ImageReader(written(text, (max(20, int(box[2] * 2)), max(20, int(box[3] * 2)))))
        return lambda page: page.drawImage(picture, *box)

    return place
