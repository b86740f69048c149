"""The day is what it says, and what each way to choose pages costs follows from it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import money
from benchmarks.mixed_day import AGAIN, MIX, DayDocument, documents
from benchmarks.money import EVERYTHING, OURS, PLAIN, bill_day, plain_rule
from include.documents.manifest import PageEntry
from include.documents.manifest_builder import build_manifest
from include.reporting.run_report import dollars_per_page
from include.settings import Settings

ONE_OF_EACH = 60


@pytest.fixture(scope="module")
def day() -> list[DayDocument]:
    return list(documents(ONE_OF_EACH))


@pytest.fixture(scope="module")
def sent(day: list[DayDocument]) -> list[tuple[DayDocument, tuple[PageEntry, ...]]]:
    """Each document with the pages that the pipeline sends."""
    return [(one, build_manifest("doc-1", one.data, Settings()).ocr_pages) for one in day]


def test_the_mix_is_of_a_thousand_documents() -> None:
    assert sum(MIX.values()) == 1000


def test_a_day_has_the_kinds_in_their_shares(day: list[DayDocument]) -> None:
    found = Counter(one.kind for one in day)
    assert len(day) == ONE_OF_EACH
    assert all(abs(found[kind] - share * ONE_OF_EACH / 1000) <= 1 for kind, share in MIX.items())


def test_the_same_seed_gives_the_same_day_and_another_one_another() -> None:
    assert list(documents(5)) == list(documents(5))
    assert list(documents(5)) != list(documents(5, seed=9))


def test_no_two_pages_that_go_to_ocr_are_alike_but_those_of_a_document_that_comes_again(
        sent: list[tuple[DayDocument, tuple[PageEntry, ...]]]) -> None:
    hashes = Counter(page.page_hash for one, pages in sent if one.kind != AGAIN for page in pages)
    assert hashes
    assert set(hashes.values()) == {1}


def test_the_pipeline_sends_exactly_the_pages_that_need_it(
        sent: list[tuple[DayDocument, tuple[PageEntry, ...]]]) -> None:
    for one, pages in sent:
        needed = {number for number, needed in enumerate(one.needs_ocr, 1) if needed}
        assert {page.number for page in pages} == needed, one.kind


def test_the_plain_rule_counts_what_can_be_extracted(day: list[DayDocument]) -> None:
    typed_line = next(one for one in day if one.kind == "fax with a typed line on top")
    assert plain_rule(typed_line.data, len(typed_line.needs_ocr)) == set()
    blank = next(one for one in day if one.kind == "blank pages")
    assert plain_rule(blank.data, len(blank.needs_ocr)) == set(range(1, len(blank.needs_ocr) + 1))


def test_every_page_has_its_price_and_a_page_that_comes_again_has_none(day: list[DayDocument]) -> None:
    scan = next(one for one in day if one.kind == "scan")
    bills = bill_day([scan, scan], known=True).bills
    pages, sent = len(scan.needs_ocr), sum(scan.needs_ocr)
    assert bills[EVERYTHING].dollars == round(2 * pages * dollars_per_page(("TABLES", "FORMS")), 2)
    assert (bills[OURS].pages, bills[OURS].needed) == (sent, 2 * sent)


def test_the_plain_rule_loses_the_pages_with_some_text(day: list[DayDocument]) -> None:
    kinds = {one.kind: one for one in day if one.kind != AGAIN}
    bills = bill_day(kinds.values(), known=True).bills
    assert bills[PLAIN].lost_by_kind.keys() == {
        "scan with a bad hidden text", "fax with a typed line on top", "letter with a table that is an image"}
    assert bills[OURS].lost_by_kind == {}


def test_figures_can_be_stored_and_name_every_way() -> None:
    figures = money.measure(4)
    assert json.loads(json.dumps(figures)) == figures
    assert [bill["way"] for bill in figures["day"]["bills"]] == [EVERYTHING, PLAIN, OURS, money.AGAIN]
    assert figures["targets"]["the day again costs nothing"]


def test_ones_own_documents_are_billed_without_a_name(tmp_path: Path, day: list[DayDocument]) -> None:
    (tmp_path / "Jane Roe.pdf").write_bytes(next(one for one in day if one.kind == "fax").data)
    (tmp_path / "damaged.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    (tmp_path / "notes.txt").write_text("no document")
    found = money.measure(1, tmp_path)["corpus"]
    assert (found["documents"], found["refused"]) == (2, {"CORRUPT": 1})
    assert all(bill["lost"] is None for bill in found["bills"])
    assert "Jane" not in json.dumps(found)
