"""``make export RUN=<run id>``: the records of a run as NDJSON, of the local system or of AWS (docs/export.md)."""

from __future__ import annotations

import sys

from demo.system_command import run_module

if __name__ == "__main__":
    sys.exit(run_module("include.fhir.export", sys.argv[1:]))
