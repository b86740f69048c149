"""Look at files without a pipeline: ``python -m include.documents <file>...`` prints one JSON line a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from include.documents.manifest_builder import build_manifest
from include.errors import PipelineError
from include.settings import Settings


def describe(path: Path, settings: Settings) -> dict[str, Any]:
    """``file``, ``route``, ``pages`` (number, kind, reason, characters) and ``error_code`` of one file."""
    try:
        manifest = build_manifest("", path.read_bytes(), settings)
    except PipelineError as error:
        return {"file": path.name, "route": None, "pages": [], "error_code": error.code}
    pages = [{"number": p.number, "kind": p.kind, "reason": p.reason, "characters": p.characters}
             for p in manifest.pages]
    return {"file": path.name, "route": manifest.extraction_method, "pages": pages, "error_code": None}


def main(arguments: Sequence[str]) -> int:
    """Exit status 2 without a file, else 0: a refused file is an answer."""
    if not arguments:
        sys.stderr.write("usage: python -m include.documents <file>...\n")
        return 2
    settings = Settings.from_environment()
    for argument in arguments:
        sys.stdout.write(json.dumps(describe(Path(argument), settings)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
