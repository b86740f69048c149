"""The page is read at one look, needs nothing else, and holds no text that a browser would take for markup."""

from __future__ import annotations

import re
from dataclasses import asdict
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

from include.errors import REGISTRY
from include.reporting import run_report
from include.reporting.comparison import Comparison, figures
from include.reporting.outcome import FAILED, SUCCESS, Outcome
from include.reporting.page import MOST_ROWS, as_html
from tests.reporting import example_run


class Page(HTMLParser):
    """Tags, links, and the text of a page without its style sheet."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._style = False
        self.feed(html.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._style else f"{data} "

    @property
    def links(self) -> list[str | None]:
        return [value for name, value in self.attributes if name == "href"]

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


def page(outcomes: list[Outcome], comparison: Comparison | None = None, **build: Any) -> bytes:
    report = run_report.build("run/1 <b>", outcomes, example_run.FEATURES, **build)
    return as_html(report, outcomes, comparison or Comparison())


def example_page() -> bytes:
    outcomes = example_run.example()
    report = example_run.report_of(outcomes)
    return as_html(report, outcomes, Comparison(tuple(figures(asdict(report)) for _ in range(10))))


def test_the_page_says_what_happened_first() -> None:
    words = Page(example_page()).words
    assert "6 of 50 documents failed" in words
    assert "50 documents in 43 done 1 resolved 6 failed" in words
    assert "4 decided by a person" in words
    assert "Compared with the 10 runs before" in words


def test_each_code_comes_with_its_sentence_and_whose_move_it_is() -> None:
    words = Page(example_page()).words
    for code in ("ENCRYPTED", "BadDocumentException", "TASK_LOST"):
        row = REGISTRY[code]
        assert re.search(rf"{code} \d {row.whose_move.value} {re.escape(row.operator_says)}", words)


def test_a_failed_document_alone_leads_to_the_review_queue_of_its_run() -> None:
    """Of the day's report, the run is that of the batch."""
    outcomes = [
        Outcome("doc-1", "manual__2026-11-23T10:00:00+00:00", FAILED, error_code="CORRUPT"),
        Outcome("doc-2", "r", SUCCESS), Outcome("doc-3", "r", "resolved")]
    assert Page(page(outcomes)).links == ["./?run=manual__2026-11-23T10%3A00%3A00%2B00%3A00"]


def test_failed_documents_come_first_and_done_ones_last() -> None:
    outcomes = [Outcome("d-1", "r", SUCCESS), Outcome("d-2", "r", "resolved"), Outcome("d-3", "r", FAILED),
                Outcome("d-4", "r", "paused_by_somebody")]
    words = Page(page(outcomes)).words
    assert re.findall(r"(d-\d) (failed|paused by somebody|resolved|done)", words) == [
        ("d-3", "failed"), ("d-2", "resolved"), ("d-4", "paused by somebody"), ("d-1", "done")]


def test_every_text_is_escaped() -> None:
    evil = "<script>alert(1)</script>\"'&"
    outcomes = [Outcome(evil, evil, FAILED, error_code=evil, route=evil, pages=(evil,), review=(evil,), seconds=1.0,
                        facts={evil: 1}, stage_seconds={"ocr": 1.0}),
                Outcome(evil, evil, evil, facts={evil: 1})]
    report = run_report.build(evil, outcomes, (), kind=evil, day=evil)
    comparison = Comparison((figures(asdict(report)),))
    shown = Page(as_html(report, outcomes, comparison))
    assert "script" not in shown.tags
    assert not {"onload", "onerror", "alert(1)"} & {name for name, _ in shown.attributes}
    assert evil in shown.text


def test_the_page_needs_no_script_and_nothing_from_elsewhere() -> None:
    """``default-src 'none'; style-src 'unsafe-inline'; img-src data:``."""
    html = example_page()
    shown = Page(html)
    assert not {"script", "link", "img", "iframe", "object", "form", "base", "image", "use"} & set(shown.tags)
    assert {name for name, _ in shown.attributes} & {"src", "srcset", "style", "action", "xlink:href"} == set()
    assert not re.search(rb"url\(|@import|https?:", html)


def test_every_chart_is_well_formed() -> None:
    charts = re.findall(r"<svg.*?</svg>", example_page().decode(), re.DOTALL)
    assert len(charts) > 15
    for chart in charts:
        ElementTree.fromstring(chart)


def test_a_run_without_documents_has_a_page() -> None:
    assert "There were no documents" in Page(page([])).words


def test_a_run_of_lost_documents_has_a_page() -> None:
    words = Page(page([Outcome("d", "r", FAILED, error_code="TASK_LOST")])).words
    assert "1 of 1 documents failed" in words
    assert "Time per stage" not in words


def test_runs_before_that_could_not_be_read_are_named_so() -> None:
    assert "could not be read: S3_ACCESS_DENIED" in Page(page([], Comparison(error_code="S3_ACCESS_DENIED"))).words


def test_a_long_list_ends_and_says_where_the_rest_is() -> None:
    outcomes = [Outcome(f"doc-{number:05}", "r", SUCCESS) for number in range(MOST_ROWS + 5)]
    outcomes.append(Outcome("doc-failed", "r", FAILED))
    words = Page(page(outcomes)).words
    assert "6 more are in documents.csv" in words
    assert "doc-failed" in words
