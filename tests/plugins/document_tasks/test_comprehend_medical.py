"""Comprehend Medical's client, made from Airflow's connection."""

from __future__ import annotations

import json

import pytest

from document_tasks.comprehend_medical import ComprehendMedicalHook


@pytest.fixture(autouse=True)
def connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(
        {"conn_type": "aws", "login": "a", "password": "b", "extra": {"region_name": "eu-west-2"}}))
    monkeypatch.delenv("AWS_MAX_ATTEMPTS", raising=False)


def test_it_is_of_the_connection_and_retries_in_standard_mode() -> None:
    meta = ComprehendMedicalHook().get_conn().meta
    assert (meta.service_model.service_name, meta.region_name) == ("comprehendmedical", "eu-west-2")
    assert meta.config.retries == {"mode": "standard", "total_max_attempts": 4}


def test_the_connection_can_ask_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps({
        "conn_type": "aws", "login": "a", "password": "b",
        "extra": {"region_name": "eu-west-2", "config_kwargs": {"retries": {"total_max_attempts": 7}}}}))
    assert ComprehendMedicalHook().get_conn().meta.config.retries == {"mode": "standard", "total_max_attempts": 7}
