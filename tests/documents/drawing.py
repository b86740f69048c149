"""Drawing functions for pages, and pages of raw PDF operators."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader

from include.documents.classify import PageFinding, classify_pages
from include.documents.manifest import PageKind
from include.documents.page_objects import PageObjects, list_objects
from include.documents.pdf import load_page, open_pdf
from include.documents.scan import PageScan, scan_page
from include.settings import Settings
from tests.documents.bombs import page_of

Draw = Callable[[Any], None]
MakePdf = Callable[..., bytes]
Bits = npt.NDArray[np.bool_]
Rows = Sequence[str]


def write(*texts: str, mode: int = 0) -> Draw:
    """Lines from the top of the page; ``mode`` is the text's rendering mode (3 is invisible)."""

    def draw(page: Any) -> None:
        for row, text in enumerate(texts):
            line = page.beginText(72, 700 - 14 * row)
            line.setTextRenderMode(mode)
            line.textLine(text)
            page.drawText(line)

    return draw


def both(*draws: Draw) -> Draw:
    def draw(page: Any) -> None:
        for each in draws:
            each(page)

    return draw


def print_of(text: str, points: float, dots: int = 4) -> Image.Image:
    """A narrow picture of one or more lines of print, ``dots`` pixels a point."""
    size = points * dots
    pen = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = pen.multiline_textbbox((0, 0), text, font_size=size)
    picture = Image.new("RGB", (int(right - left) + 4 * dots, int(bottom - top) + 4 * dots), "white")
    ImageDraw.Draw(picture).multiline_text((2 * dots - left, 2 * dots - top), text, fill="black", font_size=size)
    return picture


def pasted(picture: Image.Image, x: float, y: float, dots: int = 4) -> Draw:
    """The picture with its lower left corner at x, y (points), ``dots`` pixels a point."""
    reader = ImageReader(picture)
    return lambda page: page.drawImage(reader, x, y, picture.width / dots, picture.height / dots)


def printed(text: str, x: float, y: float, points: float = 9) -> Draw:
    """Print that is a picture, its lower left corner at x, y."""
    return pasted(print_of(text, points), x, y)


def outlined(text: str, x: float, y: float, points: float = 10) -> Draw:
    """Letters that are filled paths: each is one path of the rectangles that its pixels make."""

    def draw(page: Any) -> None:
        across = x
        for letter in text:
            if letter == " ":
                across += points / 3
                continue
            glyph = np.asarray(print_of(letter, points, 3).convert("L")) < 128
            path = page.beginPath()
            for row, line in enumerate(glyph):
                edges = np.flatnonzero(np.diff(np.concatenate(([0], line.astype(np.int8), [0]))))
                for start, end in zip(edges[::2], edges[1::2], strict=True):
                    path.rect(across + start / 3, y + (len(glyph) - row) / 3, (end - start) / 3, 1 / 3)
            page.drawPath(path, stroke=0, fill=1)
            across += (glyph.shape[1] - 8) / 3

    return draw


def operators(content: str, resources: str = "", **options: Any) -> bytes:
    """A page of raw operators with a font ``/F1``."""
    return page_of(content.encode("latin-1"), resources, **options)


@contextmanager
def first_page(data: bytes) -> Iterator[pdfium.PdfPage]:
    with open_pdf(data) as document:
        page = load_page(document, 1)
        try:
            yield page
        finally:
            page.close()


def only_page(data: bytes, settings: Settings | None = None) -> PageFinding:
    _, (finding,) = classify_pages(data, settings or Settings())
    return finding


def kind_of(data: bytes) -> PageKind:
    return only_page(data).kind


def with_annotation(data: bytes, annotation: str) -> bytes:
    """The first page of a file with an annotation on it; ``annotation`` are its entries. Added at the file's end."""
    text = data.decode("latin-1")
    objects = re.finditer(r"(\d+) 0 obj\s*<<((?:(?!endobj).)*?)>>\s*endobj", text, re.S)
    (page, body) = next((match[1], match[2]) for match in objects
                        if re.search(r"/Type\s*/Page\b", match[2]))
    start = re.findall(r"startxref\s+(\d+)", text)[-1]
    size = int(re.findall(r"/Size (\d+)", text)[-1])
    root = re.findall(r"/Root (\d+ 0 R)", text)[-1]
    out = io.BytesIO(data)
    out.seek(0, io.SEEK_END)
    places = []
    for number, entries in ((page, f"{body}/Annots[{size} 0 R]"), (size, f"/Type/Annot{annotation}")):
        places.append((number, out.tell()))
        out.write(f"{number} 0 obj\n<<{entries}>>\nendobj\n".encode("latin-1"))
    table = out.tell()
    rows = "".join(f"{number} 1\n{place:010} 00000 n \n" for number, place in places)
    out.write(f"xref\n{rows}trailer\n<</Size {size + 1}/Root {root}/Prev {start}>>\n"
              f"startxref\n{table}\n%%EOF\n".encode())
    return out.getvalue()


def scanned(data: bytes) -> PageScan:
    with first_page(data) as page:
        return scan_page(page)


@contextmanager
def objects_of(data: bytes) -> Iterator[PageObjects]:
    """The page stays open: its objects are looked at where they are."""
    with first_page(data) as page:
        yield list_objects(page)


def rendered(data: bytes, scale: float = 2, kind: str = "PNG") -> Image.Image:
    """The first page as a picture."""
    with first_page(data) as page:
        out = io.BytesIO()
        page.render(scale=scale).to_pil().convert("RGB").save(out, kind)
    return Image.open(out)


def bits(*rows: str) -> Bits:
    """A mask from rows of ``#`` and ``.``."""
    return np.array([[sign == "#" for sign in row] for row in rows], dtype=np.bool_)
