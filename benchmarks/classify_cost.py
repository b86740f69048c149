"""``python -m benchmarks.classify_cost FILE``: CPU time and peak memory of classifying one file.

Runs in a process of its own, so that its peak memory is its own. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.collecting_cost import peak, resident
from include.documents.classify import classify_pages
from include.settings import Settings


@dataclass(frozen=True, slots=True)
class ClassifyCost:
    """Memory in MiB: ``start`` after the imports and with the file's bytes in memory, ``peak`` the most ever held."""

    pages: int
    file_size: float
    start: float
    peak: float
    cpu_seconds: float

    @property
    def above_start(self) -> float:
        return self.peak - self.start


def measure(path: Path) -> ClassifyCost:
    """Classify the file in this process."""
    data = path.read_bytes()
    start, started = resident(), time.process_time()
    findings = classify_pages(data, Settings())[1]
    return ClassifyCost(
        pages=len(findings), file_size=len(data) / (1 << 20), start=start,
        peak=peak(), cpu_seconds=time.process_time() - started)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classify_cost", description=__doc__)
    parser.add_argument("file", type=Path)
    json.dump(asdict(measure(parser.parse_args().file)), sys.stdout)


if __name__ == "__main__":
    main()
