"""How long classification takes beside PDFium's plain text extraction and pdfplumber's, in turns on the same bytes."""

from __future__ import annotations

import gc
import io
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pdfplumber
import pypdfium2 as pdfium

from include.documents.classify import classify_pages, page_findings
from include.documents.manifest import MediaType
from include.documents.manifest_builder import examine
from include.errors import PipelineError
from include.settings import Settings

PLAIN, OURS, FINDINGS, PLUMBER = "pypdfium2", "classify_pages", "page_findings", "pdfplumber"
TEXT, SCANS, MIXED, STORED = "text", "scans", "mixed", "stored"


@dataclass(frozen=True, slots=True)
class Document:
    """``group`` says which promise it is measured by: TEXT, SCANS, or none of them."""

    name: str
    group: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Speed:
    """CPU milliseconds a page, medians over the rounds, and medians of the rounds' ratios.

    ``of_plain``: our pages a second divided by those of plain extraction. ``times_plumber``: the same by pdfplumber's,
    which reads the first pages only. ``stage_*``: the whole stage with its child processes and the cut pages.
    """

    name: str
    group: str
    pages: int
    kinds: dict[str, int]
    plain: float
    ours: float
    findings: float
    plumber: float
    of_plain: float
    of_plain_lowest: float
    times_plumber: float
    stage_cpu: float
    stage_wall: float

    @property
    def pages_per_second(self) -> float:
        return 1000 / self.ours


def compare(document: Document, rounds: int, plumber_pages: int, stage_rounds: int) -> Speed:
    """One document, everyone in turns; whoever is first in a round is last in the next."""
    data, settings = document.data, Settings()
    found = classify_pages(data, settings)[1]
    pages, few = len(found), min(plumber_pages, len(found))
    work: dict[str, tuple[int, Callable[[], object]]] = {
        PLAIN: (pages, lambda: plain_text(data)),
        OURS: (pages, lambda: classify_pages(data, settings)),
        FINDINGS: (pages, lambda: list(page_findings(data, MediaType.PDF, settings))),
        PLUMBER: (few, lambda: plumber_text(data, few)),
    }
    plain_text(data)
    spent: dict[str, list[float]] = {name: [] for name in work}
    for number in range(rounds):
        for name in list(work)[:: -1 if number % 2 else 1]:
            count, do = work[name]
            spent[name].append(1000 * cpu_seconds(do) / count)
    ratios = [plain / ours for plain, ours in zip(spent[PLAIN], spent[OURS], strict=True)]
    stages = [stage_seconds(document) for _ in range(stage_rounds)]
    return Speed(
        name=document.name, group=document.group, pages=pages,
        kinds=dict(Counter(finding.kind.value for finding in found)),
        plain=median(spent[PLAIN]), ours=median(spent[OURS]), findings=median(spent[FINDINGS]),
        plumber=median(spent[PLUMBER]), of_plain=median(ratios), of_plain_lowest=min(ratios),
        times_plumber=median(theirs / ours for theirs, ours in zip(spent[PLUMBER], spent[OURS], strict=True)),
        stage_cpu=1000 * median(cpu for cpu, _ in stages) / pages,
        stage_wall=1000 * median(wall for _, wall in stages) / pages)


def stored_documents(folders: Sequence[Path]) -> list[Document]:
    """The PDFs of the folders that can be classified."""
    found = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.pdf"))):
        data = path.read_bytes()
        try:
            if classify_pages(data, Settings())[0] is MediaType.PDF:
                found.append(Document(path.name, STORED, data))
        except PipelineError:
            continue
    return found


def plain_text(data: bytes) -> int:
    """What PDFium extracts without a question asked: the floor of every text classifier."""
    characters = 0
    document = pdfium.PdfDocument(data)
    for index in range(len(document)):
        page = document[index]
        text_page = page.get_textpage()
        characters += len(text_page.get_text_range())
        text_page.close()
        page.close()
    document.close()
    return characters


def plumber_text(data: bytes, pages: int) -> int:
    characters = 0
    with pdfplumber.open(io.BytesIO(data), pages=list(range(1, pages + 1))) as document:
        for page in document.pages:
            characters += len(page.extract_text())
            page.close()
    return characters


def cpu_seconds(do: Callable[[], object]) -> float:
    gc.collect()
    started = time.process_time()
    do()
    return time.process_time() - started


def stage_seconds(document: Document) -> tuple[float, float]:
    """CPU and wall-clock time of the whole stage, its children included."""
    gc.collect()
    wall, cpu = time.perf_counter(), _cpu_with_children()
    examine("doc-benchmark", document.data, Settings())
    return _cpu_with_children() - cpu, time.perf_counter() - wall


def _cpu_with_children() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
