"""``make bench`` runs what is named, goes on after a failure, and ends what takes too long."""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.__main__ import BENCHMARKS, PAGE, Benchmark, chosen, run
from benchmarks.promises import PROMISES


def test_every_benchmark_that_it_runs_has_its_promises() -> None:
    assert {one.name for one in BENCHMARKS} == PROMISES.keys() - {"soak", "chaos"}


def test_all_run_that_this_checkout_has_and_the_page_is_made_last() -> None:
    names = [one.name for one in chosen("", None)]
    assert names == [*(one.name for one in BENCHMARKS if find_spec(f"benchmarks.{one.name}")), PAGE.name]


def test_those_that_are_named_run_alone() -> None:
    assert [one.name for one in chosen("money, stage_cost", None)] == ["stage_cost", "money", "page"]
    assert [one.name for one in chosen("page", None)] == ["page"]


def test_ones_own_documents_go_to_the_benchmark_of_money_alone() -> None:
    given = {one.name: one.arguments for one in chosen("money,long_tables", Path("mine"))}
    assert given == {"money": ("--corpus", "mine"), "long_tables": (), "page": ()}


def test_a_name_that_is_none_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(SystemExit, match=r"No such benchmark: monye. There are stage_cost, .*, page"):
        chosen("monye", None)


def test_a_benchmark_that_fails_is_named_and_the_next_one_runs() -> None:
    screen = io.StringIO()
    problems = run([Benchmark("there_is_no_such_module", 1), Benchmark("figures", 1)], Console(file=screen))
    assert problems == ["there_is_no_such_module: exit code 1"]
    assert "figures: done" in screen.getvalue()
