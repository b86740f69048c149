"""The docstrings that the API reference is built from."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from textract_provider.hook import TextractHook
from textract_provider.operators import (
    TextractAnalyzeDocumentOperator,
    TextractBaseOperator,
    TextractStartDocumentAnalysisOperator,
)
from textract_provider.sensor import TextractDocumentAnalysisSensor
from textract_provider.trigger import TextractDocumentAnalysisCompletedTrigger

OF_EVERY_AWS_TASK = {"aws_conn_id", "region_name", "verify", "botocore_config"}
TASKS = [
    TextractAnalyzeDocumentOperator,
    TextractStartDocumentAnalysisOperator,
    TextractDocumentAnalysisSensor,
]


def described(documented: Any) -> dict[str, str]:
    """What a docstring says of each parameter."""
    text = inspect.getdoc(documented) or ""
    return {name: " ".join(said.split()) for name, said in re.findall(
        r"^:param (\w+): (.*?)(?=^:|^\.\. |\Z)", text, re.DOTALL | re.MULTILINE)}


def parameters(function: Any) -> set[str]:
    return set(inspect.signature(function).parameters) - {"self", "args", "kwargs"}


@pytest.mark.parametrize("task", [TextractBaseOperator, *TASKS])
def test_every_argument_of_a_task_is_described_and_no_other(task: Any) -> None:
    aws = set() if task is TextractBaseOperator else OF_EVERY_AWS_TASK
    assert set(described(task)) == parameters(task.__init__) | aws


@pytest.mark.parametrize("task", [TextractBaseOperator, *TASKS])
def test_exactly_the_templated_arguments_are_called_so(task: Any) -> None:
    said = {name for name, text in described(task).items() if "(templated)" in text}
    assert said == set(task.template_fields) - OF_EVERY_AWS_TASK


@pytest.mark.parametrize("task", TASKS)
def test_a_number_that_a_docstring_calls_the_default_is_the_default(task: Any) -> None:
    signature = inspect.signature(task.__init__).parameters
    said = {name: int(number[1]) for name, text in described(task).items()
            if (number := re.search(r"\(default: (\d+)\)", text))}
    assert said == {name: signature[name].default for name in said}
    assert {name for name, at in signature.items() if type(at.default) is int} == set(said)


@pytest.mark.parametrize("task", TASKS)
def test_a_task_leads_to_its_guide_and_to_awss_page(task: Any) -> None:
    text = inspect.getdoc(task) or ""
    assert "docs/textract_provider.md" in text
    assert "https://docs.aws.amazon.com/textract/latest/dg/API_" in text


def test_every_argument_of_the_trigger_is_described() -> None:
    trigger = TextractDocumentAnalysisCompletedTrigger
    assert set(described(trigger)) == parameters(trigger.__init__)


@pytest.mark.parametrize("name", [
    "analyze_document", "start_document_analysis", "wait_for_document_analysis", "analysis_results"])
def test_every_unusual_argument_of_the_hook_is_described(name: str) -> None:
    method = getattr(TextractHook, name)
    assert set(described(method)) == parameters(method) - {"job_id"}
