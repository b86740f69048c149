"""The committed samples are what the generator makes, and their facts are what is printed on them."""

from __future__ import annotations

import io
import json
import platform
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import ExifTags, Image, ImageSequence
from reportlab import rl_config

from include.documents.manifest import PageKind, Route
from include.errors import REGISTRY
from include.samples.catalogue import SAMPLES
from include.samples.defects import PASSWORD
from include.samples.facts import SMALL_PRINT, Sample
from include.samples.samples import DOCUMENTS, committed, expected, generate

COMMITTED = [sample for sample in SAMPLES if not sample.large]
PROCESSED = [sample for sample in COMMITTED if sample.error_code is None]
TEXT_PDFS = [sample for sample in PROCESSED if set(sample.pages or ()) == {"text"}]
UNREADABLE = [sample for sample in COMMITTED if sample.pages is None]
NOT_PRINTED = {"loinc_accept", "traps", "expect", "route", "state", "page_truth", "file", "source", "doc_type"}
READ_FROM_PAIRS = {"Systolic BP", "Diastolic BP"}
"""Names for the halves of a printed blood pressure such as 118/76."""
MAX_COMMITTED_BYTES = 3_000_000


def ids(sample: Sample) -> str:
    return sample.name


def stored(name: str) -> bytes:
    return (DOCUMENTS / name).read_bytes()


def pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


def statements(node: Any) -> Iterator[str]:
    """Every value of the expected facts that a page has to print."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in NOT_PRINTED:
                yield from statements(value)
    elif isinstance(node, list):
        for value in node:
            yield from statements(value)
    elif node is not None and node not in READ_FROM_PAIRS:
        yield str(node)


def spellings(statement: str) -> list[str]:
    """The ways in which the samples print a statement: dates have several, names may stand family first."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", statement):
        day = date.fromisoformat(statement)
        return [statement, f"{day:%m/%d/%Y}", f"{day.day} {day:%B %Y}", f"{day:%B} {day.day}, {day.year}"]
    given, _, family = statement.rpartition(" ")
    return [statement, f"{family}, {given}"]


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("samples")
    generate(target)
    return target


def test_there_are_at_least_sixteen_documents_and_they_fit_into_three_megabytes() -> None:
    assert len(committed()) >= 16
    assert sum(path.stat().st_size for path in DOCUMENTS.iterdir()) < MAX_COMMITTED_BYTES


def test_every_committed_document_has_its_sample_and_the_other_way_round() -> None:
    assert [path.name for path in committed()] == sorted(sample.name for sample in COMMITTED)


@pytest.mark.skipif(
    platform.machine() != "x86_64", reason="rendering and JPEG rounding may differ by a grey level on other processors")
def test_generating_again_gives_the_committed_bytes(regenerated: Path) -> None:
    changed = [path.name for path in sorted(DOCUMENTS.iterdir())
               if path.read_bytes() != (regenerated / path.name).read_bytes()]
    assert changed == []


@pytest.mark.parametrize("sample", [*TEXT_PDFS, *UNREADABLE], ids=ids)
def test_a_document_without_images_has_the_same_bytes_on_every_machine(sample: Sample) -> None:
    assert sample.make() == stored(sample.name)


def test_generating_does_not_depend_on_reportlab_s_global_settings() -> None:
    """``invariant`` is set for each document, not for the process."""
    assert rl_config.invariant == 0


@pytest.mark.parametrize("sample", COMMITTED, ids=ids)
def test_expected_reads_what_the_sample_says(sample: Sample) -> None:
    assert expected(sample.name) == json.loads(json.dumps(sample.expected()))


@pytest.mark.parametrize("sample", SAMPLES, ids=ids)
def test_labels_are_those_of_the_pipeline(sample: Sample) -> None:
    facts = sample.expected()
    assert set(facts["page_truth"] or []) <= {kind.value for kind in PageKind}
    assert facts["route"] is None or facts["route"] in {route.value for route in Route}
    assert set(facts["expect"]["error_codes"]) <= set(REGISTRY)
    assert (facts["state"] == "failed") == (facts["expect"]["outcome"] == "rejected")


def test_every_route_and_every_kind_of_page_occurs() -> None:
    assert {sample.route for sample in SAMPLES if sample.route} == {route.value for route in Route}
    assert {kind for sample in COMMITTED for kind in sample.pages or ()} == {kind.value for kind in PageKind}


@pytest.mark.parametrize("sample", [s for s in COMMITTED if s.pages and s.name.endswith(".pdf")], ids=ids)
def test_a_pdf_has_as_many_pages_as_expected(sample: Sample) -> None:
    assert len(pypdfium2.PdfDocument(stored(sample.name))) == expected(sample.name)["expect"]["pages"]


@pytest.mark.parametrize("sample", TEXT_PDFS, ids=ids)
def test_every_fact_of_a_text_document_is_printed_on_it(sample: Sample) -> None:
    text = squeezed(pdf_text(stored(sample.name)))
    missing = [statement for statement in statements(expected(sample.name))
               if not any(squeezed(spelling) in text for spelling in spellings(statement))]
    assert missing == []


@pytest.mark.parametrize("sample", TEXT_PDFS, ids=ids)
def test_every_page_says_that_it_is_fictional(sample: Sample) -> None:
    for page in pypdfium2.PdfDocument(stored(sample.name)):
        assert SMALL_PRINT in page.get_textpage().get_text_bounded()


@pytest.mark.parametrize("sample", [s for s in PROCESSED if s.name.endswith(".pdf")], ids=ids)
def test_an_image_page_has_no_text_and_a_text_page_has(sample: Sample) -> None:
    document = pypdfium2.PdfDocument(stored(sample.name))
    for page, kind in zip(document, sample.pages or (), strict=True):
        assert bool(page.get_textpage().get_text_bounded().strip()) == (kind in ("text", "mixed"))


def test_three_documents_are_of_one_patient() -> None:
    patients = [(p["name"], p["birthDate"], p["mrn"])
                for sample in COMMITTED if (p := expected(sample.name).get("patient"))]
    assert max(patients.count(patient) for patient in patients) >= 3
    assert len({mrn for _, _, mrn in patients}) == len({name for name, _, _ in patients})


def test_the_encrypted_document_opens_with_its_password_only() -> None:
    with pytest.raises(pypdfium2.PdfiumError, match="password"):
        pypdfium2.PdfDocument(stored("encrypted.pdf"))
    assert len(pypdfium2.PdfDocument(stored("encrypted.pdf"), password=PASSWORD)) == 1


def test_neither_pdfium_nor_pdfminer_opens_the_truncated_document() -> None:
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser
    from pdfminer.psexceptions import PSException

    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(stored("truncated.pdf"))
    with pytest.raises(PSException):
        PDFDocument(PDFParser(io.BytesIO(stored("truncated.pdf"))))


def test_the_document_without_pages_opens_and_has_none() -> None:
    """By PDFium's own functions: pypdfium2 takes a document without pages for one that does not open."""
    data = stored("no_pages.pdf")
    document = pypdfium2.raw.FPDF_LoadMemDocument64(data, len(data), None)
    try:
        assert document
        assert pypdfium2.raw.FPDF_GetPageCount(document) == 0
    finally:
        pypdfium2.raw.FPDF_CloseDocument(document)


def test_what_is_not_a_document_is_an_archive_and_the_empty_one_has_no_bytes() -> None:
    assert stored("not_a_document.pdf").startswith(b"PK\x03\x04")
    assert stored("zero_bytes.pdf") == b""


def test_the_fax_has_three_black_and_white_pages_the_second_all_but_empty() -> None:
    with Image.open(DOCUMENTS / "consult_fax.tif") as fax:
        pages = [page.copy() for page in ImageSequence.Iterator(fax)]
        assert fax.info["compression"] == "group4"
    assert [page.mode for page in pages] == ["1", "1", "1"]
    ink = [page.histogram()[0] / (page.width * page.height) for page in pages]
    assert ink[1] < 0.002 < min(ink[0], ink[2])


def test_the_photo_lies_on_its_side_and_its_exif_says_so() -> None:
    with Image.open(DOCUMENTS / "visit_note_photo.jpg") as photo:
        assert photo.getexif()[ExifTags.Base.Orientation] == 6
        assert photo.width > photo.height


def test_the_huge_page_is_nine_thousand_pixels_wide_in_a_small_file() -> None:
    document = pypdfium2.PdfDocument(stored("lab_huge_page.pdf"))
    (image,) = document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    assert image.get_px_size() == (9000, 11700)
    assert len(stored("lab_huge_page.pdf")) < 100_000


def test_the_large_scan_is_too_large_for_synchronous_ocr() -> None:
    """OCR_ASYNC_THRESHOLD_MB is 5 by default, Textract's limit for a synchronous call 10."""
    large = next(sample for sample in SAMPLES if sample.route == Route.ASYNC_OCR)
    data = large.make()
    assert 5_000_000 * 1.05 < len(data) < 50_000_000
    assert len(pypdfium2.PdfDocument(data)) == len(large.pages or ())
