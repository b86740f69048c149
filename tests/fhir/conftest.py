"""Node and what the tests run with it: an independent validator and an independent FHIR server."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from demo.environment import PROJECT

SOURCE = Path(__file__).parent / "node"


@pytest.fixture(scope="session")
def node_project() -> Path:
    """``tests/fhir/node`` with its packages, installed once under ``var/``; a change of the lock installs anew.

    Without node the tests are skipped, on CI they fail.
    """
    if shutil.which("npm") is None:
        reason = "node and npm are needed for the second validator and the FHIR server of the tests"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    lock = SOURCE / "package-lock.json"
    folder = PROJECT / "var" / "node" / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "installing").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # several test processes share it
        for path in (lock, SOURCE / "package.json", SOURCE / ".npmrc", *SOURCE.glob("*.mjs")):
            shutil.copy(path, folder)
        if not (folder / "node_modules" / ".package-lock.json").exists():
            subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=folder, check=True, timeout=300)
    return folder
