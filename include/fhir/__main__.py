"""``python -m include.fhir document.json``: the bundle of a stored document, and what is wrong with it on stderr."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from include.documents.content import document_from_json


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0: valid; 1: the problems are on stderr."""
    parser = argparse.ArgumentParser(prog="python -m include.fhir", description=__doc__)
    parser.add_argument("document", type=Path, help="a stored document (document.json)")
    path: Path = parser.parse_args(arguments).document

    from include.fhir.bundle import build_bundle
    from include.fhir.extraction import extract
    from include.fhir.validation import validate

    document = document_from_json(path.read_bytes())
    bundle = build_bundle(extract(document), document.document_id)
    problems = validate(bundle)
    print(json.dumps(bundle, indent=2, ensure_ascii=False))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
