"""Made-up documents whose conversion to FHIR is timed (reportlab): lengths are points."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from benchmarks.lab_rows import Result, results
from include.samples import letters, records
from include.samples.layout import build, gap, heading, labelled_block, open_table, prose, style
from include.samples.people import LEOPOLD, PRACTICE

ROWS_PER_PAGE = 45
_WIDTH, _HEIGHT = letter
_MARGIN, _LEADING = 54.0, 13.0
_COLUMNS = (0.0, 0.36, 0.5, 0.64, 0.88)
_HEADER = ("Test", "Result", "Units", "Reference Range", "Flag")


def lab_pdf(rows: Sequence[Result], rows_per_page: int = ROWS_PER_PAGE) -> bytes:
    """One table over as many pages as it needs, its header on each; the patient on the first."""
    style()  # registers the embedded fonts
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=letter, invariant=1, pageCompression=1)
    pages = [rows[start:start + rows_per_page] for start in range(0, len(rows), rows_per_page)]
    for number, page in enumerate(pages, start=1):
        canvas.setFont("Vera-Bold", 14)
        canvas.drawString(_MARGIN, _HEIGHT - 48, "Nowhere Clinical Laboratory")
        canvas.setFont("Vera", 8)
        canvas.drawRightString(_WIDTH - _MARGIN, 34, f"Page {number}")
        _table(canvas, page, _patient(canvas) if number == 1 else _HEIGHT - 84)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def intake_form_pdf() -> bytes:
    """A filled-in form: labels with values, two short tables, a few sentences."""
    return build(PRACTICE.titled("PATIENT INTAKE FORM"), [
        labelled_block([
            ("Patient Name", LEOPOLD.name), ("Date of Birth", LEOPOLD.born), ("Sex", LEOPOLD.sex),
            ("MRN", LEOPOLD.mrn), ("Phone", LEOPOLD.phone), ("Address", LEOPOLD.address),
            ("Date", "06/24/2024"), ("Provider", "Dr. Seraphina Nomad")]),
        heading("Allergies"),
        open_table(("Substance", "Reaction"), [("Sulfa drugs", "Hives"), ("Latex", "Itching")], (50, 50)),
        heading("Current Medications"),
        open_table(("Medication", "Dose", "Frequency"), [
            ("Lisinopril", "20 mg", "once daily"), ("Atorvastatin", "40 mg", "at bedtime")], (40, 25, 35)),
        heading("Past Medical History"),
        prose("Essential hypertension since 2015. Hyperlipidemia."),
        gap(),
        prose("Signed by the patient on 06/24/2024."),
    ])


def synthetic() -> dict[str, bytes]:
    """The documents by which the promises are judged: a laboratory report of 40 rows on two pages, a letter in prose, a
    list, a form."""
    return {
        "lab report": lab_pdf(results(40), rows_per_page=20),
        "discharge letter": letters.discharge_letter(),
        "medication list": records.medication_list(),
        "intake form": intake_form_pdf(),
    }


def _patient(canvas: Canvas) -> float:
    """The block under the letterhead; returns where what follows begins."""
    pairs = (("Patient Name", "Clementine Quillfeather"), ("MRN", "600144"), ("Date of Birth", "1961-07-04"),
             ("Sex", "Female"), ("Collected", "2024-02-11"), ("Ordered by", "Dr. Amadeus Fictional"))
    for index, (label, value) in enumerate(pairs):
        x, y = _MARGIN + 250 * (index % 2), _HEIGHT - 72 - 14 * (index // 2)
        canvas.setFont("Vera-Bold", 8.5)
        canvas.drawString(x, y, f"{label}:")
        canvas.setFont("Vera", 8.5)
        canvas.drawString(x + 78, y, value)
    return float(_HEIGHT - 128)


def _table(canvas: Canvas, rows: Sequence[Result], top: float) -> None:
    places = [_MARGIN + share * (_WIDTH - 2 * _MARGIN) for share in _COLUMNS]
    canvas.setLineWidth(0.8)
    canvas.line(_MARGIN, top - 4, _WIDTH - _MARGIN, top - 4)
    cells = [(row.test, row.value, row.unit, f"{row.low}-{row.high}", row.flag) for row in rows]
    for index, line in enumerate([_HEADER, *cells]):
        canvas.setFont("Vera" if index else "Vera-Bold", 8.5)
        for x, text in zip(places, line, strict=True):
            canvas.drawString(x, top - _LEADING * index, text)
