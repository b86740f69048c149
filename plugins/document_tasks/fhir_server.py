"""The FHIR server that the settings name, with the login of an Airflow connection."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from include.settings import settings

if TYPE_CHECKING:
    from include.fhir.server.client import FhirServer


def open_fhir_server() -> FhirServer | None:
    """None where FHIR_SERVER_URL is empty: no connection is read then."""
    chosen = settings()
    if not chosen.fhir_server_url:
        return None
    from include.fhir.server.client import FhirServer

    return FhirServer(chosen.fhir_server_url, chosen.fhir_server_timeout_seconds, login(chosen.fhir_conn_id))


def login(conn_id: str) -> dict[str, str]:
    """The header of a connection's login and password (RFC 7617), or of a password alone, which is a bearer token
    (RFC 6750); none where there is no such connection or it has no password."""
    try:
        connection = Connection.get(conn_id)
    except AirflowNotFoundException:
        return {}
    if not connection.password:
        return {}
    if not connection.login:
        return {"Authorization": f"Bearer {connection.password}"}
    pair = b64encode(f"{connection.login}:{connection.password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}
