"""The FHIR server of the settings, with the login of an Airflow connection, in the conversion task."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from ocr_task import connection

from demo.environment import Local
from document_tasks.convert import ConvertToFhirOperator
from document_tasks.fhir_server import login, open_fhir_server
from include.documents.storage import Bucket
from include.settings import settings
from tests.fhir.server.fhir_endpoint import serve
from tests.stages.test_convert_stage import LAB, page, workspace_of


@pytest.fixture(autouse=True)
def fresh_settings() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(("stored", "header"), [
    ({"login": "pipeline", "password": "pä:ss"},
     f"Basic {base64.b64encode('pipeline:pä:ss'.encode()).decode()}"),
    ({"password": "token"}, "Bearer token"),
    ({"login": "pipeline"}, None)])
def test_a_connection_s_login_becomes_a_header(
        monkeypatch: pytest.MonkeyPatch, stored: dict[str, str], header: str | None) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_FHIR_TEST", json.dumps({"conn_type": "http", **stored}))
    assert login("fhir_test") == ({"Authorization": header} if header else {})


def test_without_a_connection_there_is_no_login() -> None:
    assert login("no_such_connection") == {}


def test_without_the_setting_there_is_no_server() -> None:
    assert open_fhir_server() is None


def test_the_conversion_task_posts_to_the_server_with_its_login(
        sandbox: Local, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    document = workspace_of(bucket, page(LAB)).document_id
    with serve() as endpoint:
        for name, value in {
                "AIRFLOW_CONN_AWS_DEFAULT": connection(sandbox), "DOCUMENTS_BUCKET": bucket.name,
                "AUDIT_BUCKET": bucket.name, "FHIR_SERVER_URL": endpoint.url, "FHIR_CONN_ID": "fhir_test",
                "AIRFLOW_CONN_FHIR_TEST": json.dumps({"conn_type": "http", "password": "token"})}.items():
            monkeypatch.setenv(name, value)
        context: Any = {"ti": SimpleNamespace(run_id="run", task_id="convert_to_fhir", try_number=1)}
        ConvertToFhirOperator(task_id="convert_to_fhir", document_id=document).execute(context)
        request, = endpoint.requests
        assert (request.method, request.headers["Authorization"]) == ("POST", "Bearer token")
        assert endpoint.current
