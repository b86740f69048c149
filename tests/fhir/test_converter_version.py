"""A change of what documents become raises the converter's version: else nobody could find those of the old one.

``converter_digests.json`` has a line for each version, and is never changed for one that was released.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks.conversion import merged, written
from benchmarks.synthetic_pages import page_blocks
from include.documents.content import DocumentContent
from include.fhir.bundle import build_bundle
from include.fhir.converter import CONVERTER_VERSION, version_of
from include.fhir.facts import DocumentFacts
from include.ocr.blocks import read_page
from include.samples.samples import DOCUMENTS

DIGESTS = Path(__file__).with_name("converter_digests.json")
TEXTS = ("discharge_letter.pdf", "lab_follow_up_text.pdf", "lab_report_text.pdf", "medication_list_text.pdf",
         "problem_list_text.pdf", "vital_signs_text.pdf")
"""The samples that need no OCR; for OCR stand pages in Textract's blocks."""
PAGES_OF_BLOCKS = 8


def samples() -> Iterator[DocumentContent]:
    for name in TEXTS:
        yield merged((DOCUMENTS / name).read_bytes(), f"doc-{name}")
    yield DocumentContent("doc-blocks", tuple(
        read_page(number, page_blocks(number)) for number in range(1, PAGES_OF_BLOCKS + 1)))


def digest() -> str:
    """Of every sample's bundle, whatever version it says it is of."""
    found = hashlib.sha256()
    for document in samples():
        bundle = json.loads(written(document))
        found.update(json.dumps({**bundle, "meta": None}, sort_keys=True).encode())
    return found.hexdigest()


def test_the_samples_bundles_are_those_of_the_version() -> None:
    known, made = json.loads(DIGESTS.read_text()), digest()
    assert known.get(CONVERTER_VERSION) == made, (
        "Documents become something else. Raise CONVERTER_VERSION in include/fhir/converter.py and add to "
        f'{DIGESTS.name}: "<the new version>": "{made}". Users then run make reprocess (docs/upkeep.md).')


def test_no_two_versions_have_the_same_digest() -> None:
    digests = json.loads(DIGESTS.read_text())
    assert len(set(digests.values())) == len(digests)
    assert list(digests) == [str(number) for number in range(1, len(digests) + 1)]


def test_a_bundle_says_which_version_made_it() -> None:
    bundle = build_bundle(DocumentFacts(), "doc-1")
    assert version_of(bundle) == CONVERTER_VERSION


def test_a_bundle_of_before_the_versions_says_none() -> None:
    assert version_of({"resourceType": "Bundle", "entry": []}) == ""
    assert version_of({"meta": {"tag": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
                                         "code": "SUBSETTED"}]}}) == ""
