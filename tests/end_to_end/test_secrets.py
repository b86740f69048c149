"""Connections and Airflow's own keys from AWS Secrets Manager and SSM Parameter Store, as docs/security.md says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from demo.environment import PROJECT, Local, environ

DOCS = (PROJECT / "docs" / "security.md").read_text()
ASKED = """
import json
from airflow.configuration import conf
from airflow.models.connection import Connection
from airflow.providers.amazon.aws.hooks.s3 import S3Hook

print(json.dumps({
    "smtp": Connection.get_connection_from_secrets("smtp_default").to_dict(),
    "fhir": Connection.get_connection_from_secrets("fhir_default").to_dict(),
    "keys": [conf.get(*place) for place in (
        ("core", "fernet_key"), ("api_auth", "jwt_secret"), ("database", "sql_alchemy_conn"))],
    "s3": S3Hook(aws_conn_id="aws_default").get_conn().list_buckets()["ResponseMetadata"]["HTTPStatusCode"]}))
"""
"""What `airflow connections get`, a hook and Airflow's configuration look up, in one process."""


def documented(backend: str) -> dict[str, str]:
    """The variables of the block of docs/security.md that names this backend."""
    blocks = re.findall(r"(?:^    AIRFLOW__[A-Z_]+=.*\n)+", DOCS, re.MULTILINE)
    [block] = [block for block in blocks if backend in block]
    return dict(line.strip().replace("'", "").split("=", 1) for line in block.splitlines())


def put(sandbox: Local, service: str, secrets: Mapping[str, str]) -> None:
    client: Any = boto3.client(service, endpoint_url=sandbox.s3_url, region_name="us-east-1",
                               aws_access_key_id="local-sandbox", aws_secret_access_key="local-sandbox")
    for name, value in secrets.items():
        if service == "ssm":
            client.put_parameter(Name=f"/{name}", Value=value, Type="SecureString")
        else:
            client.create_secret(Name=name, SecretString=value)


@pytest.mark.parametrize(("service", "backend"), [
    ("secretsmanager", "SecretsManagerBackend"), ("ssm", "SystemsManagerParameterStoreBackend")])
def test_connections_and_keys_come_from_the_backend(
        sandbox: Local, tmp_path: Path, service: str, backend: str) -> None:
    local = environ(sandbox)
    keys = ["x" * 43 + "=", f"jwt of {service}", f"sqlite:///{tmp_path}/airflow.db"]
    put(sandbox, service, {
        "airflow/connections/aws_default": local["AIRFLOW_CONN_AWS_DEFAULT"],
        "airflow/connections/smtp_default": json.dumps({"conn_type": "smtp", "host": service, "password": "p&%="}),
        "airflow/connections/fhir_default": json.dumps({"conn_type": "http", "login": "l", "password": service}),
        "airflow/config/fernet_key": keys[0], "airflow/config/jwt_secret": keys[1],
        "airflow/config/sql_alchemy_conn": keys[2]})
    own = ("AIRFLOW_CONN_AWS_DEFAULT", "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET",
           "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
    variables = {name: value for name, value in local.items() if name not in own}
    done = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=PROJECT, capture_output=True, text=True, timeout=120,
        env={**variables, **documented(backend), "AIRFLOW_HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert (answer["smtp"]["host"], answer["smtp"]["password"]) == (service, "p&%=")
    assert (answer["fhir"]["login"], answer["fhir"]["password"]) == ("l", service)
    assert (answer["keys"], answer["s3"]) == (keys, 200)
    assert not [key for key in keys if key in done.stderr]
