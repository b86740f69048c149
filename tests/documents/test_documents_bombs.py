"""Small files that ask for far too much: each ends with a way or a code, and its neighbours do not notice."""

from __future__ import annotations

import resource
import sys

import pytest

from benchmarks.mutants import run, usage_of_children
from include.documents import embedded_text, manifest_builder
from include.documents.isolation import Limits
from include.documents.pdf import open_pdf
from include.errors import PipelineError
from tests.documents.bombs import BOMBS, page_of, page_tree

QUICK = Limits(cpu_seconds=2.5)
LONGEST_SECONDS = 10
"""Processor time: a look, a cut, and two readings of a page."""
PARENT_MB = 250
"""What the parent may grow by: the largest bomb has 40 MB."""


def peak_mb() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_bounded_time_and_memory_with_a_way_or_a_code(
        name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest_builder, "LOOKING", QUICK)
    monkeypatch.setattr(embedded_text, "READING", QUICK)
    make, ends = BOMBS[name]
    before = peak_mb()
    with usage_of_children() as usage:
        _, code = run(make())
    assert code in ends
    assert usage.seconds < LONGEST_SECONDS
    assert usage.megabytes < QUICK.memory_mb + before + PARENT_MB
    assert peak_mb() - before < PARENT_MB


def test_a_document_of_ten_thousand_pages_is_legal_and_one_more_is_not() -> None:
    with open_pdf(page_tree("3 0 R " * 10_000, 10_000)) as document:
        assert len(document) == 10_000
    with pytest.raises(PipelineError, match="TOO_MANY_PAGES"), open_pdf(page_tree("3 0 R " * 10_001, 10_001)):
        pass


def test_the_makers_make_what_they_say() -> None:
    """The page that every bomb is made of is a text page, so that a bomb fails by what was put in."""
    assert run(page_of()) == ("read", "embedded_text")
