"""Specimens: each kind goes its way through all stages, and what comes out is what is printed."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from include.audit.trail import AuditTrail, Writer
from include.documents import intake
from include.documents.manifest import Route
from include.documents.storage import Bucket, bundle_key, document_id
from include.samples.specimens import drawing
from include.samples.specimens.documents import Specimen, problems
from include.samples.specimens.patients import GROUP, measured
from include.samples.specimens.printed import CHARACTER, WIDTH, printed_page
from include.samples.specimens.squares import MOST_DOCUMENTS, PageNumber, read_squares
from include.sandbox.pages import Document
from include.sandbox.stand_in import stand_in_page
from include.settings import Settings
from include.stages import ocr
from include.stages.classify import classify
from include.stages.convert import convert
from include.stages.merge import merge
from include.workspace import Workspace

DAY = "2026-11-23"
ROUTES = {"text": Route.EMBEDDED_TEXT, "scan": Route.EXTERNAL_OCR, "hybrid": Route.HYBRID, "job": Route.ASYNC_OCR}
OF_EACH_FILE = [0, 1, 3, 5, 6, 8]
"""Typed, PNG, hybrid, scanned PDF, job, TIFF."""


def workspace_of(bucket: Bucket, specimen: Specimen) -> Workspace:
    """The specimen in the inbox."""
    key = f"inbox/{DAY}/{specimen.file_name}"
    name = document_id(key, bucket.write(key, specimen.body()))
    intake.register(bucket, intake.source_of_key(bucket, key, DAY))
    return Workspace(document_id=name, documents=bucket, temp=bucket, settings=Settings(textract_calls_per_second=1000),
                     trail=AuditTrail(bucket, DAY, name, Writer("run", "ocr", 1)))


def analyze(page: bytes) -> dict[str, Any]:
    return {"Blocks": stand_in_page(Document(page, sync=True, dots_per_inch=36).page(0), ("TABLES", "FORMS"), None)}


def resources(bundle: Mapping[str, Any]) -> list[Any]:
    return [entry["resource"] for entry in bundle["entry"]]


def bundle_of(bucket: Bucket, specimen: Specimen) -> list[Any]:
    """The resources of the specimen's bundle, after every stage; nobody had to be asked."""
    workspace = workspace_of(bucket, specimen)
    manifest = classify(workspace)
    assert manifest.extraction_method is ROUTES[specimen.kind]
    assert (manifest.total_pages, len(manifest.ocr_pages)) == (specimen.pages, specimen.pages_to_ocr)
    if specimen.pages_to_ocr:
        ocr.read_pages(workspace, ocr.plan(workspace), analyze)
    merge(workspace)
    assert convert(workspace) == ()
    return resources(json.loads(bucket.read(bundle_key(workspace.document_id))))


@pytest.mark.parametrize("number", OF_EACH_FILE)
def test_a_specimen_becomes_what_is_printed_on_it(bucket: Bucket, number: int) -> None:
    specimen = Specimen(number)
    assert problems([specimen], bundle_of(bucket, specimen)) == []


def test_a_second_page_has_no_results_but_its_own(bucket: Bucket) -> None:
    """The labelled patient on page 2 is read again there, and is no laboratory result."""
    specimen = Specimen(27)
    assert problems([specimen], bundle_of(bucket, specimen)) == []


def test_the_record_of_a_patient_says_what_all_documents_print(bucket: Bucket) -> None:
    theirs = [Specimen(0), Specimen(1), Specimen(2)]
    for specimen in theirs:
        bundle_of(bucket, specimen)
    record, = [json.loads(bucket.read(entry.key)) for entry in bucket.list("patients/")]
    assert problems(theirs, resources(record)) == []


def test_what_is_missing_wrong_or_another_patients_is_a_problem(bucket: Bucket) -> None:
    specimen = Specimen(1)
    right = bundle_of(bucket, specimen)
    observation = next(each for each in right if each["resourceType"] == "Observation")
    assert problems([specimen], [each for each in right if each is not observation]) == ["1 results are missing"]
    wrong = [*(each for each in right if each is not observation),
             observation | {"valueQuantity": observation["valueQuantity"] | {"value": 7}}]
    assert problems([specimen], wrong) == ["1 results are missing", "1 results are not printed"]
    assert problems([specimen], [each for each in right if each["resourceType"] != "Patient"]) == [
        "the patient is another, or not one alone"]
    assert problems([Specimen(3)], right) == [
        "4 results are missing", "2 results are not printed", "the patient is another, or not one alone"]


def test_ten_documents_are_of_every_kind_and_of_seven_patients() -> None:
    for first in (0, 10, 990):
        ten = [Specimen(number) for number in range(first, first + GROUP)]
        assert sorted(each.kind for each in ten) == sorted(
            ["text"] * 4 + ["scan"] * 3 + ["hybrid"] * 2 + ["job"])
        assert len({each.patient for each in ten}) == 7


def test_a_thousand_documents_differ_and_so_do_the_documents_of_a_patient() -> None:
    thousand = [Specimen(number) for number in range(1000)]
    assert len({each.patient.record_number for each in thousand}) == 700
    assert len({each.patient.name + each.patient.born.isoformat() for each in thousand}) == 700
    for first, second in pairwise(thousand):
        assert not first.statements() & second.statements()


def test_the_same_number_gives_the_same_file() -> None:
    for number in (1, 5, 8, 14):
        assert Specimen(number).body() == Specimen(number).body()


def test_words_stand_within_the_page_and_apart() -> None:
    for page in range(1, 17):
        for piece in printed_page(PageNumber(6, page)).pieces():
            edges = [edge for _, left, right in piece.words() for edge in (left, right)]
            assert edges == sorted(edges)
            assert edges[-1] < WIDTH - 4 * CHARACTER


@pytest.mark.parametrize("number", [
    PageNumber(0, 1), PageNumber(999, 16), PageNumber(MOST_DOCUMENTS - 1, 255)], ids=str)
@pytest.mark.parametrize("dots_per_inch", [30, 36, 72, 150])
def test_the_squares_are_read_at_any_resolution(number: PageNumber, dots_per_inch: int) -> None:
    page = pypdfium2.PdfDocument(drawing.scanned_pdf([number]))[0]
    assert read_squares(np.asarray(page.render(scale=dots_per_inch / 72).to_pil().convert("RGB"))) == number


def test_a_changed_square_is_no_number() -> None:
    picture = np.array(Image.open(io.BytesIO(drawing.scanned_png(PageNumber(5, 1)))))
    height, width = picture.shape
    assert read_squares(picture) == PageNumber(5, 1)
    picture[round(0.9 * height):round(0.91 * height), round(0.12 * width):round(0.138 * width)] = 0
    assert read_squares(picture) is None


@pytest.mark.parametrize("shade", [0, 255])
def test_a_page_of_one_shade_is_no_number(shade: int) -> None:
    assert read_squares(np.full((421, 298), shade, np.uint8)) is None


def test_a_number_beyond_the_squares_is_refused() -> None:
    for document, page in ((MOST_DOCUMENTS, 1), (-1, 1), (0, 0), (0, 256)):
        with pytest.raises(ValueError, match="24 bits"):
            PageNumber(document, page)


def test_no_test_is_measured_twice_in_a_document_of_twenty_pages() -> None:
    tests = [result.test for page in range(1, 21) for result in measured(1, page)]
    assert len(tests) == len(set(tests)) == 40
