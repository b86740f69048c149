"""The client goes where the setting says, with the login that it was given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from include.fhir.server.client import FhirServer
from tests.fhir.server.fhir_endpoint import Fault, serve


def test_a_netrc_takes_no_login_s_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with serve() as endpoint:
        FhirServer(endpoint.url, headers={"Authorization": "Bearer secret"}).read("metadata")
        FhirServer(endpoint.url).read("metadata")
        assert [request.headers.get("Authorization") for request in endpoint.requests] == ["Bearer secret", None]


def test_a_login_is_not_shown() -> None:
    assert "secret" not in repr(FhirServer("https://fhir.example.org", headers={"Authorization": "Bearer secret"}))


@pytest.mark.parametrize(("header", "least", "most"), [
    ("120", 120, 120), ("soon", None, None), ("-5", None, None),
    (format_datetime(datetime.now(UTC) + timedelta(hours=20), usegmt=True), 36000, 72000),
    (format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True), 0, 0)])
def test_retry_after_is_a_number_of_seconds_or_a_date(header: str, least: float | None, most: float | None) -> None:
    """RFC 9110, 10.2.3."""
    with serve() as endpoint:
        endpoint.faults = [Fault(503, "", {"Retry-After": header})]
        found = FhirServer(endpoint.url).post({}).retry_after
        assert found is None if least is None or most is None else found is not None and least <= found <= most
