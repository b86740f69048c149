"""``python -m benchmarks.page_cost STAGE PAGES FOLDER DOCUMENT``: one stage of a long document.

Prints its CPU time and peak memory as one JSON object; the process is its own, so that the peak is, too. S3 is a
folder, in which the stages before have left what this one needs; making Textract's answers is counted apart.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from benchmarks.collecting_cost import peak, resident
from benchmarks.folder_s3 import FolderS3
from benchmarks.growing_documents import read_by_ocr
from benchmarks.stage_calls import stages, workspace_of
from benchmarks.synthetic_jobs import chunks_of
from include.settings import Settings
from include.stages.cycles import searched_among_the_young
from include.stages.ocr import Job
from include.stages.warm_up import warm_up

ALWAYS_A_JOB = Settings(ocr_sync_max_pages=0)
"""The way of long documents for short ones too, so that the same work is compared."""


@dataclass(frozen=True, slots=True)
class PageCost:
    """Of this process and the parsers' own. Memory in MiB: ``start`` after the imports, ``peak`` the most ever held by
    this process, ``child_peak`` by the largest of the parsers', which begins as a copy of this one."""

    stage: str
    pages: int
    cpu_seconds: float
    start: float
    peak: float
    child_peak: float
    s3_calls: dict[str, int]


class MadeUpJob:
    """Textract's side: one job that has read the document's faxes."""

    def __init__(self, pages: int) -> None:
        self.pages = pages
        self.cpu_seconds = 0.0

    def analyze(self, page: bytes) -> NoReturn:
        raise AssertionError("long documents go as a job")

    def start(self, job: Job) -> str:
        return "job-1"

    def answers(self, job_id: str) -> Iterator[dict[str, Any]]:
        """Each answer is read from JSON of its own, as a client has it."""
        chunks = chunks_of(read_by_ocr(self.pages), self.pages // 2)
        while True:
            started = time.process_time()
            answer = next(chunks, None)
            answer = json.loads(json.dumps(answer))
            self.cpu_seconds += time.process_time() - started
            if answer is None:
                return
            yield answer


def measure(stage: str, pages: int, folder: Path, document_id: str) -> PageCost:
    """Run the stage in this process."""
    warm_up()
    s3, textract = FolderS3(folder), MadeUpJob(pages)
    workspace = workspace_of(s3, document_id, stage, ALWAYS_A_JOB)
    work = stages(textract)[stage]
    start, spent = resident(), _cpu()
    with searched_among_the_young():  # as document_tasks.stage has it
        work(workspace)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return PageCost(
        stage=stage, pages=pages, cpu_seconds=_cpu() - spent - textract.cpu_seconds, start=start, peak=peak(),
        child_peak=child / (1 << 20 if sys.platform == "darwin" else 1024), s3_calls=dict(s3.calls))


def _cpu() -> float:
    """Seconds of this process and of its children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page_cost", description=__doc__)
    parser.add_argument("stage")
    parser.add_argument("pages", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("document_id")
    given = parser.parse_args()
    json.dump(asdict(measure(given.stage, given.pages, given.folder, given.document_id)), sys.stdout)


if __name__ == "__main__":
    main()
