"""``python -m include.samples <target folder> [--large]``: write the sample documents and their facts."""

from __future__ import annotations

import argparse
from pathlib import Path

from include.samples.samples import generate


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m include.samples", description=__doc__)
    parser.add_argument("target", type=Path, help="folder to write to")
    parser.add_argument("--large", action="store_true", help="also the documents that are too large to be committed")
    arguments = parser.parse_args()
    written = generate(arguments.target, arguments.large)
    print(f"{len(written)} documents, {sum(path.stat().st_size for path in written):,} bytes, in {arguments.target}")


if __name__ == "__main__":
    main()
