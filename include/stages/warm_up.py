"""What the stages build at first use, built once: vocabularies, patterns, schemas of models.

For a process from which tasks are forked: each would build them anew. Measured on Python 3.11: the conversion of two
pages takes 0.45 s of CPU in a fresh process and 0.17 s in one that was warmed up.
"""

from __future__ import annotations

from typing import Any

from include.documents import embedded_text
from include.documents.content import (
    Box,
    Cell,
    CellKind,
    DocumentContent,
    Line,
    Origin,
    PageContent,
    Table,
    Word,
    document_from_json,
    to_json,
)
from include.fhir.analyzers import combined
from include.fhir.bundle import build_bundle
from include.fhir.merge import merge, resources_by_patient
from include.fhir.review import review
from include.fhir.validation import validate
from include.ocr import page_store
from include.ocr.continued_tables import continued_tables

Json = dict[str, Any]

_LINES = (
    "Nowhere Clinic", "DISCHARGE SUMMARY",
    "Patient Name: Clementine Quillfeather   MRN: 600144", "Date of Birth: 1961-07-04   Sex: Female",
    "Admission Date: 2024-02-08   Discharge Date: 2024-02-11   Attending: Dr. Amadeus Fictional",
    "Diagnoses", "Type 2 diabetes mellitus", "Essential hypertension since 2015",
    "Medications", "Metformin 500 mg tablet by mouth twice daily", "Lisinopril 20 mg by mouth once daily",
    "Allergies", "Penicillin: rash",
    "Vital Signs", "Blood pressure 132/78 mmHg   Heart rate 72 bpm   Temperature 36.8 C   Weight 70 kg",
    "Immunizations", "Influenza vaccine given on 2023-10-02",
    "Procedures", "Colonoscopy on 2024-02-09 without findings.",
    "The patient denies chest pain. She was discharged in good condition.",
    "Laboratory Results")
_ROWS = (
    ("Test", "Result", "Units", "Reference Range", "Flag"),
    ("Glucose", "112", "mg/dL", "70-99", "H"), ("Sodium", "140", "mmol/L", "135-146", ""),
    ("Bilirubin, total", "0.8", "mg/dL", "0.2-1.2", ""), ("HIV antibody", "Negative", "", "Negative", ""))
"""A page of nobody's: each kind of statement once."""


def warm_up() -> Json:
    """Convert a made-up page as the stages do; its bundle, which nobody needs. No S3, no clock, no thread."""
    embedded_text.stored_form()
    page_store.stored_form()
    page = _page()
    document = document_from_json(to_json(DocumentContent("doc-warm-up", (page,), tables=continued_tables((page,)))))
    facts = combined(document)
    review(facts, 80.0)
    bundle = build_bundle(facts, document.document_id, received="2024-02-12T08:00:00Z")
    validate(bundle)
    for patient, resources in resources_by_patient(bundle).items():
        merge(None, resources, patient, document.document_id)
    return bundle


def _page() -> PageContent:
    texts = (*_LINES, *("   ".join(filter(None, row)) for row in _ROWS))
    first = len(_LINES)
    cells = tuple(
        Cell(row, column, text, Box(0.1 + 0.16 * (column - 1), _top(first + row - 1), 0.15, 0.015),
             kind=CellKind.BODY if row > 1 else CellKind.HEADER)
        for row, texts_of_row in enumerate(_ROWS, 1) for column, text in enumerate(texts_of_row, 1))
    table = Table(cells, box=Box(0.1, _top(first), 0.8, 0.022 * len(_ROWS)))
    return PageContent(1, Origin.EMBEDDED, tuple(map(_line, range(len(texts)), texts)), (table,))


def _line(number: int, text: str) -> Line:
    """Each character as wide as any other; where words stand apart in the text, they do on the page."""
    words, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        words.append(Word(word, Box(0.1 + 0.008 * at, _top(number), 0.008 * len(word), 0.015)))
        at += len(word)
    return Line(" ".join(text.split()), Box(0.1, _top(number), 0.008 * len(text), 0.015), words=tuple(words))


def _top(number: int) -> float:
    return 0.05 + 0.022 * number
