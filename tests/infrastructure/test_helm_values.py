"""The values for the official Helm chart say what docker-compose.yaml says. No Helm has rendered them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import compose_file
import pytest
import yaml
from lacking import lacking

from demo.environment import PROJECT
from include.infrastructure.environment_file import new_secrets
from include.settings import Settings

FOLDER = PROJECT / "include" / "infrastructure" / "helm"


@pytest.fixture(scope="module")
def values() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "values.yaml").read_text())
    return found


def test_what_both_set_in_airflow_s_configuration_is_the_same(values: dict[str, Any]) -> None:
    if not compose_file.compose():
        lacking("no Docker Compose on this machine")
    services = compose_file.services(new_secrets())
    compose = services["scheduler"].environment
    own = {("logging", "remote_logging"), ("logging", "remote_log_conn_id"), ("logging", "remote_base_log_folder"),
           ("celery", "worker_concurrency")}
    set_here = {(section, name): str(value) for section, options in values["config"].items()
                for name, value in options.items() if (section, name) not in own}
    in_compose = {(section, name): compose[f"AIRFLOW__{section}__{name}".upper()] for section, name in set_here}
    assert set_here == in_compose
    command = list(services["worker"].command)
    assert str(values["config"]["celery"]["worker_concurrency"]) == command[command.index("--concurrency") + 1]


def test_the_image_s_own_local_settings_are_kept_and_no_user_is_made(values: dict[str, Any]) -> None:
    assert values["airflowLocalSettings"] is None
    assert values["createUserJob"]["defaultUser"]["enabled"] is False
    assert f"FROM apache/airflow:{values['airflowVersion']}-" in (PROJECT / "Dockerfile").read_text()


def test_secrets_are_named_and_none_is_written_down(values: dict[str, Any]) -> None:
    assert values["fernetKeySecretName"]
    assert values["apiSecretKeySecretName"]
    assert values["jwtSecretName"]
    assert set(values["data"]) == {"metadataSecretName", "brokerUrlSecretName"}


def test_every_component_that_reaches_aws_has_the_pipeline_s_role(values: dict[str, Any]) -> None:
    roles = {name: values[name]["serviceAccount"]["annotations"]["eks.amazonaws.com/role-arn"]
             for name in ("apiServer", "triggerer", "workers")}
    assert len({*roles.values()}) == 1


def test_every_bucket_is_named(values: dict[str, Any]) -> None:
    """The defaults are the sandbox's."""
    buckets = {setting.name.upper() for setting in fields(Settings) if setting.name.endswith("_bucket")}
    assert {entry["name"] for entry in values["env"]} >= buckets


def test_the_job_prepares_with_the_same_image_and_buckets(values: dict[str, Any]) -> None:
    job = yaml.safe_load((FOLDER / "prepare-job.yaml").read_text())
    [container] = job["spec"]["template"]["spec"]["containers"]
    image = values["images"]["airflow"]
    assert container["image"] == f"{image['repository']}:{image['tag']}"
    assert container["args"] == ["python", "-m", "include.infrastructure.prepare"]
    assert [entry for entry in values["env"] if entry not in container["env"]] == []
