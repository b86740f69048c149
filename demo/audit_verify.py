"""``make audit-verify``: verify the audit chains of the local system, running or stopped, or of an AWS account."""

from __future__ import annotations

import sys

from demo.system_command import run_module

if __name__ == "__main__":
    sys.exit(run_module("include.audit", sys.argv[1:]))
