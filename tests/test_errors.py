"""The error registry is closed, and its sentences hold no values."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from include.errors import REGISTRY, PipelineError

PROJECT = Path(__file__).resolve().parent.parent


def test_a_code_that_is_not_listed_cannot_be_raised() -> None:
    with pytest.raises(KeyError):
        PipelineError("SOMETHING_ELSE")


def test_every_code_that_the_source_names_is_listed() -> None:
    named = {
        code
        for folder in ("include", "plugins")
        for path in (PROJECT / folder).rglob("*.py")
        for code in re.findall(r'PipelineError\(\s*"(\w+)"', path.read_text())
    }
    assert named
    assert named - set(REGISTRY) == set()


def test_an_error_says_its_code_and_sentence_and_nothing_else() -> None:
    error = PipelineError("ENCRYPTED")
    assert str(error) == f"ENCRYPTED: {REGISTRY['ENCRYPTED'].operator_says}"


def test_an_error_survives_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(PipelineError("FHIR_UNREACHABLE", retry_after=7.0)))
    assert (error.code, error.retry_after) == ("FHIR_UNREACHABLE", 7.0)


def test_every_sentence_ends_and_has_no_place_for_a_value() -> None:
    assert [row.code for row in REGISTRY.values() if not row.operator_says.endswith(".")] == []
    assert [row.code for row in REGISTRY.values() if re.search(r"[{}%]", row.operator_says)] == []
