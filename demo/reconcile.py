"""``make reconcile``: whether everything is accounted for, in the local system or the deployment of ``AIRFLOW_URL``."""

from __future__ import annotations

import os
import sys

from demo.system_command import run, run_module

if __name__ == "__main__":
    if "AIRFLOW_URL" in os.environ:
        sys.exit(run("include.reconciliation", sys.argv[1:], dict(os.environ)))
    sys.exit(run_module("include.reconciliation", sys.argv[1:], user="viewer"))
