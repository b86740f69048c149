"""Any laboratory table comes back exactly: no row lost, none added, nothing in it changed."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, Phase, given, settings

from include.documents.content import DocumentContent, PageContent
from include.documents.embedded_text import read_pages
from include.fhir.extraction import extract
from include.fhir.facts import DocumentFacts, ObservationFact
from include.ocr.continued_tables import continued_tables
from tests.fhir.extraction.lab_tables import LabTable, Row, drawn, lab_table, printed

_MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow],
                 phases=set(Phase) - {Phase.explain})


def facts_of(pages: Sequence[PageContent]) -> DocumentFacts:
    return extract(DocumentContent("doc-test", tuple(pages), tables=continued_tables(tuple(pages))))


def in_pdf(table: LabTable, *, ruled: bool) -> DocumentFacts:
    pages = len(table.breaks) + 1
    return facts_of(list(read_pages(drawn(table, ruled=ruled), range(1, pages + 1))))


def row_of(fact: ObservationFact) -> Row:
    """The fact as it would be printed."""
    value = fact.value
    result = "" if value is None else f"{value.comparator or ''}{value.printed.lstrip('<>')}"
    return Row(fact.name, result, (value and value.unit) or "", fact.reference_range or "", fact.flag or "")


def assert_rows(facts: DocumentFacts, table: LabTable) -> None:
    assert [row_of(fact) for fact in facts.observations] == list(table.rows)
    assert facts.rows_in == facts.rows_out


@_MANY
@given(lab_table(ruled=True))
def test_a_table_read_by_ocr_comes_back_whatever_its_columns_headers_and_page_breaks(table: LabTable) -> None:
    assert_rows(facts_of(printed(table)), table)


@_MANY
@given(lab_table(ruled=True))
def test_a_ruled_table_of_a_pdf_comes_back(table: LabTable) -> None:
    assert_rows(in_pdf(table, ruled=True), table)


@_MANY
@given(lab_table(ruled=False))
def test_a_table_of_a_pdf_without_rules_comes_back(table: LabTable) -> None:
    assert_rows(in_pdf(table, ruled=False), table)
