"""The closed list of metrics: names, tags and values that any backend takes, and nothing without end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from include.documents.manifest import Route
from include.errors import REGISTRY
from include.metrics.catalogue import CATALOGUE, Kind
from include.metrics.metric import Metric, zeros

PAGE = (Path(__file__).parents[2] / "docs" / "monitoring.md").read_text()
DESIGNED = {
    "ocr.extraction_time_ms", "ocr.pages_external", "ocr.pages_local", "ocr.documents_by_route",
    "ocr.async_jobs_started", "ocr.async_jobs_completed", "ocr.async_jobs_failed", "ocr.errors", "ocr.timeouts",
    "ocr.s3_failures", "ocr.cost_usd", "document.latency_ms"}


def test_the_metrics_of_the_design_are_in_the_catalogue() -> None:
    assert set(CATALOGUE) >= DESIGNED
    assert CATALOGUE["ocr.documents_by_route"].tags == {"route": tuple(route.value for route in Route)}
    assert tuple(CATALOGUE["document.failed"].tags["error_code"]) == tuple(REGISTRY)


def test_no_tag_has_more_values_than_there_are_error_codes() -> None:
    assert max(len(row.series) for row in CATALOGUE.values()) <= len(REGISTRY)


def test_names_and_values_are_of_characters_that_statsd_and_prometheus_know() -> None:
    for row in CATALOGUE.values():
        assert re.fullmatch(r"(ocr|document)\.[a-z0-9_]+", row.name)
        for tags in row.series:
            assert all(re.fullmatch(r"[A-Za-z0-9_]+", value) for value in tags.values())


@pytest.mark.parametrize(("name", "value", "tags"), [
    ("ocr.errors", 1, {}), ("ocr.errors", 1, {"error_code": "doc-1"}), ("ocr.errors", 1, {"route": "hybrid"}),
    ("ocr.pages_local", 1, {"document_id": "doc-1"}), ("ocr.pages_local", -1, {}),
    ("document.ended", 1, {"state": "failed", "route": "none"})])
def test_what_the_catalogue_does_not_list_is_no_metric(name: str, value: float, tags: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=name.replace(".", r"\.")):
        Metric(name, value, tags)


def test_an_unknown_name_is_no_metric() -> None:
    with pytest.raises(KeyError):
        Metric("ocr.pages")


def test_a_name_without_tags_holds_their_values_in_order() -> None:
    ended = Metric("document.ended", tags={"route": "hybrid", "state": "failed"})
    assert ended.name_with_values == "document.ended.hybrid.failed"
    assert Metric("ocr.pages_local").name_with_values == "ocr.pages_local"


def test_every_series_of_every_counter_has_a_zero_and_no_timer_has() -> None:
    found = {metric.name_with_values: metric.value for metric in zeros()}
    assert set(found.values()) == {0}
    assert {"document.ended.none.failed", "ocr.timeouts.async", "ocr.errors.ThrottlingException"} <= set(found)
    assert len(found) == sum(len(row.series) for row in CATALOGUE.values() if row.kind is Kind.COUNTER)


def test_the_docs_list_every_metric_as_it_is_and_no_other() -> None:
    listed = re.findall(r"^\| `((?:ocr|document)\.\w+)` \| ([\w, ]*) \| (\w+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert listed == [
        (row.name, ", ".join(row.tags), row.kind.value, row.meaning) for row in CATALOGUE.values()]
