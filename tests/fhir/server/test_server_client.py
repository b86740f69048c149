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


def _retry_after(header: str) -> float | None:
    with serve() as endpoint:
        endpoint.faults = [Fault(503, "", {"Retry-After": header})]
        return FhirServer(endpoint.url).post({}).retry_after


@pytest.mark.parametrize(("header", "seconds"), [("120", 120), ("soon", None), ("-5", None)])
def test_retry_after_is_a_number_of_seconds(header: str, seconds: float | None) -> None:
    """RFC 9110, 10.2.3."""
    assert _retry_after(header) == seconds


@pytest.mark.parametrize(("hours", "least", "most"), [(20, 36000, 72000), (-1, 0, 0)])
def test_retry_after_is_a_date(hours: int, least: float, most: float) -> None:
    """RFC 9110, 10.2.3; a date that has passed asks for no wait."""
    found = _retry_after(format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True))
    assert found is not None and least <= found <= most
