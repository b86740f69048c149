"""Airflow's metadata database is cleaned, and the review queue is the same before and after: on Postgres and SQLite."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lacking import lacking
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from demo.environment import PROJECT
from include.retention.__main__ import main
from tests.retention.metadata_rows import Rows

POSTGRES = "postgresql+psycopg2://postgres@127.0.0.1:5432/"
NOW = datetime.now(UTC)
CONVERT = "process_document.convert_to_fhir"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.fixture(params=["postgres", "sqlite"])
def rows(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rows]:
    """An empty metadata database of the test's own."""
    name = f"retention_{uuid.uuid4().hex}"
    url = POSTGRES + name if request.param == "postgres" else f"sqlite:///{tmp_path / 'airflow.db'}"
    if request.param == "postgres":
        if not _has_postgres():
            lacking("no Postgres on this machine")
        _administer(f"CREATE DATABASE {name} TEMPLATE template0")
    for variable, value in {"AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
                            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url}.items():
        monkeypatch.setenv(variable, value)
    engine = create_engine(url)
    try:
        _airflow("db", "migrate")
        yield Rows.of(engine, "documents_to_fhir", "documents_inbox")
    finally:
        engine.dispose()
        if request.param == "postgres":
            _administer(f"DROP DATABASE {name}")


def _airflow(*arguments: str) -> None:
    subprocess.run([Path(sys.executable).with_name("airflow"), *arguments], cwd=PROJECT, check=True,
                   capture_output=True, timeout=240)


def _administer(statement: str) -> None:
    server = create_engine(POSTGRES + "postgres", isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as connection:
        connection.execute(text(statement))


def _has_postgres() -> bool:
    """Where CI runs, it has to be there."""
    try:
        _administer("SELECT 1")
    except OperationalError:
        if os.environ.get("CI") == "true":
            raise
        return False
    return True


def test_old_green_runs_go_and_nothing_of_what_is_open(
        rows: Rows, capsys: pytest.CaptureFixture[str]) -> None:
    from airflow.models.hitl import HITLDetail
    from airflow.models.xcom import XComModel

    for number in range(3):
        rows.run(f"green{number}", "success", ago(300 - number))
        rows.task(f"green{number}", CONVERT, "success", ago(300 - number), 0)
    rows.run("waits", "running", ago(200))
    rows.asks(rows.task("waits", CONVERT, "awaiting_input", ago(200), 0), ago(200))
    rows.task("waits", CONVERT, "success", ago(200), 1)
    rows.run("newer green", "success", ago(150))
    rows.task("newer green", CONVERT, "success", ago(150), 0)
    rows.run("of today", "success", ago(0))
    everything = rows.tasks()

    assert main(["--keep-days", "90"]) == 0
    assert rows.tasks() == everything
    said = capsys.readouterr().out
    assert "Not later: something of waits (documents_to_fhir, running) is still to be done" in said
    assert "Nothing was deleted" in said

    assert main(["--keep-days", "90", "--delete"]) == 0
    assert rows.runs() == {"waits", "newer green", "of today"}
    assert rows.tasks() == {row for row in everything if not row[0].startswith("green")}
    assert (rows.count(HITLDetail), rows.count(XComModel)) == (1, 3)
    assert "1 open runs are as they were" in capsys.readouterr().out

    _airflow("db", "clean", "--yes", "--skip-archive", "--clean-before-timestamp", ago(90).isoformat())
    assert rows.runs() == {"of today"}, "the reason for this command is gone: Airflow keeps what waits by itself"
