"""``python -m benchmarks.money``: what Textract costs for a day of documents, by three ways to choose pages.

Every document is really classified and every page that goes to OCR really cut out; the pipeline's own plan
(``include.stages.ocr.plan``) says what is left to send, against a store of results in a folder. Nothing is read: a page
counts as read once the plan has named it. Writes its figures to ``var/benchmarks/money.json``.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from rich.console import Console

from benchmarks.figures import PROJECT, circumstances, show_targets, store, table
from benchmarks.folder_s3 import FolderS3
from benchmarks.mixed_day import DayDocument, documents
from benchmarks.stage_calls import workspace_of
from include.documents.manifest import Manifest, MediaType, to_json
from include.documents.manifest_builder import build_manifest
from include.documents.media import detect
from include.documents.storage import manifest_key
from include.errors import PipelineError
from include.ocr.page_store import store_page
from include.reporting.run_report import dollars_per_page
from include.settings import Settings
from include.stages import ocr

OUTPUT = PROJECT / "var" / "benchmarks" / "money.json"
DOCUMENTS = 1000
EVERYTHING, PLAIN, OURS, AGAIN = "OCR everything", "50 characters", "ours", "ours, the day again"


@dataclass(slots=True)
class Bill:
    """Pages sent by one way. ``needed`` are those of them that needed it, ``lost`` those that needed it and were not
    sent; None where nobody knows which do."""

    way: str
    pages: int = 0
    needed: int | None = None
    lost: int | None = None
    lost_by_kind: dict[str, int] = field(default_factory=dict)

    @property
    def dollars(self) -> float:
        return round(self.pages * dollars_per_page(Settings().textract_feature_types), 2)


@dataclass(slots=True)
class Day:
    """What was counted; ``refused`` are documents that no way can read, by code."""

    documents: int = 0
    pages: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    bills: dict[str, Bill] = field(default_factory=dict)


def measure(count: int = DOCUMENTS, corpus: Path | None = None) -> dict[str, Any]:
    """All figures, in the form in which they are stored."""
    day = bill_day(documents(count), known=True)
    own = bill_day(_stored(corpus), known=False) if corpus else None
    return {
        **circumstances(),
        "dollars_per_page": dollars_per_page(Settings().textract_feature_types),
        "features": list(Settings().textract_feature_types),
        "day": _as_values(day),
        "corpus": _as_values(own) if own else None,
        "targets": targets(day),
    }


def bill_day(arriving: Iterable[DayDocument], known: bool) -> Day:
    """What each way sends, of documents in the order in which they come.

    :param known: whether the documents say which of their pages need OCR.
    """
    day = Day(bills={way: Bill(way, needed=0 if known else None, lost=0 if known else None)
                     for way in (EVERYTHING, PLAIN, OURS, AGAIN)})
    with tempfile.TemporaryDirectory() as folder:
        s3 = FolderS3(Path(folder))
        for one in arriving:
            day.documents += 1
            day.by_kind[one.kind] += 1
            try:
                manifest = build_manifest(f"doc-{day.documents}", one.data, Settings())
            except PipelineError as refusal:
                day.refused[refusal.code] += 1
                continue
            day.pages += manifest.total_pages
            _bill(day, EVERYTHING, one, set(range(1, manifest.total_pages + 1)), known)
            _bill(day, PLAIN, one, plain_rule(one.data, manifest.total_pages), known)
            sent = _send(s3, manifest)
            _bill(day, OURS, one, {page.number for page in manifest.ocr_pages}, known, billed=len(sent))
        for number in range(1, day.documents + 1):
            day.bills[AGAIN].pages += len(_left(s3, f"doc-{number}"))
    return day


def plain_rule(data: bytes, pages: int) -> set[int]:
    """The pages with fewer than 50 characters of extractable text; every one of the pages of an image file."""
    if detect(data) is not MediaType.PDF:
        return set(range(1, pages + 1))
    document = pdfium.PdfDocument(data)
    try:
        return {number for number, page in enumerate(document, 1)
                if len(page.get_textpage().get_text_bounded().strip()) < Settings().ocr_text_threshold}
    finally:
        document.close()


def targets(day: Day) -> dict[str, bool | None]:
    """Whether each promise is kept."""
    ours, everything = day.bills[OURS], day.bills[EVERYTHING]
    return {
        "no page that needs OCR is lost": None if ours.lost is None else ours.lost == 0,
        "no page is sent that does not need it": None if ours.needed is None else ours.needed >= ours.pages,
        "less than half of what OCR of everything costs": ours.dollars < everything.dollars / 2,
        "the day again costs nothing": day.bills[AGAIN].pages == 0,
    }


def show(figures: dict[str, Any], console: Console) -> None:
    """Print the figures."""
    for name in ("day", "corpus"):
        day = figures[name]
        if day:
            title = f"{name}: {day['documents']:,} documents, {day['pages']:,} pages"
            console.print(table(title, ("way", "pages sent", "dollars", "lost"), [
                (bill["way"], f"{bill['pages']:,}", f"{bill['dollars']:.2f}", _shown(bill["lost"]))
                for bill in day["bills"]], texts=("way",)))
    show_targets(figures["targets"], console)


def _bill(day: Day, way: str, one: DayDocument, sent: set[int], known: bool, billed: int | None = None) -> None:
    """:param billed: where it is less than the pages sent: of the same pages only the first is."""
    bill = day.bills[way]
    bill.pages += len(sent) if billed is None else billed
    if known:
        needing = {number for number, needed in enumerate(one.needs_ocr, 1) if needed}
        lost = len(needing - sent)
        bill.needed = (bill.needed or 0) + len(needing & sent)
        bill.lost = (bill.lost or 0) + lost
        if lost:
            bill.lost_by_kind[one.kind] = bill.lost_by_kind.get(one.kind, 0) + lost


def _send(s3: FolderS3, manifest: Manifest) -> tuple[str, ...]:
    """The hashes of the pages that the plan names; each has a stored result from now on."""
    workspace = workspace_of(s3, manifest.document_id, "ocr")
    workspace.documents.write(manifest_key(manifest.document_id), to_json(manifest))
    missing = _left(s3, manifest.document_id)
    for page_hash in missing:
        store_page(workspace.documents, page_hash, workspace.settings.textract_feature_types, [], {})
    return missing


def _left(s3: FolderS3, document_id: str) -> tuple[str, ...]:
    workspace = workspace_of(s3, document_id, "ocr")
    if not workspace.documents.exists(manifest_key(document_id)):
        return ()
    return tuple(str(page.page_hash) for page in ocr.plan(workspace).missing)


def _stored(folder: Path) -> Iterator[DayDocument]:
    """The files below a folder that are documents by their endings, in no way named afterwards."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"):
            yield DayDocument("stored", path.read_bytes(), ())


def _as_values(day: Day) -> dict[str, Any]:
    return {
        "documents": day.documents, "pages": day.pages, "by_kind": dict(day.by_kind), "refused": dict(day.refused),
        "bills": [{**asdict(bill), "dollars": bill.dollars} for bill in day.bills.values()]}


def _shown(pages: int | None) -> str:
    return "unknown" if pages is None else str(pages)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.money", description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help="of the day (default: %(default)s)")
    parser.add_argument("--corpus", type=Path, help="a folder of your own documents")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the JSON goes (default: %(default)s)")
    given = parser.parse_args()
    figures = measure(given.documents, given.corpus)
    store(figures, given.output)
    show(figures, Console())


if __name__ == "__main__":
    main()
