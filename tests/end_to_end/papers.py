"""Documents of an invented patient whose record number is the test's own: no other document has their pages."""

from __future__ import annotations

import io

import pypdfium2
from reportlab.platypus import Flowable

from include.samples.facts import Panel, Person, Result
from include.samples.layout import build, gap, labelled_block, new_page, prose, results_table
from include.samples.people import LABORATORY
from include.samples.scanning import as_pdf, render, with_noise

_CHEMISTRY = Panel("CHEMISTRY", (
    Result("Glucose", "101", "mg/dL", "65-119", "", ("2345-7",)),
    Result("Potassium", "4.2", "mmol/L", "3.5-5.3", "", ("2823-3",))))
_COUNT = Panel("BLOOD COUNT", (
    Result("Hemoglobin", "13.4", "g/dL", "11.7-15.5", "", ("718-7",)),
    Result("Platelets", "251", "10*3/uL", "150-400", "", ("777-3",))))
_LIPIDS = Panel("LIPIDS", (
    Result("Cholesterol", "183", "mg/dL", "125-200", "", ("2093-3",)),
    Result("Triglycerides", "96", "mg/dL", "30-150", "", ("2571-8",))))


def chemistry(mark: str) -> bytes:
    """One page of text."""
    return _report(mark, [_CHEMISTRY])


def blood_count(mark: str) -> bytes:
    """One page of text about the same patient."""
    return _report(mark, [_COUNT])


def scan(mark: str) -> bytes:
    """One scanned page."""
    return as_pdf([with_noise(page, seed=7) for page in render(_report(mark, [_LIPIDS]))])


def text_and_scan(mark: str) -> bytes:
    """A page of text and a scanned page."""
    scanned = as_pdf([with_noise(page, seed=8) for page in render(_report(mark, [_COUNT]))])
    packet = pypdfium2.PdfDocument.new()
    for part in (chemistry(mark), scanned):
        packet.import_pages(pypdfium2.PdfDocument(part))
    target = io.BytesIO()
    packet.save(target)
    return target.getvalue()


def large_scan(mark: str) -> bytes:
    """Two scanned pages with so much grain that together they are over 5 MB: one asynchronous job."""
    printed = render(_report(mark, [_CHEMISTRY], [_LIPIDS]), dpi=300, colour=True)
    return as_pdf([with_noise(page, seed, sigma=6) for seed, page in enumerate(printed, start=9)], dpi=300, quality=95)


def _report(mark: str, *pages: list[Panel]) -> bytes:
    patient = Person("Tamsin", "Oakenshaw", "1971-03-27", "03/27/1971", "female", f"SMP-{mark}", "555-0142",
                     "5 Fiction Close, Nowhere, ZZ 00000")
    story: list[Flowable] = []
    for panels in pages:
        story += [
            *([new_page()] if story else []),
            labelled_block([("Patient", patient.name), ("MRN", patient.mrn), ("Date of Birth", patient.born),
                            ("Sex", patient.sex), ("Collected", "05/21/2024 08:15")]),
            gap(10), results_table(panels), gap(), prose("End of report.")]
    return build(LABORATORY.titled("LABORATORY REPORT"), story)
