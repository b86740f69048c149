"""A laboratory report of 72 pages: every row is an Observation, and every line of its tables is accounted for."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.conversion import merged, resources_of
from benchmarks.conversion_documents import lab_pdf
from benchmarks.lab_rows import Result, found, results
from include.documents.content import DocumentContent
from include.fhir.bundle import build_bundle
from include.fhir.extraction import extract
from include.fhir.facts import DocumentFacts, UnmappedReason
from include.fhir.validation import validate

ROWS = 3_200


@pytest.fixture(scope="module")
def rows() -> list[Result]:
    return results(ROWS)


@pytest.fixture(scope="module")
def document(rows: list[Result]) -> DocumentContent:
    return merged(lab_pdf(rows), "doc-long")


@pytest.fixture(scope="module")
def facts(document: DocumentContent) -> DocumentFacts:
    return extract(document)


def test_each_row_is_an_observation_with_its_name_value_unit_and_range(
        rows: list[Result], facts: DocumentFacts) -> None:
    bundle = build_bundle(facts, "doc-long")
    observations = [r for r in resources_of(bundle) if r["resourceType"] == "Observation"]
    assert (len(observations), found(rows, observations)) == (ROWS, ROWS)
    assert validate(bundle) == []


def test_every_row_is_accounted_for(document: DocumentContent, facts: DocumentFacts) -> None:
    assert facts.rows_in == facts.rows_out >= ROWS
    reasons = Counter(unmapped.reason for unmapped in facts.unmapped)
    assert reasons[UnmappedReason.HEADER] == len(document.pages) == 72
    assert set(reasons) <= {UnmappedReason.HEADER, UnmappedReason.NOT_CLINICAL}


def test_a_row_that_is_read_wrongly_is_not_counted_as_found() -> None:
    one = results(1)
    quantity = {"value": float(one[0].value), "unit": one[0].unit}
    limits = [{"low": {"value": 135}, "high": {"value": 146}}]
    right = {"code": {"text": one[0].test}, "valueQuantity": quantity, "referenceRange": limits}
    wrong = [{**right, "code": {"text": "Chloride"}}, {**right, "valueQuantity": {**quantity, "unit": "mg/dL"}},
             {**right, "valueQuantity": {**quantity, "value": 1}}, {**right, "referenceRange": []}]
    assert found(one, [right, right]) == 1
    assert [found(one, [each]) for each in wrong] == [0, 0, 0, 0]
