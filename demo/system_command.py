"""Run a module of ``include`` on what the local system has stored, running or stopped, or on an AWS account."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from demo import environment
from demo.__main__ import HOME
from demo.environment import PROJECT, Local, environ
from demo.processes import commands, get_json


def run_module(module: str, arguments: Sequence[str], user: str = "") -> int:
    """The module's exit code; 1 where nothing is stored yet.

    ``AWS_PROFILE`` chooses the account; a stopped local system is served for as long as it takes.

    :param user: of the local Airflow, as whom the module logs in.
    """
    if "AWS_PROFILE" in os.environ:
        return run(module, arguments, dict(os.environ))
    local = environment.load(HOME)
    if local is None:
        print("Nothing is stored: run make demo first, or set AWS_PROFILE")
        return 1
    variables = {**environ(local), **(login(local, user) if user else {})}
    if get_json(f"{local.textract_url}/_sandbox/health") is not None:
        return run(module, arguments, variables)
    return _run_stopped(module, arguments, local, variables)


def login(local: Local, user: str) -> dict[str, str]:
    """The variables with which a command logs in to the local system."""
    return {"AIRFLOW_URL": local.api_url, "AIRFLOW_USER": user, "AIRFLOW_PASSWORD": local.passwords[user]}


def _run_stopped(module: str, arguments: Sequence[str], local: Local, variables: dict[str, str]) -> int:
    sandbox = subprocess.Popen(
        commands(local)["sandbox"], env=environ(local), cwd=PROJECT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        while get_json(f"{local.textract_url}/_sandbox/health") is None:
            if sandbox.poll() is not None:
                print("The sandbox does not start")
                return 1
            time.sleep(0.2)
        return run(module, arguments, variables)
    finally:
        sandbox.terminate()
        sandbox.wait()


def run(module: str, arguments: Sequence[str], variables: dict[str, str]) -> int:
    """The exit code of a module with this environment."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, env=variables, cwd=PROJECT, check=False).returncode
