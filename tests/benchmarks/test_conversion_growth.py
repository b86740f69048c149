"""Conversion grows with the document and no faster, seen in counted calls: they are the same on every machine."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.conversion import RECEIVED, into_records, merged
from benchmarks.conversion_documents import lab_pdf
from benchmarks.lab_rows import results
from include.documents.content import DocumentContent
from include.fhir.bundle import build_bundle
from include.fhir.extraction import extract
from include.fhir.facts import DocumentFacts
from include.fhir.validation import validate

SHORT, LONG, LONGEST = 200, 800, 1_600
_NEARLY = 1.25
"""A sort makes a little more work of more; twice as much for twice the input would be quadratic."""


def calls_of(work: Callable[[], object]) -> int:
    profile = cProfile.Profile()
    profile.runcall(work)
    return int(vars(pstats.Stats(profile))["total_calls"])


@pytest.fixture(scope="module")
def documents() -> dict[int, DocumentContent]:
    made = {rows: merged(lab_pdf(results(rows)), f"doc-{rows}") for rows in (SHORT, LONG, LONGEST)}
    extract(made[SHORT])  # the rules are read from their files once
    return made


@pytest.fixture(scope="module")
def facts(documents: dict[int, DocumentContent]) -> dict[int, DocumentFacts]:
    return {rows: extract(documents[rows]) for rows in (SHORT, LONG)}


@pytest.fixture(scope="module")
def bundles(facts: dict[int, DocumentFacts]) -> dict[int, Any]:
    return {rows: build_bundle(said, f"doc-{rows}", received=RECEIVED) for rows, said in facts.items()}


def assert_linear(work: Callable[[int], object], longer: int = LONG) -> None:
    work(SHORT)
    each = calls_of(lambda: work(SHORT)) / SHORT
    assert calls_of(lambda: work(longer)) / longer < _NEARLY * each


def test_extraction_grows_in_proportion_to_the_rows(documents: dict[int, DocumentContent]) -> None:
    assert_linear(lambda rows: extract(documents[rows]))


def test_extraction_grows_in_proportion_in_a_long_report_too(documents: dict[int, DocumentContent]) -> None:
    assert_linear(lambda rows: extract(documents[rows]), LONGEST)


def test_building_and_validation_grow_in_proportion_to_the_rows(
        facts: dict[int, DocumentFacts], bundles: dict[int, Any]) -> None:
    assert_linear(lambda rows: build_bundle(facts[rows], f"doc-{rows}", received=RECEIVED))
    assert_linear(lambda rows: validate(bundles[rows]))


def test_a_record_grows_in_proportion_to_what_comes_and_to_what_it_has(bundles: dict[int, Any]) -> None:
    records = {rows: into_records(bundle, f"doc-{rows}", {}) for rows, bundle in bundles.items()}
    assert_linear(lambda rows: into_records(bundles[rows], f"doc-{rows}", {}))
    assert_linear(lambda rows: into_records(bundles[rows], f"doc-{rows}", records[rows]))
