"""``make aws-verify``: the stack of AWS_PROFILE's account beside its template; without a profile, of the sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from demo import sandbox_account
from demo.environment import PROJECT

_COMMAND = [sys.executable, "-m", "include.infrastructure.verification"]


def main(arguments: list[str]) -> int:
    if "AWS_PROFILE" in os.environ:
        return _verify(arguments, dict(os.environ))
    with tempfile.TemporaryDirectory() as folder, sandbox_account.started(Path(folder)) as account:
        sandbox_account.check_rights(account.local)
        return _verify(arguments, {
            **sandbox_account.environ(account, Path(folder)), "TRIED_AS_ROLE_ARN": account.role_arn})


def _verify(arguments: list[str], variables: dict[str, str]) -> int:
    return subprocess.run([*_COMMAND, *arguments], env=variables, cwd=PROJECT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
