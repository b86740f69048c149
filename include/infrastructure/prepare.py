"""``python -m include.infrastructure.prepare``: what a deployment needs once before its services start, and again with
each new version. Safe to run again: the database, the pools, the first login, a look at the buckets.

``ADMIN_PASSWORD`` is the first login's; without it none is made (its role and its name: ``Admin``, ``admin``).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

from include.settings import Settings


def commands(settings: Settings, admin_password: str | None) -> Iterator[list[str]]:
    """The commands, in order."""
    yield ["airflow", "db", "migrate"]
    yield ["airflow", "pools", "set", "ocr", str(settings.ocr_pool_slots),
           "OCR tasks at once, as OCR_POOL_SLOTS says"]
    yield ["airflow", "pools", "set", "batches", str(settings.batch_runs_at_once),
           "Batches at work at once, as BATCH_RUNS_AT_ONCE says", "--include-deferred"]
    if admin_password:
        yield ["airflow", "users", "create", "--username", "admin", "--role", "Admin", "--firstname", "Admin",
               "--lastname", "Admin", "--email", "admin@example.org", f"--password={admin_password}"]
    yield [sys.executable, "-m", "document_tasks.reachable"]


def main() -> int:
    """The exit code of the first command that fails, else 0."""
    for command in commands(Settings.from_environment(), os.environ.get("ADMIN_PASSWORD")):
        code = subprocess.run(command, check=False).returncode  # noqa: S603 - the commands above
        if code:
            print(f"Failed: {' '.join(command[:3])}", file=sys.stderr)
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
