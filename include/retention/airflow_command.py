"""Airflow's own command line: where its database is, and ``airflow db clean``."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

_FOUND = re.compile(r"Checking table (\S+)\nFound (\d+) rows")


class CommandError(RuntimeError):
    """Airflow's command failed; the message holds the end of what it said."""


def database_url() -> str:
    """Of the metadata database, as Airflow reads it: from the environment, a file, a command or a secrets backend.

    :raises CommandError: Airflow does not tell.
    """
    return os.environ.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN") or _run(
        "config", "get-value", "database", "sql_alchemy_conn").strip().splitlines()[-1]


def clean(before: datetime, tables: Sequence[str], *, archive: bool = False, dry_run: bool = False) -> dict[str, int]:
    """How many rows of each table are older (those that go by cascade are not counted).

    :param archive: keep what is deleted in tables ``_airflow_deleted__…``.
    :param dry_run: delete nothing.
    :raises CommandError: a table could not be cleaned.
    """
    how = ["--dry-run"] if dry_run else ["--yes", *([] if archive else ["--skip-archive"])]
    said = _run("db", "clean", "--clean-before-timestamp", before.isoformat(), "--tables", ",".join(tables),
                "--error-on-cleanup-failure", *how)
    return {table: int(count) for table, count in _FOUND.findall(said)}


def _run(*arguments: str) -> str:
    done = subprocess.run([_airflow(), *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        end = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise CommandError(f"airflow {' '.join(arguments[:2])} failed:\n{end}")
    return done.stdout


def _airflow() -> str:
    beside = Path(sys.executable).with_name("airflow")
    return str(beside) if beside.exists() else shutil.which("airflow") or "airflow"
