"""Documents whose pages differ: typed and scanned ones together, a table that is an image, huge and many pages."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable
from reportlab.platypus import Image as Picture

from include.samples.facts import Facts, Panel, Result, Sample, observations
from include.samples.layout import (
    WIDTH,
    build,
    bullets,
    gap,
    heading,
    labelled_block,
    new_page,
    prose,
    results_table,
    ruled_table,
)
from include.samples.people import CLEMENTINE, HOSPITAL, LABORATORY, LEOPOLD, PRACTICE, QUENTIN, THADDEUS
from include.samples.scanning import as_jpeg, as_pdf, render, with_noise

_COAGULATION = Panel("COAGULATION", (
    Result("INR", "2.6", "", "0.9-1.1", "H", ("6301-6", "34714-6")),
    Result("PT", "27.4", "sec", "9.0-11.5", "H", ("5902-2",)),
), "2024-09-23")
_CARDIAC = Panel("CHEMISTRY", (
    Result("Sodium", "137", "mmol/L", "135-146", "", ("2951-2",)),
    Result("Potassium", "3.3", "mmol/L", "3.5-5.3", "L", ("2823-3",)),
    Result("Magnesium", "1.9", "mg/dL", "1.5-2.5", "", ("19123-9", "2601-3")),
    Result("Creatinine", "1.44", "mg/dL", "0.70-1.28", "H", ("2160-0",)),
), "2024-09-23")


class _ScannedPage(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A scan that covers the whole page, letterhead and all."""

    def __init__(self, jpeg: bytes) -> None:
        super().__init__()
        self.jpeg, self.width, self.height = jpeg, 10, 10

    def draw(self) -> None:
        canvas: Canvas = self.canv
        x, y = canvas.absolutePosition(0, 0)
        canvas.drawImage(ImageReader(io.BytesIO(self.jpeg)), -x, -y, 612, 792)


def referral_packet() -> bytes:
    """A typed cover letter with two scanned enclosures."""
    block = labelled_block([
        ("Patient", QUENTIN.name), ("MRN", QUENTIN.mrn), ("DOB", QUENTIN.born), ("Sex", QUENTIN.sex)])
    enclosures = build(LABORATORY.titled("LABORATORY REPORT"), [
        block, gap(6), prose("Collected: 2024-09-23"), results_table([_COAGULATION, _CARDIAC], ruled=True),
        new_page(), block,
        heading("Medications"),
        ruled_table(("Medication", "Dose", "Frequency"), [
            ("Warfarin", "4 mg", "once daily"), ("Furosemide", "40 mg", "twice daily")], (40, 25, 35)),
        heading("Diagnoses"),
        *bullets(["Atrial fibrillation", "Chronic heart failure"]),
    ])
    story: list[Flowable] = [
        block,
        heading("Referral of 2024-09-26"),
        prose("Dear colleague, thank you for seeing Mr. Mockingham in your anticoagulation clinic. His laboratory "
              "report and his medication sheet are enclosed as scans on the next two pages."),
        prose("He lives alone and comes by bus. Please send your letter to our office."),
        gap(20),
        prose("Referring Physician: Dr. Amadeus Fictional"),
    ]
    for seed, page in enumerate(render(enclosures), start=71):
        story += [new_page(), _ScannedPage(as_jpeg(with_noise(page, seed)))]
    return build(HOSPITAL.titled("REFERRAL LETTER"), story, bare_pages=(2, 3))


_REFERRAL_FACTS: Facts = {
    "patient": QUENTIN.facts(),
    "practitioner": [{"name": "Dr. Amadeus Fictional"}],
    "observations": observations([_COAGULATION, _CARDIAC]),
    "medications": [{"name": "Warfarin", "dose": "4 mg", "frequency": "once daily"},
                    {"name": "Furosemide", "dose": "40 mg", "frequency": "twice daily"}],
    "conditions": ["Atrial fibrillation", "Chronic heart failure"],
}

_TYPED_HEADER_PANEL = Panel("VITAMINS", (
    Result("Vitamin B12", "188", "pg/mL", "200-1100", "L", ("2132-9",)),
    Result("Folate", "11.4", "ng/mL", ">5.4", "", ("2284-8",)),
    Result("Vitamin D, 25-Hydroxy", "19", "ng/mL", "30-100", "L", ("1989-3", "62292-8")),
), "2024-06-20")


def table_is_image() -> bytes:
    """Enough typed text for a text page by counting, but the results are a picture."""
    printed = build(LABORATORY, [results_table([_TYPED_HEADER_PANEL], ruled=True)])
    page = render(printed)[0]
    table = page.crop((140, 320, page.width - 140, 640))
    picture = Picture(io.BytesIO(as_jpeg(with_noise(table, seed=81), 75)), WIDTH, WIDTH * table.height / table.width)
    return build(LABORATORY.titled("LABORATORY REPORT"), [
        labelled_block([
            ("Patient", THADDEUS.name), ("MRN", THADDEUS.mrn), ("Date of Birth", THADDEUS.born), ("Sex", THADDEUS.sex),
            ("Collected", "06/20/2024"), ("Ordering Provider", "Dr. Balthazar Mythos")]),
        gap(12), picture, gap(12),
        prose("The results above were taken over from the instrument as an image.")])


_TABLE_FACTS: Facts = {
    "patient": THADDEUS.facts(),
    "practitioner": [{"name": "Dr. Balthazar Mythos"}],
    "observations": observations([_TYPED_HEADER_PANEL]),
}

_HUGE_PANEL = Panel("TUMOR MARKERS", (
    Result("PSA, Total", "3.1", "ng/mL", "<4.0", "", ("2857-1",)),
    Result("CEA", "1.7", "ng/mL", "<2.5", "", ("2039-6",)),
), "2024-10-22")


def huge_page() -> bytes:
    """One page of 9,000 by 11,700 pixels, black and white: small as a file, 105 million pixels when opened."""
    printed = build(LABORATORY.titled("LABORATORY REPORT"), [
        labelled_block([
            ("Patient", LEOPOLD.name), ("MRN", LEOPOLD.mrn), ("Date of Birth", LEOPOLD.born), ("Sex", LEOPOLD.sex),
            ("Collected", "10/22/2024"), ("Ordering Provider", "Dr. Seraphina Nomad")]),
        gap(12), results_table([_HUGE_PANEL], ruled=True)])
    page = render(printed, dpi=300)[0].point(lambda grey: 255 if grey > 150 else 0)
    sheet = Image.new("1", (3000, 3900), 1)
    sheet.paste(page.convert("1", dither=Image.Dither.NONE), (225, 300))
    return as_pdf([sheet.resize((9000, 11700), Image.Resampling.NEAREST)], dpi=1000)


_HUGE_FACTS: Facts = {
    "patient": LEOPOLD.facts(),
    "practitioner": [{"name": "Dr. Seraphina Nomad"}],
    "observations": observations([_HUGE_PANEL]),
}


def _daily(day: int) -> Panel:
    """One day's results of the stay in :func:`large_scan`."""
    return Panel(f"CHEMISTRY DAY {day}", (
        Result("Glucose", str(96 + 3 * day), "mg/dL", "65-119", "", ("2345-7",)),
        Result("Sodium", str(134 + day), "mmol/L", "134-146", "", ("2951-2",)),
        Result("Potassium", f"{3.6 + day / 10:.1f}", "mmol/L", "3.5-5.3", "", ("2823-3",)),
        Result("Hemoglobin", f"{12.9 + day / 5:.1f}", "g/dL", "11.7-15.5", "", ("718-7",)),
    ), f"2024-11-{12 + day}")


_DAYS: Sequence[Panel] = [_daily(day) for day in range(1, 7)]


def large_scan() -> bytes:
    """Six coloured pages with so much grain that the file is over 5 MB."""
    story: list[Flowable] = []
    for panel in _DAYS:
        story += [*([new_page()] if story else []), labelled_block([
            ("Patient", CLEMENTINE.name), ("MRN", CLEMENTINE.mrn), ("DOB", CLEMENTINE.born), ("Sex", CLEMENTINE.sex),
            ("Collected", str(panel.date)), ("Provider", "Dr. Balthazar Mythos")]),
            gap(12), results_table([panel], ruled=True)]
    pages = render(build(PRACTICE.titled("LABORATORY REPORT"), story), dpi=250, colour=True)
    return as_pdf([with_noise(page, seed, sigma=6) for seed, page in enumerate(pages, start=91)], dpi=250, quality=90)


_LARGE_FACTS: Facts = {
    "patient": CLEMENTINE.facts(),
    "practitioner": [{"name": "Dr. Balthazar Mythos"}],
    "observations": observations(_DAYS),
}

SAMPLES = (
    Sample("referral_hybrid.pdf", referral_packet, "referral", ("text", "image", "image"), "hybrid",
           facts=_REFERRAL_FACTS),
    Sample("lab_table_is_image.pdf", table_is_image, "laboratory report", ("mixed",), "external_ocr",
           facts=_TABLE_FACTS),
    Sample("lab_huge_page.pdf", huge_page, "laboratory report", ("image",), "external_ocr", facts=_HUGE_FACTS),
    Sample("large_scan.pdf", large_scan, "laboratory report", ("image",) * 6, "async_ocr", facts=_LARGE_FACTS,
           large=True),
)
