"""An AWS account in the sandbox's place: its profile and nothing else says who calls, and nothing starts by itself."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from demo import environment, processes
from demo.account import Account

ACCOUNT = Account(
    "clinic", "eu-west-1", "clinic-documents", "clinic-ocr-temp", "clinic-audit", "arn:aws:iam::123456789012:role/r")


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An AWS configuration whose one profile has keys and an endpoint for each service."""
    (tmp_path / "config").write_text(
        "[profile clinic]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:1\nservices = own\n"
        "[services own]\ntextract =\n  endpoint_url = http://127.0.0.1:2\n")
    (tmp_path / "credentials").write_text("[clinic]\naws_access_key_id = of-clinic\naws_secret_access_key = secret\n")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-the-shell")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def variables_of(account: Account, home: Path) -> dict[str, str]:
    return environment.environ(environment.create(home, account))


@pytest.mark.usefixtures("profile")
def test_airflow_gets_the_account_s_names_and_no_key_and_no_endpoint(tmp_path: Path) -> None:
    """A key in the environment would win over the profile (botocore's order of credential providers)."""
    found = variables_of(ACCOUNT, tmp_path)
    assert {name: value for name, value in found.items() if name.startswith("AWS_")} == {
        "AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_DEFAULT_REGION": "eu-west-1", "AWS_PROFILE": "clinic",
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials")}
    names = found["DOCUMENTS_BUCKET"], found["OCR_S3_BUCKET"], found["AUDIT_BUCKET"]
    assert names == ("clinic-documents", "clinic-ocr-temp", "clinic-audit")
    assert json.loads(found["AIRFLOW_CONN_AWS_DEFAULT"]) == {"conn_type": "aws", "extra": {
        "profile_name": "clinic", "region_name": "eu-west-1", "role_arn": "arn:aws:iam::123456789012:role/r"}}


def test_airflow_schedules_and_sweeps_nothing_in_an_account(tmp_path: Path) -> None:
    """Else a fresh Airflow would begin with yesterday's inbox, and bill its pages."""
    found = variables_of(ACCOUNT, tmp_path)
    assert found["AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE"] == "False"
    assert float(found["OCR_TEMP_MAX_AGE_HOURS"]) > 24 * 365


def test_no_sandbox_is_started_beside_an_account(tmp_path: Path) -> None:
    assert "sandbox" in processes.commands(environment.create(tmp_path))
    assert "sandbox" not in processes.commands(environment.create(tmp_path, ACCOUNT))


def test_a_system_with_an_account_is_found_again(tmp_path: Path) -> None:
    local = environment.create(tmp_path, ACCOUNT)
    environment.save(local)
    assert environment.load(tmp_path) == local


@pytest.mark.usefixtures("profile")
@pytest.mark.parametrize("service", ["s3", "textract"])
def test_the_provider_reads_profile_and_region_from_the_connection(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: str) -> None:
    from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook

    account = Account("clinic", "eu-west-1", "clinic-documents", "clinic-ocr-temp", "clinic-audit")
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", variables_of(account, tmp_path)["AIRFLOW_CONN_AWS_DEFAULT"])
    hook = AwsBaseHook(client_type=service)
    assert hook.get_credentials().access_key == "of-clinic"
    assert hook.conn.meta.region_name == "eu-west-1"
    assert hook.conn.meta.endpoint_url == {"s3": "http://127.0.0.1:1", "textract": "http://127.0.0.1:2"}[service]


def test_the_provider_takes_on_the_role_of_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook

    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", ACCOUNT.connection())
    assert AwsBaseHook(client_type="s3").conn_config.role_arn == ACCOUNT.role_arn
