"""``python -m benchmarks.long_tables``: what becomes of the rows of long tables, read from text and by OCR.

Laboratory reports of 200 to 3,200 rows, one table over many pages. A row counts as found where one Observation has its
name, value, unit and range; an Observation that is no row's is an error. Writes its figures to
``var/benchmarks/long_tables.json``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.conversion import convert, merged, resources_of
from benchmarks.conversion_documents import lab_pdf
from benchmarks.figures import PROJECT, circumstances, show_targets, store, table
from benchmarks.lab_blocks import report_blocks
from benchmarks.lab_rows import Result, found, results
from benchmarks.synthetic_jobs import chunks_of
from include.documents.content import DocumentContent
from include.documents.manifest import Manifest, MediaType, PageEntry, PageKind, Route
from include.ocr.folding import split_job
from include.ocr.merging import merge
from include.stages.warm_up import warm_up

OUTPUT = PROJECT / "var" / "benchmarks" / "long_tables.json"
ROWS = (200, 400, 800, 1600, 3200)
TEXT, OCR = "text", "OCR"


@dataclass(frozen=True, slots=True)
class LongTable:
    """One report. ``read`` is the CPU time, in seconds, until the document is merged, ``converted`` until its bundle is
    valid; ``parts`` are the pages over which the document's longest table goes."""

    way: str
    rows: int
    pages: int
    parts: int
    found: int
    observations: int
    read: float
    converted: float

    @property
    def recall(self) -> float:
        return self.found / self.rows

    @property
    def precision(self) -> float:
        return self.found / self.observations if self.observations else 0.0


def measure(rows: Sequence[int] = ROWS) -> dict[str, Any]:
    """All figures, in the form in which they are stored."""
    warm_up()
    tables = [read_table(way, count) for way in (TEXT, OCR) for count in rows]
    return {
        **circumstances(),
        "tables": [{**asdict(one), "recall": one.recall, "precision": one.precision} for one in tables],
        "targets": targets(tables),
    }


def read_table(way: str, count: int) -> LongTable:
    """A report of so many rows, made, read and converted."""
    rows = results(count)
    read = _of_text(rows) if way == TEXT else _of_ocr(rows)
    started = time.process_time()
    document = read()
    merged_at = time.process_time()
    bundle = convert(document)
    converted_at = time.process_time()
    observations = [each for each in resources_of(bundle) if each["resourceType"] == "Observation"]
    return LongTable(
        way=way, rows=count, pages=len(document.pages), parts=max(len(one.parts) for one in document.tables),
        found=found(rows, observations), observations=len(observations), read=merged_at - started,
        converted=converted_at - merged_at)


def targets(tables: Sequence[LongTable]) -> dict[str, bool | None]:
    """Whether each promise is kept."""
    return {f"{one.way}, {one.rows:,} rows: each found, and nothing else": one.recall == one.precision == 1.0
            for one in tables}


def show(figures: dict[str, Any], console: Console) -> None:
    """Print the figures."""
    console.print(table("Long tables", ("way", "rows", "pages", "recall", "precision", "read s", "convert s"), [
        (row["way"], f"{row['rows']:,}", str(row["pages"]), f"{row['recall']:.3f}", f"{row['precision']:.3f}",
         f"{row['read']:.2f}", f"{row['converted']:.2f}") for row in figures["tables"]], texts=("way",)))
    show_targets(figures["targets"], console)


def _of_text(rows: Sequence[Result]) -> Callable[[], DocumentContent]:
    return partial(merged, lab_pdf(rows), "doc-text")


def _of_ocr(rows: Sequence[Result]) -> Callable[[], DocumentContent]:
    """From the answers of GetDocumentAnalysis on."""
    pages = list(report_blocks(rows))
    chunks = list(chunks_of(pages, len(pages)))
    hashes = [f"{number:064x}" for number in range(len(pages))]
    manifest = Manifest(
        document_id="doc-ocr", media_type=MediaType.PDF, size=1, sha256="", extraction_method=Route.ASYNC_OCR,
        pages=tuple(PageEntry(number, PageKind.IMAGE, ("made up",), needs_ocr=True, page_hash=page_hash)
                    for number, page_hash in enumerate(hashes, 1)))

    def read() -> DocumentContent:
        blocks = [blocks for _, blocks in split_job(chunks, hashes)]
        return merge(manifest, {}, dict(enumerate(blocks, 1)))

    return read


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long_tables", description=__doc__)
    parser.add_argument("--rows", type=int, default=max(ROWS), help="rows of the longest table (default: %(default)s)")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the JSON goes (default: %(default)s)")
    given = parser.parse_args()
    figures = measure(tuple(sorted({max(1, given.rows * rows // max(ROWS)) for rows in ROWS})))
    store(figures, given.output)
    show(figures, Console())


if __name__ == "__main__":
    main()
