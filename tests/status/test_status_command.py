"""The command where there is nothing to look at."""

from __future__ import annotations

import json

import pytest

from demo.environment import Local, environ, free_ports
from include.airflow_login import LoginError, log_in
from include.status.__main__ import main


@pytest.fixture
def storage(sandbox: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environ(sandbox).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("storage")
def test_where_nobody_answers_it_says_so_and_looks_at_the_rest(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AIRFLOW_URL", f"http://127.0.0.1:{free_ports(1)[0]}")
    monkeypatch.setenv("AIRFLOW_USER", "viewer")
    monkeypatch.setenv("AIRFLOW_PASSWORD", "secret")
    assert main(["--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    by_subject = {finding["subject"]: finding["level"] for finding in told["findings"]}
    assert told["level"] == by_subject["Airflow"] == "PROBLEM"
    assert by_subject["Textract"] == "OK"


@pytest.mark.parametrize(("environment", "says"), [
    ({}, "AIRFLOW_URL is not set"),
    ({"AIRFLOW_URL": "http://127.0.0.1:1"}, "AIRFLOW_USER and AIRFLOW_PASSWORD"),
    ({"AIRFLOW_URL": "http://127.0.0.1:1", "AIRFLOW_USER": "viewer"}, "AIRFLOW_USER and AIRFLOW_PASSWORD")])
def test_a_login_that_is_not_complete_names_what_is_missing(environment: dict[str, str], says: str) -> None:
    with pytest.raises(LoginError, match=says):
        log_in(environment)
