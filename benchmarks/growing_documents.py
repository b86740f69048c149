"""Documents of any length that go both ways: half of their pages typed, half faxes, no two of them alike."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, ImageDraw

from benchmarks.conversion_documents import lab_pdf
from benchmarks.lab_blocks import lab_page_blocks, pages_of
from benchmarks.lab_rows import Result, results
from benchmarks.synthetic_pages import Block
from include.samples.scanning import as_pdf, faxed, render
from include.samples.specimens.drawing import joined

ROWS_PER_PAGE = 4
_DPI = 60


def hybrid_pdf(pages: int) -> bytes:
    """Pages of a laboratory report with 4 rows each: the first half typed, the second faxed at 60 dpi."""
    typed, faxes = _halves(pages)
    return joined(lab_pdf([row for page in typed for row in page], ROWS_PER_PAGE), as_pdf(_faxes(len(faxes)), dpi=_DPI))


def read_by_ocr(pages: int) -> Iterator[list[Block]]:
    """What OCR reads of the faxes of :func:`hybrid_pdf`, one page after the other, numbered from 1 as a job does."""
    for number, rows in enumerate(_halves(pages)[1], 1):
        yield lab_page_blocks(number, rows, patient=number == 1)


def _halves(pages: int) -> tuple[list[list[Result]], list[list[Result]]]:
    """The rows of the typed pages and of the faxed ones."""
    rows = pages_of(results(pages * ROWS_PER_PAGE), ROWS_PER_PAGE)
    return rows[:-(pages // 2)], rows[-(pages // 2):]


def _faxes(count: int) -> list[Image.Image]:
    """Each is stamped with its number."""
    [page] = render(lab_pdf(results(ROWS_PER_PAGE), ROWS_PER_PAGE), dpi=_DPI)
    sheet = faxed(page, seed=1, specks=20)
    stamped = []
    for number in range(count):
        copy = sheet.copy()
        ImageDraw.Draw(copy).text((40, copy.height - 60), f"Fax {number:06d}", fill=0)
        stamped.append(copy)
    return stamped

