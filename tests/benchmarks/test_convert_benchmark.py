"""``make bench-convert`` runs and says what docs/benchmarks.md promises. No figure is judged: machines differ."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmarks import convert
from benchmarks.conversion import convert as converted
from benchmarks.conversion import merged, resources_of, stored_documents
from benchmarks.conversion_documents import synthetic
from benchmarks.convert import Plan, Report, targets
from benchmarks.convert_speed import SYNTHETIC, Speed
from include.documents.content import DocumentContent, to_json

TINY = Plan(rounds=1, rows=(10, 20), runs=1)
DOCUMENTS = {name: merged(data, name) for name, data in synthetic().items()}


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("documents") / "doc-1"
    folder.mkdir()
    (folder / "document.json").write_bytes(to_json(DOCUMENTS["medication list"]))
    return convert.measure(TINY, folder.parent)


def test_the_figures_are_stored_as_json_with_all_that_the_docs_name(figures: dict[str, Any]) -> None:
    stored = json.loads(json.dumps(figures))
    assert set(stored) == {"measured_at", "python", "machine", "speed", "reports", "targets"}
    assert [(row["name"], row["group"]) for row in stored["speed"]] == [
        *((name, "synthetic") for name in DOCUMENTS), ("medication list", "stored")]
    assert all(row[name] > 0 for row in stored["speed"] for name in (
        "pages", "resources", "ours", "extract", "build", "validate", "library", "library_reading", "of_library",
        "of_library_reading", "new_record", "known_record", "documents_per_second"))


def test_every_row_of_a_report_is_found_in_a_process_of_its_own(figures: dict[str, Any]) -> None:
    assert [(row["rows"], row["pages"], row["observations"], row["recall"]) for row in figures["reports"]] == [
        (10, 1, 10, 1.0), (20, 1, 20, 1.0)]
    assert all(row[name] > 0 for row in figures["reports"] for name in (
        "read", "convert", "record", "per_row", "of_library", "start", "above_start"))


def test_the_tables_show_every_document_and_target(figures: dict[str, Any]) -> None:
    screen = io.StringIO()
    convert.show(figures, Console(file=screen, width=80))
    shown = " ".join(screen.getvalue().split())
    assert "…" not in shown
    assert all(row["name"] in shown for row in figures["speed"])
    assert all(target in shown for target in figures["targets"])


@pytest.mark.parametrize(("name", "kind", "count"), [
    ("lab report", "Observation", 40), ("discharge letter", "Condition", 3),
    ("medication list", "MedicationStatement", 4), ("intake form", "AllergyIntolerance", 2)])
def test_every_document_states_what_its_kind_does(name: str, kind: str, count: int) -> None:
    """Else the speed of the wrong rules would be measured."""
    resources = resources_of(converted(DOCUMENTS[name]))
    assert sum(resource["resourceType"] == kind for resource in resources) == count


def test_stored_documents_are_read_from_every_folder_below(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "document.json").write_bytes(to_json(DocumentContent(name, ())))
    assert [document.document_id for document in stored_documents(tmp_path)] == ["a", "b"]


def speed(**figures: float) -> Speed:
    measured = Speed(
        name="letter", group=SYNTHETIC, pages=1, resources=9, ours=3.0, extract=1.0, build=1.0, validate=1.0,
        library=1.0, library_reading=0.5, of_library=3.0, of_library_highest=4.0, of_library_reading=6.0,
        new_record=1.0, known_record=1.0)
    return replace(measured, **figures)  # type: ignore[arg-type]


def longest(**figures: float) -> Report:
    report = Report(
        rows=3200, pages=72, observations=3200, recall=1.0, read=1.0, convert=4.0, record=0.5, per_row=1.25,
        of_library=3.0, start=80.0, above_start=90.0)
    return replace(report, **figures)  # type: ignore[arg-type]


SHORTEST = longest(rows=200, pages=5, observations=200, per_row=1.0)


def test_a_promise_is_kept_up_to_its_very_figure() -> None:
    assert set(targets([speed()], [SHORTEST, longest()]).values()) == {True}


@pytest.mark.parametrize(("one", "report"), [
    (speed(of_library=3.1), longest()),
    (speed(), longest(recall=0.999)),
    (speed(), longest(observations=3201)),
    (speed(), longest(of_library=3.1)),
    (speed(), longest(per_row=1.26)),
], ids=["document", "recall", "something else", "report", "growth"])
def test_each_promise_can_be_broken_alone(one: Speed, report: Report) -> None:
    assert list(targets([one], [SHORTEST, report]).values()).count(False) == 1


def test_what_was_not_measured_is_left_open() -> None:
    assert list(targets([], [longest()]).values()) == [True, True, None]
    assert targets([], []) == {}
