"""A hospital's day of made-up documents, drawn by lot from a fixed seed, and which of their pages need OCR.

No two pages of the day are alike but those of documents that come in twice: the same page is billed once.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from benchmarks.clinical_pages import EMBEDDED, Fonts, lab_page, letter_page, text_pdf
from include.samples.layout import style
from include.samples.scanning import as_jpeg, faxed, render, with_noise

MIX: Mapping[str, int] = {
    "letter": 300, "laboratory report": 150, "scan": 160, "fax": 110, "letter with scanned enclosures": 60,
    "scan with a good hidden text": 50, "scan with a bad hidden text": 40, "fax with a typed line on top": 50,
    "letter with a table that is an image": 30, "blank pages": 10, "the same document again": 40}
"""Of 1,000 documents."""

AGAIN = "the same document again"
_LENGTHS = (1, 1, 2, 2, 3, 4)
_DPI = 100
_SHEETS = 6
_WIDTH, _HEIGHT = A4
_TYPED_LINE = "2026-01-05 08:12  FROM: Willowbrook Regional Hospital, Radiology  TO: 555-0199  PAGE {}"

DrawPage = Callable[[Canvas, int, Fonts], None]


@dataclass(frozen=True, slots=True)
class DayDocument:
    """``needs_ocr`` says of each page whether something on it can be read by OCR alone."""

    kind: str
    data: bytes
    needs_ocr: tuple[bool, ...]


def documents(count: int, seed: int = 8) -> Iterator[DayDocument]:
    """The day in the order in which it comes in; the kinds in the shares of :data:`MIX`."""
    lot = random.Random(seed)  # noqa: S311 - a made-up day
    kinds = [kind for kind, share in MIX.items() for _ in range(share)]
    drawn = [kinds[number * len(kinds) // count] for number in range(count)]
    lot.shuffle(drawn)
    before: list[DayDocument] = []
    page = 1
    for kind in drawn:
        if kind == AGAIN and before:
            same = lot.choice(before)
            yield DayDocument(AGAIN, same.data, same.needs_ocr)
            continue
        made = _make("letter" if kind == AGAIN else kind, lot.choice(_LENGTHS), page)
        page += len(made.needs_ocr)
        before.append(made)
        yield made


def _make(kind: str, length: int, first: int) -> DayDocument:
    parts = _pages(kind, length)
    drawing = [draw for draw, _ in parts]
    data = text_pdf(lambda canvas, number, fonts: drawing[number - 1](canvas, first + number - 1, fonts),
                    len(parts), EMBEDDED)
    return DayDocument(kind, data, tuple(needed for _, needed in parts))


def _pages(kind: str, length: int) -> list[tuple[DrawPage, bool]]:
    """How each page is drawn, and whether it needs OCR."""
    if kind == "letter with scanned enclosures":
        return [(letter_page, False), *[(_scan, True)] * length, (_empty, False)]
    if kind == "scan":
        return [(_scan, True)] * length + [(_empty_sheet, False)] * (length > 2)
    alike: Mapping[str, tuple[DrawPage, bool]] = {
        "letter": (letter_page, False),
        "laboratory report": (lab_page, False),
        "fax": (_fax, True),
        "scan with a good hidden text": (_with_good_layer, False),
        "scan with a bad hidden text": (_with_bad_layer, True),
        "fax with a typed line on top": (_with_typed_line, True),
        "letter with a table that is an image": (_with_table_image, True),
        "blank pages": (_empty, False),
    }
    return [alike[kind]] * length


def _empty(canvas: Canvas, number: int, fonts: Fonts) -> None:
    """Nothing at all."""


def _empty_sheet(canvas: Canvas, number: int, _fonts: Fonts) -> None:
    """The scanned back of a sheet."""
    paper = with_noise(Image.new("L", (850, 1100), 250), seed=number, sigma=1.0)
    canvas.drawImage(ImageReader(io.BytesIO(as_jpeg(paper))), 0, 0, _WIDTH, _HEIGHT)


def _scan(canvas: Canvas, number: int, _fonts: Fonts) -> None:
    _place(canvas, _stamped(_sheets()[number % _SHEETS], number))


def _fax(canvas: Canvas, number: int, _fonts: Fonts) -> None:
    _place(canvas, _stamped(_fax_sheets()[number % _SHEETS], number))


def _with_good_layer(canvas: Canvas, number: int, fonts: Fonts) -> None:
    """What a scanner's own OCR makes of it at its best: each word where it stands."""
    [sheet] = render(text_pdf(lambda own, _, kind: letter_page(own, number, kind), 1, fonts), dpi=_DPI)
    _place(canvas, sheet)
    letter_page(_Hidden(canvas), number, fonts)


def _with_bad_layer(canvas: Canvas, number: int, fonts: Fonts) -> None:
    """What it makes of it at its worst."""
    _scan(canvas, number, fonts)
    lot = random.Random(number)  # noqa: S311 - noise
    for row in range(12):
        words = ("".join(lot.choices("|\\/{}[]~^_xvjkqz;:'`", k=lot.randrange(1, 6))) for _ in range(14))
        canvas.drawString(54, 700 - 40 * row, " ".join(words), mode=3)


def _with_typed_line(canvas: Canvas, number: int, fonts: Fonts) -> None:
    """A fax server's line, as text, above the picture of the page."""
    _fax(canvas, number, fonts)
    canvas.setFont(fonts.regular, 8)
    canvas.drawString(54, _HEIGHT - 14, _TYPED_LINE.format(number))


def _with_table_image(canvas: Canvas, number: int, fonts: Fonts) -> None:
    letter_page(canvas, number, fonts)
    [report] = render(text_pdf(lambda own, _, kind: lab_page(own, number, kind), 1, fonts), dpi=_DPI)
    table = report.crop((60, 190, report.width - 60, 560))
    canvas.drawImage(ImageReader(io.BytesIO(as_jpeg(table))), 54, 60, _WIDTH - 108, 230)


class _Hidden:
    """A canvas on which text is drawn in invisible mode, and nothing else is."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def drawString(self, x: float, y: float, text: str) -> None:  # noqa: N802 - reportlab's name
        self._canvas.drawString(x, y, text, mode=3)

    def setFont(self, name: str, size: float) -> None:  # noqa: N802 - reportlab's name
        self._canvas.setFont(name, size)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_arguments, **_named: None


def _place(canvas: Canvas, sheet: Image.Image) -> None:
    canvas.drawImage(ImageReader(sheet if sheet.mode == "1" else io.BytesIO(as_jpeg(sheet))), 0, 0, _WIDTH, _HEIGHT)


def _stamped(sheet: Image.Image, number: int) -> Image.Image:
    """With a number, as hospitals stamp what comes in: no two pages are alike."""
    copy = sheet.copy()
    ImageDraw.Draw(copy).text((60, copy.height - 40), f"Received No. {number:06d}", fill=0)
    return copy


@cache
def _sheets() -> list[Any]:
    style()
    pages = render(text_pdf(letter_page, _SHEETS, EMBEDDED), dpi=_DPI)
    return [with_noise(page, seed) for seed, page in enumerate(pages)]


@cache
def _fax_sheets() -> list[Any]:
    return [faxed(page, seed) for seed, page in enumerate(render(text_pdf(letter_page, _SHEETS, EMBEDDED), dpi=_DPI))]
