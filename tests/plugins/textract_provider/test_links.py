"""The console link, from the task that stores what it needs to the address."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from textract_provider.links import TextractConsoleLink
from textract_provider.operators import TextractStartDocumentAnalysisOperator


class Instance:
    """A running task instance, as far as links look at it."""

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


@pytest.fixture
def instance() -> Instance:
    return Instance()


def persist(instance: Instance, *, partition: str = "aws", do_xcom_push: bool = True) -> None:
    operator = TextractStartDocumentAnalysisOperator(
        task_id="ocr", s3_bucket="scans", s3_key="a.pdf", feature_types=["TABLES"], do_xcom_push=do_xcom_push)
    context: Any = {"ti": instance}
    TextractConsoleLink.persist(context, operator, region_name="eu-west-1", aws_partition=partition)


@pytest.mark.parametrize(
    ("partition", "domain"),
    [("aws", "aws.amazon.com"), ("aws-us-gov", "amazonaws-us-gov.com")],
)
def test_it_leads_to_textracts_console_in_the_region_of_the_task(
    monkeypatch: pytest.MonkeyPatch, instance: Instance, partition: str, domain: str
) -> None:
    persist(instance, partition=partition)
    monkeypatch.setattr(
        "airflow.providers.amazon.aws.links.base_aws.XCom.get_value", lambda **place: instance.pushed[place["key"]])
    link = TextractConsoleLink().get_link(None, ti_key=SimpleNamespace())
    assert link == f"https://console.{domain}/textract/home?region=eu-west-1#/"


def test_a_task_that_has_not_run_yet_has_no_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("airflow.providers.amazon.aws.links.base_aws.XCom.get_value", lambda **_: None)
    assert TextractConsoleLink().get_link(None, ti_key=SimpleNamespace()) == ""


def test_a_task_that_must_not_push_xcoms_stores_nothing(instance: Instance) -> None:
    persist(instance, do_xcom_push=False)
    assert instance.pushed == {}
