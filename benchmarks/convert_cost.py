"""``python -m benchmarks.convert_cost FILE ROWS``: a laboratory report of so many rows from PDF to record.

Runs in a process of its own, so that its peak memory is its own. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.collecting_cost import peak, resident
from benchmarks.conversion import built_by_the_library, convert, into_records, merged, resources_of
from benchmarks.lab_rows import found, results
from include.documents.content import DocumentContent, document_from_json, to_json
from include.ocr.continued_tables import continued_tables


@dataclass(frozen=True, slots=True)
class ConvertCost:
    """CPU seconds and MiB. ``convert``: from the stored merged document to the validated bundle. ``library``: the same
    resources built and validated and written by fhir.resources. ``start``: after the imports, with the file in memory.

    ``observations`` are all of the bundle, ``found`` the rows that have one with their name, value, unit and range.
    """

    rows: int
    pages: int
    observations: int
    found: int
    read: float
    convert: float
    record: float
    library: float
    start: float
    peak: float

    @property
    def recall(self) -> float:
        return self.found / self.rows

    @property
    def above_start(self) -> float:
        return self.peak - self.start


def measure(path: Path, rows: int) -> ConvertCost:
    """Read, convert and merge the file in this process."""
    data = path.read_bytes()
    start, moments = resident(), [time.process_time()]
    content = merged(data, "doc-benchmark")
    moments.append(time.process_time())
    stored = to_json(content)
    _warm_up(content)
    del content
    read = moments[1] - moments[0]
    moments = [time.process_time()]
    document = document_from_json(stored)
    bundle = convert(document)
    moments.append(time.process_time())
    into_records(bundle, document.document_id, {})
    moments.append(time.process_time())
    highest = peak()
    built_by_the_library(resources_of(bundle))
    moments.append(time.process_time())
    converted, record, library = (after - before for before, after in pairwise(moments))
    observations = [r for r in resources_of(bundle) if r["resourceType"] == "Observation"]
    return ConvertCost(
        rows=rows, pages=len(document.pages), observations=len(observations),
        found=found(results(rows), observations), read=read, convert=converted, record=record, library=library,
        start=start, peak=highest)


def _warm_up(document: DocumentContent) -> None:
    """Models and rules are made once a process, whatever is converted: the first page pays for them."""
    first = document.pages[:1]
    page = DocumentContent("doc-first-page", first, tables=continued_tables(first))
    built_by_the_library(resources_of(convert(document_from_json(to_json(page)))))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.convert_cost", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("rows", type=int)
    given = parser.parse_args()
    json.dump(asdict(measure(given.file, given.rows)), sys.stdout)


if __name__ == "__main__":
    main()
