"""``make status``: how the local system is, or the deployment that ``AIRFLOW_URL`` names."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from demo import environment
from demo.__main__ import HOME
from demo.environment import environ
from demo.processes import get_json
from demo.system_command import login, run


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 where there is a problem, or nothing runs."""
    if "AIRFLOW_URL" in os.environ:
        return run("include.status", arguments, dict(os.environ))
    local = environment.load(HOME)
    if local is None or get_json(f"{local.api_url}/api/v2/monitor/health") is None:
        print("Nothing runs here: make up starts the local system; set AIRFLOW_URL for any other")
        return 1
    return run("include.status", arguments, {**environ(local), **login(local, "viewer")})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
