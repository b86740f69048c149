"""The example runs, in one process and against the sandbox, and the guide shows nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from demo.environment import PROJECT, Local, environ

EXAMPLE = Path(__file__).with_name("example_textract.py")
GUIDE = PROJECT / "docs" / "textract_provider.md"

RUN = f"""
import json, runpy
from textract_provider import polling
polling.POLL_INTERVAL = polling.EARLIEST_DEFERRED_POLL = 1  # no scheduler here that could lose a deferral
run = runpy.run_path({str(EXAMPLE)!r})["dag"].test()
print(json.dumps({{
    "run": run.state,
    "tasks": {{instance.task_id: instance.state for instance in run.get_task_instances()}},
    "lines": [instance for instance in run.get_task_instances(["success"])
              if instance.task_id == "count_lines"][0].xcom_pull(task_ids="count_lines"),
}}))
"""


@pytest.fixture(scope="module")
def said(sandbox: Local, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """What became of the example's run, and its log."""
    home = tmp_path_factory.mktemp("example")
    dags = home / "dags"
    dags.mkdir()
    shutil.copy(EXAMPLE, dags)
    environment = environ(sandbox) | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "PYTHONPATH": os.pathsep.join([str(PROJECT), str(PROJECT / "plugins")]),
    }
    done: Any = None
    for command in (["-m", "airflow", "db", "migrate"], ["-c", RUN]):
        done = subprocess.run(
            [sys.executable, *command], env=environment, cwd=home, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1]), done.stdout


def test_every_task_of_the_example_succeeds(said: tuple[dict[str, Any], str]) -> None:
    outcome, _ = said
    assert outcome["run"] == "success"
    assert set(outcome["tasks"].values()) == {"success"}
    assert len(outcome["tasks"]) == 10


def test_an_operator_and_a_sensor_of_it_are_deferred(said: tuple[dict[str, Any], str]) -> None:
    _, log = said
    assert log.count("[DAG TEST] running trigger in line") == 2


def test_the_job_has_read_what_the_report_prints(said: tuple[dict[str, Any], str]) -> None:
    outcome, log = said
    assert outcome["lines"] == 5
    assert "Opening hours" not in log


def sections() -> dict[str, str]:
    """The parts of the example that are marked for the guide, by their names."""
    found = re.findall(r"^ *# \[START (\w+)\]\n(.*?)^ *# \[END \1\]\n", EXAMPLE.read_text(), re.DOTALL | re.MULTILINE)
    return {name: textwrap.dedent(code) for name, code in found}


def test_the_guide_shows_each_marked_section_of_the_example_and_no_other_code() -> None:
    shown = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    assert len(sections()) == EXAMPLE.read_text().count("[START ") > 0
    assert sorted(shown) == sorted(sections().values())
