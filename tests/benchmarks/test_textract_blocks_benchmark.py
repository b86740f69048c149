"""``make bench-textract`` runs and says what docs/benchmarks.md promises. No figure is judged: machines differ."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmarks import textract_blocks
from benchmarks.readers import OURS, TEXTRACTOR, Reader, our_reader
from benchmarks.reading_speed import compare, growth, stored_samples, synthetic_samples
from benchmarks.textract_blocks import Plan, speeds_of, targets

TINY = Plan(rounds=1, synthetic_responses=1, page_sizes=(0.1,), page_counts=(1,), job_pages=(1, 3))


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return textract_blocks.measure(TINY, real_responses=tmp_path_factory.mktemp("no-responses"))


def failing(_response: dict[str, Any]) -> object:
    raise KeyError("Id")


def test_the_figures_are_stored_as_json_with_all_that_the_docs_name(figures: dict[str, Any]) -> None:
    stored = json.loads(json.dumps(figures))
    assert set(stored) == {
        "measured_at", "python", "machine", "missing_libraries", "speed", "responses", "growth", "collecting",
        "targets"}
    assert OURS in {row["reader"] for row in stored["speed"]}
    assert {row["unit"] for row in stored["growth"]} == {"block", "page"}


def test_a_job_is_taken_up_with_one_write_a_page_and_its_own_peak(figures: dict[str, Any]) -> None:
    short, longer = figures["collecting"]
    assert (short["pages"], longer["pages"]) == (1, 3)
    assert longer["chunks"] > short["chunks"]
    assert longer["peak"] >= longer["baseline"] > 0
    assert longer["s3_calls"]["PutObject"] - short["s3_calls"]["PutObject"] == 2
    assert longer["s3_calls"]["ListObjectsV2"] == short["s3_calls"]["ListObjectsV2"]


def test_the_tables_show_every_reader_and_target(figures: dict[str, Any]) -> None:
    screen = io.StringIO()
    textract_blocks.show(figures, Console(file=screen, width=80))
    shown = screen.getvalue()
    assert OURS in shown
    assert "…" not in shown
    assert all(target in " ".join(shown.split()) for target in figures["targets"])


def test_a_missing_library_is_said_in_a_sentence_and_leaves_its_target_open(
    figures: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> object:
        raise ModuleNotFoundError(f"No module named '{name}'")

    monkeypatch.setattr("benchmarks.readers.import_module", absent)
    found = textract_blocks.measure(Plan(1, 1, (), (), ()), real_responses=Path("nowhere"))
    assert [row["reader"] for row in found["speed"]] == [OURS]
    assert found["missing_libraries"][0] == (
        f"{TEXTRACTOR} is left out: No module named 'textractor.parsers.response_parser'. `make install` adds it.")
    assert set(found["targets"].values()) == {None}


def test_a_response_that_a_library_cannot_read_is_counted_and_its_time_is_not() -> None:
    readers = [our_reader(), Reader(TEXTRACTOR, "0", failing)]
    timings = compare(readers, list(synthetic_samples(1)), rounds=1)
    assert [(timing.reader, timing.failed) for timing in timings] == [(OURS, None), (TEXTRACTOR, "KeyError")]
    speed = speeds_of(readers, timings)[1]
    assert (speed.failed, speed.pages, speed.ratio, speed.median_ratio) == (1, 0, None, None)


def test_a_target_that_is_missed_is_said_to_be_missed() -> None:
    slow = our_reader()
    readers = [slow, Reader(TEXTRACTOR, "0", lambda response: response)]
    speeds = speeds_of(readers, compare(readers, list(synthetic_samples(1)), rounds=1))
    assert list(targets(speeds, []).values()) == [False, None]


def test_stored_responses_are_read_and_other_json_is_left_out(tmp_path: Path) -> None:
    [synthetic] = synthetic_samples(1)
    (tmp_path / "answer.json").write_text(synthetic.text)
    (tmp_path / "job_failed.json").write_text('{"JobStatus": "FAILED"}')
    (tmp_path / "list.json").write_text("[]")
    [sample] = stored_samples(tmp_path)
    assert (sample.name, sample.pages, sample.blocks) == ("answer", synthetic.pages, synthetic.blocks)


def test_growth_is_measured_for_each_size_asked_for() -> None:
    assert [one.unit for one in growth((0.1, 0.2), (1,), rounds=1)] == ["block", "block", "page"]
