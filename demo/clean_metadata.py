"""``make clean-metadata``: Airflow's metadata of the local system, or of the database that the environment names."""

from __future__ import annotations

import os
import sys

from demo import environment
from demo.__main__ import HOME
from demo.environment import environ
from demo.system_command import run

if __name__ == "__main__":
    local = environment.load(HOME)
    own = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" in os.environ or local is None
    sys.exit(run("include.retention", sys.argv[1:], dict(os.environ) if own or local is None else environ(local)))
