"""``make audit-verify``: verify the audit chains of the local system, running or stopped, or of an AWS account."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from demo import environment
from demo.__main__ import HOME
from demo.environment import PROJECT, Local, environ
from demo.processes import commands, get_json


def main() -> int:
    if "AWS_PROFILE" in os.environ:
        return _verify(dict(os.environ))
    local = environment.load(HOME)
    if local is None:
        print("There is nothing to verify: run make demo first, or set AWS_PROFILE")
        return 1
    if get_json(f"{local.textract_url}/_sandbox/health") is not None:
        return _verify(environ(local))
    return _verify_stopped(local)


def _verify_stopped(local: Local) -> int:
    """Serve what the stopped system left, for as long as it takes."""
    sandbox = subprocess.Popen(
        commands(local)["sandbox"], env=environ(local), cwd=PROJECT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        while get_json(f"{local.textract_url}/_sandbox/health") is None:
            if sandbox.poll() is not None:
                print("The sandbox does not start")
                return 1
            time.sleep(0.2)
        return _verify(environ(local))
    finally:
        sandbox.terminate()
        sandbox.wait()


def _verify(variables: dict[str, str]) -> int:
    command = [sys.executable, "-m", "include.audit", *sys.argv[1:]]
    return subprocess.run(command, env=variables, cwd=PROJECT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
