"""The local system, started once: sandbox and Airflow's real processes on free ports of loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from local_system import LocalSystem


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    started = LocalSystem(tmp_path_factory.mktemp("local"))
    started.start()
    try:
        yield started
    finally:
        started.stop()
        print(started.log_tail())


@pytest.fixture(scope="session")
def chromium() -> Path:
    """A browser; where CI runs, it has to be there."""
    import os
    import shutil

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI has no Chromium; .ci/run installs it")
        pytest.skip("no Chromium on this machine")
    return Path(found)
