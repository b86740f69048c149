"""The sandbox over HTTP, for every test that needs S3 or Textract."""

from __future__ import annotations

import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from demo import environment, processes
from demo.environment import PROJECT, Local
from demo.inbox import s3_client
from include.documents.storage import Bucket

# Airflow reads them when it is first imported, in whichever test that is: its own folder of plugins has none of ours.
os.environ.setdefault("AIRFLOW__CORE__PLUGINS_FOLDER", str(PROJECT / "plugins"))
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--aws", action="store_true",
        help="run the tests marked aws, and no others, in the account of AWS_PROFILE: make test-aws")


AIRFLOWS = {
    "own components": (
        "test_clearing", "test_metrics_by_opentelemetry", "test_ocr_restarts", "test_pages_billed",
        "test_review_timeout"),
    "the cluster": (
        "test_alerts", "test_chaos", "test_cluster", "test_operating", "test_review_queue", "test_schedules"),
    "a second local system": (
        "test_acting_beside_tasks", "test_ocr_faults", "test_reconcile", "test_refusals", "test_stopping",
        "test_upkeep"),
}
"""The end-to-end tests that have an Airflow of their own: whose components may be killed and whose settings are short,
and the services of docker-compose.yaml; and those for which whoever is done first starts another local system. All
others share one."""


NO_AIRFLOW = ("test_canary_search", "test_fab", "test_own_postgres", "test_secrets", "test_soak",
              "test_xcom_backend")
"""The end-to-end tests that share none of them."""


class SharedAirflows(LoadScopeScheduling):  # type: ignore[misc]
    """With ``pytest -n``: end-to-end tests that share an Airflow are one process's, one after the other; of the others
    each file goes where there is room."""

    def _split_scope(self, nodeid: str) -> str:
        if not nodeid.startswith("tests/end_to_end/") or any(file in nodeid for file in NO_AIRFLOW):
            return nodeid.partition("::")[0]
        return next((name for name, files in AIRFLOWS.items() if any(file in nodeid for file in files)), "end to end")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharedAirflows:
    return SharedAirflows(config, log)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """S3 and Textract on free ports of loopback; no Airflow."""
    local = environment.create(tmp_path_factory.mktemp("sandbox"))
    process = subprocess.Popen(
        processes.commands(local)["sandbox"], env=environment.environ(local), cwd=PROJECT)
    try:
        deadline = time.monotonic() + 60
        while processes.get_json(f"{local.textract_url}/_sandbox/health") is None:
            assert process.poll() is None, "the sandbox does not start"
            assert time.monotonic() < deadline, "the sandbox does not answer"
            time.sleep(0.1)
        yield local
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def bucket(sandbox: Local) -> Bucket:
    """An empty bucket of its own."""
    client: Any = s3_client(sandbox)
    name = f"test-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=name)
    return Bucket(client, name)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents that is not part of the project; where it is missing, the test is skipped."""
    folder = PROJECT.parent / "shared"
    if not (folder / "corpus").is_dir():
        pytest.skip("the real documents are not on this machine")
    return folder
