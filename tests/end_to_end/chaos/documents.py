"""Documents of every route, each page like no other; three of them are one patient's, so that they meet in a record."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from benchmarks import letters

JOB_PAGES = 4
SYNC_MAX_PAGES = 2
"""OCR_SYNC_MAX_PAGES of the cluster: a scan of ``JOB_PAGES`` pages is one asynchronous job."""

_FIRST_PATIENT = 83_000_000
_ANALYTES = (
    ("Glucose", "mg/dL", "70-99", 71), ("Sodium", "mmol/L", "136-145", 137), ("Creatinine", "umol/L", "60-110", 61),
    ("Urea", "mg/dL", "15-40", 16))


@dataclass(frozen=True, slots=True)
class Specimen:
    """A document and how many of its pages need OCR: none, few (sent one by one), or those of a job."""

    name: str
    body: bytes
    ocr_pages: int


def specimens(first: int, count: int) -> Iterator[Specimen]:
    """``count`` documents from number ``first``: text, scan and long scan in turn."""
    for number in range(first, first + count):
        patient, pages = _FIRST_PATIENT + number // 3, (0, SYNC_MAX_PAGES, JOB_PAGES)[number % 3]
        body = _scan(patient, pages) if pages else letters.certain(patient)
        yield Specimen(f"{number:05d}.pdf", body, pages)


def _scan(patient: int, pages: int) -> bytes:
    first, *others = [_page(patient, pages, page) for page in range(pages)]
    stored = io.BytesIO()
    first.save(stored, "PDF", save_all=True, append_images=others, resolution=100)
    return stored.getvalue()


def _page(patient: int, pages: int, page: int) -> Image.Image:
    """A laboratory report's page with one result, of another day than that of any other page of the patient's."""
    name, unit, reference, least = _ANALYTES[page % len(_ANALYTES)]
    month, day = ("June", "July")[pages > SYNC_MAX_PAGES], page + 10
    lines = (
        "Laboratory report", "Patient: Tamsin Oakenshaw", f"MRN: {patient}", "Date of birth: 27 March 1971",
        f"Collected: {day} {month} 2024", f"{name} {least + patient % 20} {unit} {reference}")
    image = Image.new("L", (850, 480), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=30)
    for row, line in enumerate(lines):
        draw.text((60, 40 + 64 * row), line, fill=0, font=font)
    return image
