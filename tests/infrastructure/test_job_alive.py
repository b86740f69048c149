"""A job is alive while its own machine's newest one gives signs of life."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from lacking import lacking
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from include.infrastructure.job_alive import alive

URL = "postgresql+psycopg2://postgres@127.0.0.1:5432/postgres"
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
TABLE = "CREATE TABLE job (job_type TEXT, hostname TEXT, state TEXT, latest_heartbeat TIMESTAMPTZ)"


@pytest.fixture
def engine() -> Iterator[Engine]:
    """A schema with the columns of Airflow's table that are read, where the machine has a Postgres."""
    schema = f"job_alive_{secrets.token_hex(4)}"
    made = create_engine(URL, connect_args={"connect_timeout": 3, "options": f"-c search_path={schema}"})
    try:
        with made.begin() as database:
            database.execute(text(f"CREATE SCHEMA {schema}"))
            database.execute(text(TABLE))
    except OperationalError:
        lacking("nobody answers as Postgres on 127.0.0.1:5432")
    yield made
    with made.begin() as database:
        database.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    made.dispose()


@pytest.mark.parametrize(("kind", "host", "state", "seconds", "lives"), [
    ("TriggererJob", "here", "running", 10, True),
    ("TriggererJob", "here", "running", 61, False),
    ("TriggererJob", "here", "success", 10, False),
    ("TriggererJob", "elsewhere", "running", 10, False),
    ("DagProcessorJob", "here", "running", 10, False)])
def test_a_job_lives_while_it_says_so(
        engine: Engine, kind: str, host: str, state: str, seconds: int, lives: bool) -> None:
    row = {"kind": kind, "host": host, "state": state, "at": NOW - timedelta(seconds=seconds)}
    with engine.begin() as database:
        database.execute(text("INSERT INTO job VALUES (:kind, :host, :state, :at)"), row)
    assert alive(engine, "TriggererJob", "here", NOW) is lives


def test_without_a_job_none_is_alive(engine: Engine) -> None:
    assert not alive(engine, "TriggererJob", "here", NOW)
