"""``make bench-classify`` runs and says what docs/benchmarks.md promises. No figure is judged: machines differ."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmarks import classify, clinical_pages
from benchmarks.classify import Growth, Plan, targets
from benchmarks.classify_speed import SCANS, TEXT, Speed, stored_documents
from benchmarks.clinical_pages import BASE_14, EMBEDDED, text_pdf
from include.documents.classify import classify_pages
from include.settings import Settings

TINY = Plan(rounds=1, pages=5, plumber_pages=1, stage_rounds=1, sizes=(1, 3), runs=1)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return classify.measure(TINY, folders=[tmp_path_factory.mktemp("no-documents")])


def test_the_figures_are_stored_as_json_with_all_that_the_docs_name(figures: dict[str, Any]) -> None:
    stored = json.loads(json.dumps(figures))
    assert set(stored) == {"measured_at", "python", "machine", "speed", "growth", "targets"}
    assert all(row[name] > 0 for row in stored["speed"] for name in (
        "pages", "plain", "ours", "findings", "plumber", "of_plain", "times_plumber", "stage_cpu", "stage_wall",
        "pages_per_second"))


def test_every_document_is_what_its_row_says(figures: dict[str, Any]) -> None:
    """Else the speed of the wrong rules would be measured."""
    kinds = {row["name"]: row["kinds"] for row in figures["speed"]}
    assert kinds.pop("packet") == {"text": 2, "image": 2, "blank": 1}
    assert {name: kind for name, kind in kinds.items() if kind != {"text": 5}} == {
        "JPEG scans": {"image": 5}, "fax scans": {"image": 5}}


def test_growth_is_measured_for_text_and_scans_each_size_in_a_process_of_its_own(figures: dict[str, Any]) -> None:
    assert [(row["kind"], row["pages"], row["times_shorter"] is None) for row in figures["growth"]] == [
        ("text", 1, True), ("text", 3, False), ("scans", 1, True), ("scans", 3, False)]
    assert all(row["start"] > 0 and row["above_start"] >= 0 and row["cpu_seconds"] > 0 for row in figures["growth"])


def test_the_tables_show_every_document_and_target(figures: dict[str, Any]) -> None:
    screen = io.StringIO()
    classify.show(figures, Console(file=screen, width=80))
    shown = " ".join(screen.getvalue().split())
    assert "…" not in shown
    assert all(row["name"] in shown for row in figures["speed"])
    assert all(target in shown for target in figures["targets"])


@pytest.mark.parametrize("fonts", [EMBEDDED, BASE_14], ids=["embedded", "base 14"])
def test_a_page_has_as_many_characters_as_a_typical_one(fonts: clinical_pages.Fonts) -> None:
    letter, lab = (classify_pages(text_pdf(draw, 1, fonts), Settings())[1][0].characters
                   for draw in (clinical_pages.letter_page, clinical_pages.lab_page))
    assert 2500 < letter < 3800
    assert 2200 < lab < 2800


def test_the_same_pages_give_the_same_bytes() -> None:
    assert text_pdf(clinical_pages.lab_page, 2, EMBEDDED) == text_pdf(clinical_pages.lab_page, 2, EMBEDDED)
    assert clinical_pages.scans(2, dpi=50) == clinical_pages.scans(2, dpi=50)


def test_stored_documents_that_cannot_be_opened_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "whole.pdf").write_bytes(text_pdf(clinical_pages.letter_page, 1, EMBEDDED))
    (tmp_path / "empty.pdf").write_bytes(b"")
    assert [document.name for document in stored_documents([tmp_path])] == ["whole.pdf"]


def speed(group: str, **figures: float) -> Speed:
    measured = Speed(
        name=group, group=group, pages=100, kinds={}, plain=0.8, ours=1.0, findings=1.0, plumber=20.0, of_plain=0.8,
        of_plain_lowest=0.8, times_plumber=20.0, stage_cpu=1.0, stage_wall=1.0)
    return replace(measured, **figures)  # type: ignore[arg-type]


def longest(**figures: float) -> Growth:
    row = Growth(
        kind="text", pages=3000, file_size=1.0, cpu_seconds=1.0, times_shorter=10.5, start=50.0, above_start=150.0)
    return replace(row, **figures)  # type: ignore[arg-type]


def test_a_promise_is_kept_up_to_its_very_figure() -> None:
    assert set(targets([speed(TEXT), speed(SCANS)], [longest()]).values()) == {True}


@pytest.mark.parametrize(("speeds", "row"), [
    ([speed(TEXT, of_plain=0.79), speed(SCANS)], longest()),
    ([speed(TEXT, times_plumber=19.9), speed(SCANS)], longest()),
    ([speed(TEXT), speed(SCANS, ours=1.1)], longest()),
    ([speed(TEXT), speed(SCANS)], longest(times_shorter=10.6)),
    ([speed(TEXT), speed(SCANS)], longest(above_start=151.0)),
], ids=["plain", "pdfplumber", "scans", "growth", "memory"])
def test_each_promise_can_be_broken_alone(speeds: list[Speed], row: Growth) -> None:
    assert list(targets(speeds, [row]).values()).count(False) == 1


def test_what_was_not_measured_is_left_open() -> None:
    assert targets([], []) == {"text: 20 times pdfplumber's pages a second": None}
