"""``manifest.json`` under the names that the old pipeline's readers know."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from include.documents.manifest import Manifest, MediaType, PageEntry, PageKind, PageSigns, Route, from_json, to_json

PAGES = (
    PageEntry(1, PageKind.TEXT, ("1200 characters of text",), needs_ocr=False, signs=PageSigns(characters=1200)),
    PageEntry(2, PageKind.MIXED, ("700 characters of text", "letters drawn as outlines"), needs_ocr=True,
              signs=PageSigns(characters=700, outlines=31), page_hash="ab", payload_bytes=4000, adapted="rendered"),
    PageEntry(3, PageKind.IMAGE, ("image file",), needs_ocr=True, signs=PageSigns(image_share=1.0), page_hash="cd",
              payload_bytes=9000),
    PageEntry(4, PageKind.BLANK, ("nothing on the page",), needs_ocr=False),
)
MANIFEST = Manifest("doc-1", MediaType.PDF, 123, "0" * 64, Route.HYBRID, PAGES)
SIGNS = {"characters": 0, "hidden_characters": 0, "unmapped_share": 0.0, "garbled_share": 0.0, "image_share": 0.0,
         "outlines": 0, "filled_fields": 0, "notes": 0, "comments": 0, "drawn_annotations": 0, "rotation": 0}


def test_the_stored_form_has_the_old_names_and_the_new_beside_them() -> None:
    stored = json.loads(to_json(MANIFEST))
    pages = stored.pop("pages")
    assert stored == {
        "document_id": "doc-1", "media_type": "application/pdf", "size": 123, "sha256": "0" * 64,
        "extraction_method": "hybrid", "total_pages": 4, "text_pages": 2, "image_pages": 1, "blank_pages": 1,
        "chars_per_page": [1200, 700, 0, 0]}
    assert pages[1] == {
        "number": 2, "kind": "mixed", "reasons": ["700 characters of text", "letters drawn as outlines"],
        "needs_ocr": True, "signs": {**SIGNS, "characters": 700, "outlines": 31}, "page_hash": "ab",
        "payload_bytes": 4000, "adapted": "rendered"}
    assert [(page["number"], page["kind"], page["needs_ocr"]) for page in pages] == [
        (1, "text", False), (2, "mixed", True), (3, "image", True), (4, "blank", False)]


def test_the_routes_are_the_old_pipelines_extraction_methods() -> None:
    assert [route.value for route in Route] == ["embedded_text", "external_ocr", "hybrid", "async_ocr"]


def test_what_was_stored_is_read_back() -> None:
    assert from_json(to_json(MANIFEST)) == MANIFEST


COUNT, SHARE = st.integers(0, 10**6), st.floats(0, 1)
ALL_SIGNS = st.builds(PageSigns, COUNT, COUNT, SHARE, SHARE, SHARE, COUNT, COUNT, COUNT, COUNT, COUNT,
                      st.sampled_from([0, 90, 180, 270]))


@given(st.lists(st.tuples(st.sampled_from(PageKind), st.booleans(), ALL_SIGNS, st.text()), min_size=1, max_size=6))
def test_every_page_is_counted_once_and_kept(pages: list[tuple[PageKind, bool, PageSigns, str]]) -> None:
    manifest = Manifest("d", MediaType.TIFF, 1, "0", Route.ASYNC_OCR, tuple(
        PageEntry(n, kind, (reason,), needs_ocr=ocr, signs=signs)
        for n, (kind, ocr, signs, reason) in enumerate(pages, 1)))
    assert from_json(to_json(manifest)) == manifest
    assert manifest.text_pages + manifest.image_pages + manifest.blank_pages == manifest.total_pages == len(pages)
    assert manifest.chars_per_page == tuple(page.signs.characters for page in manifest.pages)


def test_the_pages_for_ocr_are_those_that_need_it_in_page_order() -> None:
    assert [page.number for page in MANIFEST.ocr_pages] == [2, 3]
    assert MANIFEST.pages[1].reason == "700 characters of text; letters drawn as outlines"
