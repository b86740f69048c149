"""Operators and sensor as parts of a Dag: templates, serialization, mapping, configuration."""

from __future__ import annotations

import inspect
import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from airflow.providers.common.compat.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization

import textract_provider
from textract_provider.operators import TextractAnalyzeDocumentOperator, TextractStartDocumentAnalysisOperator
from textract_provider.sensor import TextractDocumentAnalysisSensor

PLACE: dict[str, Any] = {"s3_bucket": "scans", "s3_key": "{{ ds }}/a.pdf", "feature_types": ["TABLES"]}
OUTPUT: dict[str, Any] = {"output_s3_bucket": "results", "output_s3_key": "a.json"}


@pytest.mark.parametrize(
    "operator",
    [
        TextractStartDocumentAnalysisOperator(task_id="start", **PLACE),
        TextractAnalyzeDocumentOperator(task_id="now", **PLACE, **OUTPUT),
        TextractDocumentAnalysisSensor(task_id="wait", job_id="job-1"),
    ],
    ids=lambda operator: type(operator).__name__,
)
def test_every_template_field_is_an_argument_that_is_kept_as_given(operator: Any) -> None:
    """As upstream's check of template fields demands; a field that is changed in ``__init__`` changes Jinja."""
    own = set(operator.template_fields) - {"aws_conn_id", "region_name", "verify"}
    assert own <= set(inspect.signature(type(operator).__init__).parameters)
    given = {name: [f"{{{{ {name} }}}}"] for name in operator.template_fields}
    made = type(operator)(**{"task_id": "t", **given})
    assert {name: getattr(made, name) for name in operator.template_fields} == given


def test_templates_are_rendered_within_the_request_too() -> None:
    operator = TextractStartDocumentAnalysisOperator(
        task_id="start", job_tag="{{ run_id }}", region_name="{{ region }}",
        request={"OutputConfig": {"S3Bucket": "results", "S3Prefix": "{{ ds }}/"}}, **PLACE)
    variables: Any = {"ds": "2026-01-31", "run_id": "r-1", "region": "eu-west-1"}
    operator.render_template_fields(variables)
    assert (operator.s3_key, operator.job_tag, operator.region_name) == ("2026-01-31/a.pdf", "r-1", "eu-west-1")
    assert operator.request["OutputConfig"]["S3Prefix"] == "2026-01-31/"


@pytest.mark.parametrize("module", ["operators", "sensor"])
def test_deferring_is_the_default_where_the_configuration_says_so(
    monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    """The default is read when the module is, so that the module is run a second time, aside."""
    monkeypatch.setenv("AIRFLOW__OPERATORS__DEFAULT_DEFERRABLE", "True")
    again = runpy.run_path(str(Path(textract_provider.__file__).with_name(f"{module}.py")))
    if module == "sensor":
        assert again["TextractDocumentAnalysisSensor"](task_id="wait", job_id="job-1").deferrable
    else:
        assert again["TextractStartDocumentAnalysisOperator"](task_id="start", **PLACE).deferrable
    assert not TextractDocumentAnalysisSensor(task_id="wait", job_id="job-1").deferrable


def test_the_hook_gets_what_the_operator_was_given() -> None:
    operator = TextractStartDocumentAnalysisOperator(
        task_id="start", **PLACE, aws_conn_id=None, region_name="eu-west-1", verify=False,
        botocore_config={"read_timeout": 7})
    own = operator.hook
    assert (own.aws_conn_id, own.region_name, own.verify, own.config.read_timeout) == (None, "eu-west-1", False, 7)


def test_every_operator_can_be_serialized_with_its_template_fields() -> None:
    """A template field named like an attribute of BaseOperator fails here, and nowhere else before production."""
    with DAG("scans", schedule=None) as dag:
        start = TextractStartDocumentAnalysisOperator(
            task_id="start", client_request_token="{{ run_id }}", job_tag="tag", **PLACE)
        TextractAnalyzeDocumentOperator(task_id="now", **PLACE, **OUTPUT)
        TextractDocumentAnalysisSensor(task_id="wait", job_id=str(start.output))
    read = DagSerialization.from_dict(json.loads(json.dumps(DagSerialization.to_dict(dag))))
    assert {task.task_id: set(task.template_fields) for task in read.tasks} == {
        task.task_id: set(task.template_fields) for task in dag.tasks}
    assert {"aws_conn_id", "region_name", "verify"} < set(read.get_task("wait").template_fields)
    assert [link.name for link in read.get_task("start").operator_extra_links] == ["Amazon Textract"]


def test_operators_and_sensor_can_be_mapped() -> None:
    with DAG("scans", schedule=None) as dag:
        start = TextractStartDocumentAnalysisOperator.partial(
            task_id="start", s3_bucket="scans", feature_types=["TABLES"], deferrable=True, region_name="eu-west-1",
        ).expand(s3_key=["a.pdf", "b.pdf"])
        TextractDocumentAnalysisSensor.partial(task_id="wait", deferrable=True).expand(job_id=start.output)
    read = DagSerialization.from_dict(json.loads(json.dumps(DagSerialization.to_dict(dag))))
    assert [task.is_mapped for task in read.tasks] == [True, True]
