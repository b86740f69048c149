"""The commands of docs/operating.md do what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cluster_system import ClusterSystem

from benchmarks import letters
from demo.environment import PROJECT

LOGICAL_DATE = "2026-04-11T06:00:00Z"
KEY = "inbox/2026-04-11/letter.pdf"


def commands() -> list[str]:
    """The indented blocks of the guide, in order."""
    text = (PROJECT / "docs" / "operating.md").read_text()
    return ["\n".join(line[4:] for line in block.splitlines()) for block in re.findall(r"(?:^    .+\n)+", text, re.M)]


LOGIN, QUEUE, DECIDE, CLEAR, CLI = commands()


class Shell:
    """A shell of somebody who follows the guide."""

    def __init__(self, cluster: ClusterSystem, run_id: str) -> None:
        local = cluster.local
        self._environ = {
            **os.environ, **cluster.environ(), "AIRFLOW": local.api_url, "NAME": "operator", "RUN": run_id, "ROW": "0",
            "PASSWORD": local.passwords["operator"], "DATE": LOGICAL_DATE,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def run(self, *lines: str) -> str:
        done = subprocess.run(
            ["bash", "-e", "-c", "\n".join(lines)], env=self._environ, cwd=PROJECT, check=True, capture_output=True,
            text=True, timeout=120)
        return done.stdout


@pytest.fixture(scope="module")
def run_id(cluster: ClusterSystem) -> str:
    """A run whose only document waits for a decision."""
    document = cluster.put(KEY, letters.with_a_date_to_be_read_in_two_ways(70330001))
    name = cluster.run_id()
    cluster.api.call("POST", "/api/v2/dags/documents_to_fhir/dagRuns", {
        "dag_run_id": name, "logical_date": LOGICAL_DATE, "conf": {"keys": [KEY]}})
    cluster.await_state(name, document, "awaiting_input")
    return name


def test_a_document_is_found_approved_and_cleared_with_the_guides_commands(cluster: ClusterSystem, run_id: str) -> None:
    shell = Shell(cluster, run_id)
    [row] = json.loads(shell.run(LOGIN, QUEUE))["rows"]
    assert (row["codes"], row["state"], row["map_index"]) == (["AMBIGUOUS_DATE"], "awaiting_input", 0)
    assert json.loads(shell.run(LOGIN, DECIDE)) == {"done": 1, "not_done": {}}
    assert cluster.await_run(run_id) == "success"
    assert json.loads(shell.run(LOGIN, QUEUE))["rows"] == []

    assert json.loads(shell.run(LOGIN, CLEAR))["total_entries"] == 4
    assert cluster.await_run(run_id) == "success"
    shell.run(CLI)
    assert cluster.await_run(run_id) == "success"
    tasks = cluster.api.task_instances("documents_to_fhir", run_id)
    assert {task["task_id"]: task["try_number"] for task in tasks} == {
        "read_batch": 1, "process_document.classify": 1, "process_document.ocr": 1, "process_document.merge_pages": 3,
        "process_document.convert_to_fhir": 3, "process_document.audit": 3, "report": 3}
    assert cluster.broken_chains() == []
