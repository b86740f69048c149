"""Short typed documents about which somebody has to decide something."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.pdfgen import canvas


def typed(*lines: str) -> bytes:
    """A PDF of one page with these lines."""
    return typed_pages(lines)


def typed_pages(*pages: Sequence[str]) -> bytes:
    """A PDF with these lines on its pages."""
    stored = io.BytesIO()
    drawn = canvas.Canvas(stored, pagesize=(595, 842), invariant=1)
    for lines in pages:
        for number, line in enumerate(lines):
            drawn.drawString(72, 760 - 22 * number, line)
        drawn.showPage()
    drawn.save()
    return stored.getvalue()


def of_nobody(title: str = "Visit note") -> bytes:
    """Facts, and no word whose they are."""
    return typed(title, "Medications", "Lisinopril 10 mg once daily", "Metformin 500 mg twice daily",
                 "Diagnoses", "Essential hypertension", "Type 2 diabetes mellitus")


def with_a_date_to_be_read_in_two_ways(number: int) -> bytes:
    """Two results of ``03/04/2024``, of a patient whose record number is the caller's."""
    return typed("Laboratory report", "Patient: Tamsin Oakenshaw", f"MRN: {number}", "Date of birth: 27 March 1971",
                 "Collected: 03/04/2024", "Glucose 101 mg/dL 70-99 H", "Potassium 4.2 mmol/L 3.5-5.1")


def certain(number: int) -> bytes:
    """A result about which nobody has to be asked."""
    return typed("Laboratory report", "Patient: Tamsin Oakenshaw", f"MRN: {number}", "Date of birth: 27 March 1971",
                 "Collected: 21 May 2024", "Glucose 95 mg/dL 70-99")


def certain_of_two_pages(number: int) -> bytes:
    """Results on two pages about which nobody has to be asked."""
    return typed_pages(
        ("Laboratory report", "Patient: Tamsin Oakenshaw", f"MRN: {number}", "Date of birth: 27 March 1971",
         "Collected: 21 May 2024", "Glucose 95 mg/dL 70-99", "Potassium 4.2 mmol/L 3.5-5.1",
         "Sodium 139 mmol/L 136-145", "Calcium 9.4 mg/dL 8.6-10.3"),
        ("Laboratory report, page 2", "Patient: Tamsin Oakenshaw", f"MRN: {number}", "Collected: 21 May 2024",
         "Creatinine 0.9 mg/dL 0.6-1.2", "Albumin 4.1 g/dL 3.5-5.0", "Hemoglobin 13.8 g/dL 12.0-15.5"))
