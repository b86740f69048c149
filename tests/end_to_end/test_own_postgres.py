"""The Postgres of ``make chaos``: it may be stopped as in a power cut, and has what was committed when it is back."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2  # type: ignore[import-untyped]
import pytest
from lacking import lacking
from own_postgres import OwnPostgres, binaries


@pytest.fixture
def server() -> Iterator[OwnPostgres]:
    if binaries() is None:
        lacking("Postgres' own programs are not here")
    started = OwnPostgres()
    try:
        started.start()
        yield started
    finally:
        started.remove()


def test_what_was_committed_outlives_a_power_cut_and_open_connections_do_not(server: OwnPostgres) -> None:
    connection = psycopg2.connect(**server.address)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 7 AS number")
    server.stop(at_once=True)
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(**server.address)
    server.start()
    with pytest.raises(psycopg2.OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT number FROM kept")
    with psycopg2.connect(**server.address) as again, again.cursor() as cursor:
        cursor.execute("SELECT number FROM kept")
        assert cursor.fetchall() == [(7,)]
    again.close()
