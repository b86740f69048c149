"""``make reprocess``: documents of another version of the converter, of the local system or of an AWS account."""

from __future__ import annotations

import sys

from demo.system_command import run_module

if __name__ == "__main__":
    sys.exit(run_module("include.reprocessing", sys.argv[1:], user="operator"))
