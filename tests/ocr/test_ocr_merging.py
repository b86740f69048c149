"""Embedded and OCR pages together."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from include.documents.content import (
    Box,
    Cell,
    DocumentTable,
    FormField,
    Line,
    OcrSummary,
    Origin,
    PageContent,
    Table,
    TablePart,
    Word,
    document_from_json,
    to_json,
)
from include.documents.manifest import Manifest, MediaType, PageEntry, PageKind, Route
from include.errors import PipelineError
from include.ocr.merging import merge, summarize

BOX = Box(0.1, 0.1, 0.2, 0.01)


def page(number: int, origin: Origin, *texts: str, fields: tuple[FormField, ...] = ()) -> PageContent:
    return PageContent(number, origin, lines=tuple(Line(text, BOX) for text in texts), fields=fields)


def manifest(*kinds: PageKind) -> Manifest:
    entries = tuple(
        PageEntry(number, kind, (), needs_ocr=kind in (PageKind.IMAGE, PageKind.MIXED))
        for number, kind in enumerate(kinds, 1)
    )
    return Manifest("doc-1", MediaType.PDF, 1, "0" * 64, Route.HYBRID, entries)


def test_the_pages_stand_in_page_order_each_read_by_who_could_read_it() -> None:
    kinds = manifest(PageKind.TEXT, PageKind.IMAGE, PageKind.BLANK, PageKind.MIXED)
    embedded = {number: page(number, Origin.EMBEDDED, f"embedded {number}") for number in (1, 2, 3, 4)}
    ocr = {4: page(1, Origin.OCR, "ocr 4"), 2: page(1, Origin.OCR, "ocr 2")}
    content = merge(kinds, embedded, ocr, OcrSummary(2, 99.0, 10))
    assert content.text == (
        "--- Page 1 ---\nembedded 1\n--- Page 2 (OCR) ---\nocr 2\n--- Page 3 ---\n\n--- Page 4 (OCR) ---\nocr 4")
    assert (content.document_id, content.ocr) == ("doc-1", OcrSummary(2, 99.0, 10))


def test_textracts_blocks_are_read_on_the_way(sheet: Any) -> None:
    sheet.line("Read from blocks", 0.1, 0.1)
    content = merge(manifest(PageKind.TEXT, PageKind.IMAGE), {1: page(1, Origin.EMBEDDED)}, {2: sheet.blocks})
    assert (content.pages[1].number, content.pages[1].text) == (2, "Read from blocks")


def test_a_page_without_its_ocr_result_is_an_error_not_an_empty_page() -> None:
    with pytest.raises(PipelineError, match="OCR_JOB_PARTIAL"):
        merge(manifest(PageKind.IMAGE), {1: page(1, Origin.EMBEDDED, "hidden")}, {})


def test_a_text_page_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(PipelineError, match="CORRUPT"):
        merge(manifest(PageKind.TEXT), {}, {})


def test_a_mixed_page_is_ocrs_with_the_fields_that_only_the_file_holds() -> None:
    read = page(1, Origin.OCR, "line", fields=(FormField("Name", "Ada Brown"),))
    own = page(1, Origin.EMBEDDED, "line", fields=(FormField("name:", "Ada  Brown"), FormField("Allergies", "none")))
    [merged] = merge(manifest(PageKind.MIXED), {1: own}, {1: read}).pages
    assert merged.lines == read.lines
    assert [(field.key, field.value) for field in merged.fields] == [("Name", "Ada Brown"), ("Allergies", "none")]


def test_the_document_says_which_tables_are_one_and_its_stored_form_too() -> None:
    tables = [Table((Cell(1, 1, "Sodium"), Cell(1, 2, "140")), box=BOX) for _ in range(2)]
    embedded = {n: replace(page(n, Origin.EMBEDDED), tables=(tables[n - 1],)) for n in (1, 2)}
    content = merge(manifest(PageKind.TEXT, PageKind.TEXT), embedded, {})
    assert content.tables == (DocumentTable((TablePart(1, 0), TablePart(2, 0))),)
    assert document_from_json(to_json(content)) == content


def test_random_documents_keep_every_page_in_order_and_merge_the_same_twice() -> None:
    for seed in range(50):
        chance = random.Random(seed)
        kinds = manifest(*chance.choices(list(PageKind), k=chance.randrange(1, 12)))
        embedded = {n: page(n, Origin.EMBEDDED, f"e{n}") for n in range(1, kinds.total_pages + 1)}
        ocr = {entry.number: page(1, Origin.OCR, f"o{entry.number}") for entry in kinds.ocr_pages}
        content = merge(kinds, embedded, ocr)
        assert [one.number for one in content.pages] == list(range(1, kinds.total_pages + 1))
        assert merge(kinds, {one.number: one for one in content.pages},
                     {one.number: one for one in content.pages if one.origin is Origin.OCR}) == content


def test_the_summary_counts_ocr_pages_and_averages_their_words() -> None:
    words = tuple(Word("a", BOX, confidence) for confidence in (80.0, 90.0))
    read = PageContent(1, Origin.OCR, lines=(Line("a a", BOX, words=words),))
    pages = [read, page(2, Origin.EMBEDDED, "x")]
    assert summarize(pages, 120, "job", ["k"]) == OcrSummary(1, 85.0, 120, "job", ("k",))
    assert summarize([], 0).average_confidence is None
