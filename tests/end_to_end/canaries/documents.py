"""The documents: each of a patient of its own, and each with another way through the pipeline."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy
import pypdfium2
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib import pdfencrypt
from reportlab.pdfgen import canvas

from canaries.canary import Canary, Kind, Patient, patient, word


@dataclass(frozen=True, slots=True)
class Document:
    """``way`` says what becomes of it and is unique; ``file_name`` is patient data as well."""

    way: str
    patient: Patient
    file_name: str
    body: bytes

    def canaries(self) -> list[Canary]:
        return [*self.patient.canaries(self.way),
                Canary(f"{self.way}: file name", self.file_name.rpartition(".")[0], Kind.FILE_NAME)]


def documents(ways: Sequence[str]) -> dict[str, Document]:
    return {way: _document(way) for way in ways}


def _document(way: str) -> Document:
    whose, make = patient(way), _MAKERS.get(way, _certain)
    drawn = random.Random(f"{way} file")
    suffix = "png" if make is _picture else "pdf"
    return Document(way, whose, f"{word(drawn)}_{word(drawn)}.{suffix}", make(whose))


def _lines(whose: Patient, collected: str = "21 May 2024") -> list[str]:
    return ["Laboratory report", f"Patient: {whose.name}", f"MRN: {whose.record_number}",
            f"Date of birth: {whose.born.day} {whose.born:%B} {whose.born.year}", f"Phone: {whose.phone}",
            f"Address: {whose.street}, Nowhere, ZZ 00000", f"Collected: {collected}",
            f"Glucose {whose.value} mg/dL 70-99 H"]


def _typed(whose: Patient, lines: Sequence[str], **options: object) -> bytes:
    """A PDF that names the patient in its metadata as well."""
    stored = io.BytesIO()
    page = canvas.Canvas(stored, pagesize=(595, 842), invariant=1, **options)
    page.setTitle(f"{whose.name} {whose.born.isoformat()}")
    page.setAuthor(f"Dr. {whose.family}")
    page.setSubject(whose.record_number)
    page.setKeywords([whose.phone, whose.street])
    for number, line in enumerate(lines):
        page.drawString(72, 760 - 22 * number, line)
    page.save()
    return stored.getvalue()


def _certain(whose: Patient) -> bytes:
    return _typed(whose, _lines(whose))


def _uncertain(whose: Patient) -> bytes:
    """Its date can be read in two ways, so that a person is asked."""
    return _typed(whose, _lines(whose, "03/04/2024"))


def _encrypted(whose: Patient) -> bytes:
    return _typed(whose, _lines(whose), encrypt=pdfencrypt.StandardEncryption("secret", strength=128))


def _corrupt(whose: Patient) -> bytes:
    return b"%PDF-1.4 " + "\n".join(_lines(whose)).encode() + b" and nothing that a PDF needs"


def _no_document(whose: Patient) -> bytes:
    return "\n".join(_lines(whose)).encode()


def _drawn(whose: Patient) -> Image.Image:
    page = Image.new("RGB", (1240, 700), (255, 255, 255))
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=32)
    for row, line in enumerate(_lines(whose)):
        pen.text((60, 40 + 70 * row), line, fill=(0, 0, 0), font=font)
    return page


def _picture(whose: Patient) -> bytes:
    from PIL.PngImagePlugin import PngInfo

    notes, stored = PngInfo(), io.BytesIO()
    notes.add_text("Description", f"{whose.name} {whose.record_number}")
    _drawn(whose).save(stored, "PNG", pnginfo=notes)
    return stored.getvalue()


def _scan(page: Image.Image) -> bytes:
    stored = io.BytesIO()
    page.save(stored, "PDF", resolution=150)
    return stored.getvalue()


def _hybrid(whose: Patient) -> bytes:
    packet = pypdfium2.PdfDocument.new()
    for part in (_certain(whose), _scan(_drawn(whose))):
        packet.import_pages(pypdfium2.PdfDocument(part))
    stored = io.BytesIO()
    packet.save(stored)
    return stored.getvalue()


def _large(whose: Patient) -> bytes:
    """Over 5 MB: a job. What makes it large is grain below the print."""
    page = _drawn(whose)
    grain = numpy.random.default_rng(1).integers(0, 256, (1500, 1240, 3), numpy.uint8)
    large = Image.new("RGB", (page.width, page.height + grain.shape[0]), (255, 255, 255))
    large.paste(page, (0, 0))
    large.paste(Image.fromarray(grain), (0, page.height))
    stored = io.BytesIO()
    large.save(stored, "PDF", resolution=150, quality=100, subsampling=0)
    return stored.getvalue()


def _illegible(whose: Patient) -> bytes:
    """Print that no OCR reads: nothing of it can be approved."""
    tiny = _drawn(whose).resize((124, 70))
    return _scan(tiny.resize((1240, 700), Image.Resampling.NEAREST))


_MAKERS: dict[str, Callable[[Patient], bytes]] = {
    "scan": lambda whose: _scan(_drawn(whose)),
    "picture, throttled": _picture,
    "hybrid, Textract away": _hybrid,
    "job": _large,
    "job, failed": _large,
    "approved": _uncertain,
    "rejected": _uncertain,
    "corrected": _uncertain,
    "left waiting": _uncertain,
    "encrypted": _encrypted,
    "corrupt": _corrupt,
    "corrupt, resolved": _corrupt,
    "by hand, corrupt": _corrupt,
    "no document": _no_document,
    "illegible": _illegible,
    "damaged result": lambda whose: _scan(_drawn(whose)),
}
