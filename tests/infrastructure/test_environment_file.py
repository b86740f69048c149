"""``make env``: an ``.env`` with fresh secrets that docker-compose.yaml can be filled in with."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from demo.environment import PROJECT
from include.infrastructure import environment_file


def variables(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


def test_it_is_its_owner_s_alone_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    environment_file.write(path, "sandbox")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_text()
    with pytest.raises(FileExistsError):
        environment_file.write(path, "sandbox")
    assert path.read_text() == before


def test_every_secret_that_compose_asks_for_is_in_it_fresh() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", (PROJECT / "docker-compose.yaml").read_text()))
    first, second = environment_file.new_secrets(), environment_file.new_secrets()
    assert set(first) == asked
    assert not {*first.values()} & {*second.values()}
    assert len({*first.values()}) == len(first)
    assert min(len(value) for value in first.values()) >= 20
    assert not [value for value in first.values() if re.search(r"[^\w=-]", value)]
    Fernet(first["AIRFLOW_FERNET_KEY"])


def test_the_passwords_need_no_quoting_in_a_url() -> None:
    made = environment_file.new_secrets()
    assert all(re.fullmatch(r"[0-9a-f]+", made[name]) for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD"))


def test_with_the_sandbox_no_client_can_reach_aws_by_mistake() -> None:
    found = variables(environment_file.text("sandbox"))
    connection = json.loads(found["AIRFLOW_CONN_AWS_DEFAULT"].strip("'"))
    endpoints = {service: options["endpoint_url"] for service, options in connection["extra"]["service_config"].items()}
    assert endpoints == {"s3": found["AWS_ENDPOINT_URL"], "textract": found["AWS_ENDPOINT_URL_TEXTRACT"]}
    assert {connection["login"], found["AWS_ACCESS_KEY_ID"], found["AWS_SECRET_ACCESS_KEY"]} == {"local-sandbox"}
    assert found["COMPOSE_PROFILES"] == "sandbox"


def test_for_aws_the_stack_s_buckets_are_asked_for() -> None:
    found = variables(environment_file.text("aws"))
    buckets = {name: value for name, value in found.items() if name.endswith("_BUCKET")}
    assert buckets == {"DOCUMENTS_BUCKET": "", "OCR_S3_BUCKET": "", "AUDIT_BUCKET": ""}
    assert not {"COMPOSE_PROFILES", "AIRFLOW_CONN_AWS_DEFAULT", "AWS_ENDPOINT_URL"} & set(found)


def test_the_example_lists_what_compose_can_be_told() -> None:
    """Secrets empty, everything else with its default behind a ``#``."""
    example = (PROJECT / ".env.example").read_text()
    text = (PROJECT / "docker-compose.yaml").read_text()
    for secret in re.findall(r"\$\{(\w+):\?", text):
        assert f"\n{secret}=\n" in example, secret
    for name, default in re.findall(r"\$\{(\w+):-([^{}]*)}", text):
        if name != "CPU_QUEUE":
            assert f"# {name}={default}\n" in example, name
    passed_on = re.findall(r"^  ([A-Z]\w+):$", text, re.MULTILINE)
    assert len(passed_on) > 40
    assert [name for name in passed_on if f"\n# {name}=" not in example] == []


def test_the_example_says_what_the_guides_say() -> None:
    """Of logs, XComs and the secrets backend, with names to be filled in as in the guides."""
    told = (PROJECT / "docs" / "upkeep.md").read_text() + (PROJECT / "docs" / "security.md").read_text()
    example = re.findall(
        r"^# (AIRFLOW__(?:LOGGING|SECRETS|COMMON_IO|FAB)__\w+)=(.+)$", (PROJECT / ".env.example").read_text(),
        re.MULTILINE)
    assert len(example) > 8
    for name, value in example:
        assert re.search(rf"{name}={re.sub('<[^>]+>', '[^/]+', re.escape(value))}[\n`]", told), name
