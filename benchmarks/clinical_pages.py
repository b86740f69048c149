"""Made-up documents whose classification is timed: letters, lab reports, scans and packets (reportlab, Pillow).

Every page has words of its own, drawn by lot from a fixed seed; lengths are points.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from include.samples.layout import style
from include.samples.scanning import as_pdf, faxed, render, with_noise

DPI = 200
_WIDTH, _HEIGHT = A4
_MARGIN, _LEADING = 54.0, 13.5
_LETTER_ROWS = 27
_SCANS = 5
"""Different scans in a document; each page is stored on its own all the same."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """Names of two of reportlab's fonts."""

    regular: str
    bold: str


EMBEDDED = Fonts("Vera", "Vera-Bold")
"""TrueType, of which reportlab embeds what a document uses."""
BASE_14 = Fonts("Helvetica", "Helvetica-Bold")
"""Not embedded: every reader has them."""

DrawPage = Callable[[Canvas, int, Fonts], None]


def text_pdf(draw: DrawPage, pages: int, fonts: Fonts) -> bytes:
    """The same pages give the same bytes."""
    style()  # registers the embedded fonts
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, pageCompression=1)
    for number in range(1, pages + 1):
        draw(canvas, number, fonts)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def letter_page(canvas: Canvas, number: int, fonts: Fonts) -> None:
    """A page of a letter, some 2,800 characters, a text object a line."""
    _letterhead(canvas, number, fonts)
    canvas.setFont(fonts.regular, 9)
    for y, line in _lines(number, fonts, rows=_LETTER_ROWS):
        canvas.drawString(_MARGIN, y, line)


def letter_page_by_words(canvas: Canvas, number: int, fonts: Fonts) -> None:
    """The same with a text object a word, as some printer drivers write."""
    _letterhead(canvas, number, fonts)
    canvas.setFont(fonts.regular, 9)
    for y, line in _lines(number, fonts, rows=_LETTER_ROWS):
        x = _MARGIN
        for word in line.split():
            canvas.drawString(x, y, word)
            x += pdfmetrics.stringWidth(word + " ", fonts.regular, 9)


def letter_page_with_logo(canvas: Canvas, number: int, fonts: Fonts) -> None:
    """The same with a picture in the letterhead."""
    canvas.drawImage(_LOGO, _WIDTH - _MARGIN - 90, _HEIGHT - 75, 90, 36)
    letter_page(canvas, number, fonts)


def lab_page(canvas: Canvas, number: int, fonts: Fonts) -> None:
    """A page of a lab report, some 2,500 characters: patient block, a ruled table of 200 cells, a comment."""
    _letterhead(canvas, number, fonts)
    lot = random.Random(number)  # noqa: S311 - pages, not secrets
    top = _patient(canvas, number, fonts, lot)
    columns = [_MARGIN, *(_MARGIN + share * (_WIDTH - 2 * _MARGIN) for share in (0.4, 0.55, 0.65, 0.8, 1.0))]
    rows = [top - 12.5 * index for index in range(42)]
    canvas.setFillGray(0.9)
    canvas.rect(columns[0], rows[1], columns[-1] - columns[0], rows[0] - rows[1], stroke=0, fill=1)
    canvas.setFillGray(0)
    canvas.setLineWidth(0.5)
    for y in rows:
        canvas.line(columns[0], y, columns[-1], y)
    for x in columns:
        canvas.line(x, rows[0], x, rows[-1])
    for index, y in enumerate(rows[1:]):
        canvas.setFont(fonts.regular if index else fonts.bold, 8.5)
        for x, cell in zip(columns, _result(lot) if index else _HEADER, strict=False):
            canvas.drawString(x + 3, y + 4, cell)
    canvas.setFont(fonts.regular, 9)
    for y, line in _lines(number, fonts, top=rows[-1] - 16, rows=6):
        canvas.drawString(_MARGIN, y, line)


def scans(pages: int, dpi: int = DPI, fax: bool = False) -> bytes:
    """Letters as a scanner stores them: grey JPEG with grain, or CCITT group 4. Every page has a stream of its own."""
    different = render(text_pdf(letter_page, min(pages, _SCANS), EMBEDDED), dpi=dpi)
    stored = [faxed(page, seed) if fax else with_noise(page, seed) for seed, page in enumerate(different)]
    return as_pdf([stored[number % len(stored)] for number in range(pages)], dpi=dpi)


def packet(pages: int) -> bytes:
    """Over and over: two pages of text, two scans, an empty back."""
    rounds = -(-pages // 5)
    parts = [text_pdf(letter_page, 2 * rounds, EMBEDDED), scans(2 * rounds)]
    target = pdfium.PdfDocument.new()
    sources = [pdfium.PdfDocument(part) for part in parts]
    for number in range(rounds):
        for source in sources:
            target.import_pages(source, [2 * number, 2 * number + 1])
        target.new_page(_WIDTH, _HEIGHT)
    written = io.BytesIO()
    target.save(written)
    for document in (target, *sources):
        document.close()
    return written.getvalue()


def _letterhead(canvas: Canvas, number: int, fonts: Fonts) -> None:
    canvas.setFont(fonts.bold, 15)
    canvas.drawString(_MARGIN, _HEIGHT - 52, "Willowbrook Regional Hospital")
    canvas.setFont(fonts.regular, 8.5)
    canvas.drawString(_MARGIN, _HEIGHT - 66, "1 Example Avenue, Springfield   Tel 555-0100")
    canvas.setLineWidth(1.2)
    canvas.line(_MARGIN, _HEIGHT - 80, _WIDTH - _MARGIN, _HEIGHT - 80)
    canvas.drawRightString(_WIDTH - _MARGIN, 34, f"Page {number}")


def _patient(canvas: Canvas, number: int, fonts: Fonts, lot: random.Random) -> float:
    """The framed block under the letterhead; returns where what follows begins."""
    top: float = _HEIGHT - 92
    canvas.setLineWidth(0.8)
    canvas.rect(_MARGIN, top - 46, _WIDTH - 2 * _MARGIN, 46)
    pairs = (("Patient Name", "Clementine Quillfeather"), ("MRN", f"{600000 + number}"),
             ("Date of Birth", "1961-07-04"), ("Specimen", f"S-{lot.randrange(10**6):06d}"),
             ("Collected", "2024-02-11 07:40"), ("Ordered by", "Dr. Amadeus Fictional"))
    for index, (label, value) in enumerate(pairs):
        x, y = _MARGIN + 4 + 240 * (index % 2), top - 12 - 14 * (index // 2)
        canvas.setFont(fonts.bold, 8.5)
        canvas.drawString(x, y, f"{label}:")
        canvas.setFont(fonts.regular, 8.5)
        canvas.drawString(x + 74, y, value)
    return top - 54


def _lines(number: int, fonts: Fonts, rows: int, top: float = _HEIGHT - 110) -> Iterator[tuple[float, str]]:
    """Base lines and what stands on them, the lines full."""
    lot = random.Random(number)  # noqa: S311 - pages, not secrets
    words: list[str] = []
    for row in range(rows):
        line = ""
        while True:
            words = words or _sentence(lot).split()
            longer = f"{line} {words[0]}".strip()
            if pdfmetrics.stringWidth(longer, fonts.regular, 9) > _WIDTH - 2 * _MARGIN:
                break
            line, words = longer, words[1:]
        yield top - _LEADING * row, line


def _sentence(lot: random.Random) -> str:
    sentence = lot.choice(_SENTENCES)
    return sentence.format(symptom=lot.choice(_SYMPTOMS), drug=lot.choice(_DRUGS), part=lot.choice(_PARTS),
                           number=lot.randrange(2, 160))


def _result(lot: random.Random) -> Sequence[str]:
    low = lot.randrange(1, 90)
    value = lot.randrange(1, 1800) / 10
    flag = "L" if value < low else "H" if value > 2 * low else ""
    return lot.choice(_TESTS), f"{value:.1f}", flag, lot.choice(_UNITS), f"{low} - {2 * low}"


def _logo() -> Image.Image:
    logo = Image.new("RGB", (300, 120), "white")
    draw = ImageDraw.Draw(logo)
    draw.ellipse((10, 10, 110, 110), fill=(31, 78, 121))
    draw.rectangle((50, 25, 70, 95), fill="white")
    draw.rectangle((25, 50, 95, 70), fill="white")
    for index in range(4):
        draw.rectangle((130, 20 + 24 * index, 280 - 30 * index, 32 + 24 * index), fill=(31, 78, 121))
    return logo


_LOGO = ImageReader(_logo())
_HEADER = ("Test", "Result", "Flag", "Units", "Reference Range")
_SENTENCES = (
    "The patient reports {symptom} for {number} days and denies {symptom}.",
    "On examination the {part} was without tenderness, and there was no {symptom}.",
    "We continued {drug} {number} mg by mouth once daily and stopped {drug}.",
    "Imaging of the {part} showed a lesion of {number} mm that has not changed since the last visit.",
    "There is a history of {symptom}, which was treated with {drug} at another hospital.",
    "Please measure the blood pressure every morning and come back at once if {symptom} returns.",
    "The heart rate was {number} beats per minute, and the {part} appeared normal.",
    "He was discharged in good condition and will be seen again in {number} days.")
_SYMPTOMS = ("cough", "fever", "shortness of breath", "chest pain", "headache", "nausea", "dizziness",
             "swelling of the ankles", "palpitations", "loss of appetite")
_DRUGS = ("metoprolol", "metformin", "apixaban", "doxycycline", "lisinopril", "atorvastatin", "levothyroxine",
          "pantoprazole")
_PARTS = ("abdomen", "right lower lobe", "left knee", "thyroid gland", "cervical spine", "liver", "pelvis")
_TESTS = ("Hemoglobin", "Leukocytes", "Platelets", "Sodium", "Potassium", "Creatinine", "Urea nitrogen",
          "Glucose, fasting", "Cholesterol, total", "Triglycerides", "Alkaline phosphatase", "Alanine aminotransferase",
          "Thyroid stimulating hormone", "Ferritin", "C-reactive protein", "Bilirubin, total")
_UNITS = ("g/dL", "K/uL", "mmol/L", "mg/dL", "U/L", "ng/mL")
