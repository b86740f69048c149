"""docs/benchmarks.md is made from stored figures: the same figures give the same page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks import page
from benchmarks.page import PAGE, filled, make
from benchmarks.plots import PLOTS, draw
from benchmarks.promises import summary
from benchmarks.tables import TABLES, section

ABOUT: dict[str, Any] = {
    "measured_at": "2026-01-05T10:00:00+00:00", "python": "3.11.9", "machine": {"system": "Linux", "cpus": 2}}
COST = {"document": "text", "stage": "merge", "own": 30.0, "opening": 10.0, "parsers": 20.0,
        "s3_calls": {"GetObject": 3, "PutObject": 1}}
GROWN = {"stage": "merge", "start": 50.0, "peak": 60.0, "child_peak": 55.0, "s3_calls": {"GetObject": 3}}
BILL = {"needed": 1, "lost_by_kind": {}}
CHECKED = {"documents": 3, "needed": 4, "billed": 5, "may_be_billed_again": 1, "tries_again": 1, "problems": []}
FIGURES: dict[str, dict[str, Any]] = {
    "floor": {**ABOUT, "systems": {"sqlite": {"rounds": [], "ratio": 0.9, "ours": 18.0, "floor": 20.0}},
              "settings": [{"setting": "AIRFLOW__A__B=1", "system": "sqlite", "before": 10.0, "after": 20.0,
                            "ratio": 2.0, "shipped": True}]},
    "document_growth": {**ABOUT, "growth": [{"documents": 100, "seconds": 300.0, "per_minute": 20.0},
                                            {"documents": 1000, "seconds": 3100.0, "per_minute": 19.0}],
                        "search": [{"batch_size": 25, "runs_at_once": 4, "documents": 200, "per_minute": 21.0}]},
    "stage_cost": {**ABOUT, "costs": [{**COST, "pages": 1}, {**COST, "pages": 10}],
                   "five_tasks": {"nothing": 1000.0, "imports": 500.0, "all": 250.0},
                   "imports": {"merge": {"cpu": 1.0, "elapsed": 1.5}}, "profiles": {"text": {"merge": {"JSON": 2.0}}}},
    "page_growth": {**ABOUT, "costs": [{**GROWN, "pages": 300, "cpu_seconds": 3.0},
                                       {**GROWN, "pages": 3000, "cpu_seconds": 36.0}]},
    "money": {**ABOUT, "dollars_per_page": 0.065, "corpus": None, "day": {
        "documents": 2, "pages": 4, "by_kind": {"scan": 2}, "bills": [
            {**BILL, "way": "OCR everything", "pages": 4, "dollars": 0.26, "lost": 0},
            {**BILL, "way": "50 characters", "pages": 1, "dollars": 0.07, "lost": 1, "lost_by_kind": {"scan": 1}},
            {**BILL, "way": "ours", "pages": 1, "dollars": 0.07, "lost": 0},
            {**BILL, "way": "ours, the day again", "pages": 0, "dollars": 0.0, "lost": 0}]}},
    "long_tables": {**ABOUT, "tables": [
        {"way": way, "rows": rows, "pages": 5, "recall": 1.0, "precision": 1.0, "read": 0.1, "converted": 0.3}
        for way in ("text", "OCR") for rows in (200, 400)]},
    "soak": {**ABOUT, "days": [{
        "scenario": {"name": "ordinary", "documents": 10, "calls_a_second": 10}, "promises": {"nothing is lost": True},
        "verdict": {"documents": 10, "lost": 0, "false_successes": [], "billed": 12, "needed": 12},
        "load": {"documents_a_minute": 20.0, "mean_calls": 5.0, "most_calls": 9, "throttled": 0, "most_jobs": 2},
        "series": [{"second": second, "documents": second, "calls": 3, "throttled": 0, "jobs": 0}
                   for second in range(400)]}]},
    "chaos": {**ABOUT, "seed": 7, "documents": 39, "problems": [], "rounds": [
        {"name": "a worker is killed", "strikes": [{}], "checked": CHECKED, "seconds": 40.0}]},
}


def test_every_benchmark_with_a_table_has_its_marker_on_the_page() -> None:
    assert set(re.findall(r"<!-- figures: (\w+) -->", PAGE.read_text())) == {page.SUMMARY, *TABLES}


@pytest.mark.parametrize("name", TABLES)
def test_every_line_of_a_table_has_as_many_cells_as_its_header(name: str) -> None:
    text = section(name, FIGURES[name])
    assert "Measured 2026-01-05 on 2 CPUs (Linux), Python 3.11.9." in text
    tables = re.findall(r"(?:^\|.*\|\n?)+", text, re.MULTILINE)
    assert tables
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_what_was_not_measured_says_how_it_is() -> None:
    text = "<!-- figures: money -->\n<!-- end -->\n<!-- figures: soak -->\n<!-- end -->"
    assert re.findall(r"`(make .*)`", filled(text, {})) == ["make bench ONLY=money", "make soak"]


def test_the_page_keeps_what_it_says_of_a_benchmark_without_stored_figures() -> None:
    text = "<!-- figures: money -->\nmeasured elsewhere\n<!-- end -->"
    assert filled(text, {}) == text


def test_only_what_stands_between_markers_is_replaced_and_a_second_time_nothing() -> None:
    text = "before\n<!-- figures: money -->\nold\n<!-- end -->\nafter\n"
    made = filled(text, FIGURES)
    assert made.startswith("before\n<!-- figures: money -->\nMeasured")
    assert made.endswith("<!-- end -->\nafter\n")
    assert "old" not in made
    assert filled(made, FIGURES) == made


def test_a_marker_of_no_benchmark_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="monye"):
        filled("<!-- figures: monye -->\n<!-- end -->", {})


def test_a_promise_that_is_not_kept_says_so() -> None:
    lines = summary(FIGURES).splitlines()[2:]
    assert [line for line in lines if "**NO**" in line] == [
        "| merge: a page of 3,000 against one of 300: at most 1.1 times the time | 1.20 | **NO** |"]
    assert sum(line.endswith("| yes |") for line in lines) == len(lines) - 1 >= 9


def test_the_targets_of_a_benchmark_are_counted_and_the_broken_ones_named() -> None:
    figures = {"targets": {"fast": True, "small": False, "linear": None}}
    assert "| 1 of 2; not: small | **NO** |" in summary({"convert": figures})


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_is_small_names_its_axes_and_is_the_same_twice(name: str, tmp_path: Path) -> None:
    once, twice = (draw(name, FIGURES[name], tmp_path / folder).read_bytes() for folder in ("one", "two"))
    assert once == twice
    assert len(once) < 60_000
    assert b"<text" in once
    assert b"dc:date" not in once


def test_page_and_plots_are_made_from_a_folder_of_figures(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "long_tables.json").write_text(json.dumps(FIGURES["long_tables"]))
    (tmp_path / "page.md").write_text(PAGE.read_text())
    assert make(tmp_path / "page.md", tmp_path / "images", tmp_path / "figures") == ["long_tables"]
    assert [path.name for path in (tmp_path / "images").iterdir()] == ["long_tables.svg"]
    assert "(images/benchmarks/long_tables.svg)" in (tmp_path / "page.md").read_text()


@pytest.mark.parametrize(("seconds_of_the_last_900", "kept"), [(1000, "yes"), (1012, "**NO**")])
def test_a_long_day_is_not_slower_than_its_first_hundred_documents(seconds_of_the_last_900: int, kept: str) -> None:
    [day] = FIGURES["soak"]["days"]
    long_day = {**day, "series": [
        {"second": 0, "documents": 0}, {"second": 100, "documents": 100},
        {"second": 100 + seconds_of_the_last_900, "documents": 1000}]}
    line = summary({"soak": {"days": [long_day]}}).splitlines()[-1]
    assert line.startswith("| documents a minute of that day") and line.endswith(f"| {kept} |")


def test_of_a_long_day_that_was_given_up_the_other_promises_are_told() -> None:
    [day] = FIGURES["soak"]["days"]
    given_up = {**day, "scenario": {**day["scenario"], "documents": 1000}, "promises": {"nothing is lost": False}}
    [*_, line] = summary({"soak": {"days": [given_up]}}).splitlines()
    assert line.startswith("| a day of 1,000 documents, ordinary") and line.endswith("| nothing is lost | **NO** |")
