"""Starting and stopping the processes of the local system, with honcho."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from demo.environment import LOOPBACK, PROJECT, Local, environ, save

STARTUP_SECONDS = 240
COMPONENTS = ("scheduler", "dag_processor", "triggerer")

Say = Callable[[str], None]


class StartError(RuntimeError):
    """The local system did not come up; the message says where to look."""


def prepare(local: Local, say: Say) -> None:
    """Make the folders, the users and Airflow's database, afresh.

    :raises StartError: Airflow's database cannot be made.
    """
    shutil.rmtree(local.airflow_home, ignore_errors=True)
    local.airflow_home.mkdir(parents=True)
    local.log_file.parent.mkdir(parents=True, exist_ok=True)
    save(local)
    passwords = local.airflow_home / "simple_auth_manager_passwords.json.generated"
    passwords.touch(mode=0o600)
    passwords.write_text(json.dumps(local.passwords))
    say("Making Airflow's database")
    log = local.log_file.parent / "migrate.log"
    with log.open("wb") as output:
        made = subprocess.run(
            [_tool("airflow"), "db", "migrate"], env=environ(local), cwd=PROJECT, stdout=output,
            stderr=subprocess.STDOUT, check=False)
    if made.returncode:
        raise StartError(f"Airflow's database could not be made; see {log}")


def exit_when_asked_to_end() -> None:
    """SIGTERM raises SystemExit in this process, which so stops what it has started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))


def start(local: Local, settings: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start all processes in the background, in a process group of their own; their output goes to the log file.

    :param settings: variables beside those of the environment.
    """
    procfile = local.home / "Procfile"
    procfile.write_text("".join(f"{name}: {shlex.join(command)}\n" for name, command in commands(local).items()))
    with local.log_file.open("wb") as log:
        process = subprocess.Popen(
            [_tool("honcho"), "-f", str(procfile), "-d", str(PROJECT), "-e", os.devnull, "start", "--no-prefix"],
            env={**environ(local), **(settings or {})}, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True)
    (local.home / "honcho.pid").write_text(str(process.pid))
    return process


def commands(local: Local) -> dict[str, list[str]]:
    """The command of each process. ``--skip-serve-logs``: Airflow's log servers listen on every interface.

    People and tasks have an API server each. Airflow 3.3.2 writes its log of actions on the event loop: while that
    waits for SQLite's one writer, no other request of the same server can go on, also not the writer's own.
    """
    airflow = _tool("airflow")
    sandbox = {} if local.account else {"sandbox": [
        sys.executable, "-m", "include.sandbox", "--s3-port", str(local.s3_port),
        "--textract-port", str(local.textract_port), "--data-dir", str(local.home / "sandbox")]}
    return {
        **sandbox,
        "api": [*_api_server(local.api_port), "--apps", "core"],
        "execution": [*_api_server(local.execution_port), "--apps", "execution"],
        "processor": [airflow, "dag-processor"],
        "scheduler": [airflow, "scheduler", "--skip-serve-logs"],
        "triggerer": [airflow, "triggerer", "--skip-serve-logs"],
    }


def _api_server(port: int) -> list[str]:
    return [_tool("airflow"), "api-server", "--host", LOOPBACK, "--port", str(port), "--workers", "1"]


def await_healthy(local: Local, process: subprocess.Popen[bytes], say: Say) -> None:
    """Return when every part answers.

    :raises StartError: a part died, or did not answer in time.
    """
    deadline = time.monotonic() + STARTUP_SECONDS
    missing, provisioned = "", local.account is not None
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StartError(f"A part of the local system died while starting; see {local.log_file}")
        waiting = not_ready(local)
        if not provisioned and "sandbox" not in waiting:
            # Before the scheduler is up: the run of the day that it starts at once needs the buckets.
            _provision(local)
            provisioned = True
        if not waiting:
            return
        now_missing = ", ".join(waiting)
        if now_missing != missing:
            say(f"Waiting for {now_missing}")
            missing = now_missing
        time.sleep(0.5)
    raise StartError(f"Not up after {STARTUP_SECONDS} seconds: {missing}; see {local.log_file}")


def _provision(local: Local) -> None:
    command = [sys.executable, "-m", "include.sandbox.provision"]
    if subprocess.run(command, env=environ(local), cwd=PROJECT, check=False).returncode:
        raise StartError(f"The sandbox's buckets could not be made; see {local.log_file}")


def not_ready(local: Local) -> list[str]:
    """The parts that do not answer yet."""
    waiting = []
    if local.account is None and get_json(f"{local.textract_url}/_sandbox/health") is None:
        waiting.append("sandbox")
    if get_json(f"{local.execution_url}/execution/health") is None:
        waiting.append("api-server of the tasks")
    health = get_json(f"{local.api_url}/api/v2/monitor/health")
    if health is None:
        return [*waiting, "api-server", *COMPONENTS]
    return waiting + [name for name in COMPONENTS if health.get(name, {}).get("status") != "healthy"]


def get_json(url: str) -> dict[str, Any] | None:
    """A local endpoint's answer, None where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - loopback only
            body = answer.read()
    except (OSError, urllib.error.URLError):
        return None
    try:
        parsed = json.loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def stop(home: Path, seconds: float = 25) -> bool:
    """Stop the processes that were started in this home; False where there were none."""
    path = home / "honcho.pid"
    if not path.exists():
        return False
    pid = int(path.read_text())
    path.unlink()
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return False
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and _group_alive(pid):
        _reap(pid)
        time.sleep(0.1)
    if _group_alive(pid):
        os.killpg(pid, signal.SIGKILL)
    return True


def _group_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)
