"""``python -m benchmarks.stage_process DOCUMENT PAGES``: the five stages of a document, each in a task's process.

Started by ``benchmarks.stage_cost``, with the environment of a local system whose sandbox runs. As in Airflow, this
process loads the libraries, and each stage is forked from it, makes its S3 client through Airflow's hook and works for
one document. Prints one JSON list, a stage an entry.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import json
import logging
import os
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from benchmarks.profile_groups import milliseconds
from benchmarks.task_process import in_a_process

TEXT, SCAN = "text", "scan"
KINDS = (TEXT, SCAN)
ROWS_PER_PAGE = 20
ALL, IMPORTS, NOTHING = "all", "imports", "nothing"
OPENING = "opening"


@dataclass(frozen=True, slots=True)
class StageCost:
    """CPU milliseconds of one stage of one document: of the task's process, ``opening`` of them for the client and the
    workspace, and of the parsers' own processes. ``profile`` has milliseconds by group, and is slower."""

    document: str
    pages: int
    stage: str
    own: float
    opening: float
    parsers: float
    s3_calls: dict[str, int]
    profile: dict[str, float] = field(default_factory=dict)


class OverHttp:
    """Textract by boto3, as the provider's hook asks it."""

    def __init__(self) -> None:
        import boto3

        self.client = boto3.client("textract")

    def analyze(self, page: bytes) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.analyze_document(
            Document={"Bytes": page}, FeatureTypes=["TABLES", "FORMS"])
        return answer

    def start(self, job: Any) -> str:
        return str(self.client.start_document_analysis(
            DocumentLocation={"S3Object": {"Bucket": job.bucket, "Name": job.key}}, FeatureTypes=list(job.features),
            ClientRequestToken=job.token, JobTag=str(len(job.page_hashes)))["JobId"])

    def answers(self, job_id: str) -> Iterator[dict[str, Any]]:
        token: dict[str, str] = {}
        while True:
            answer = self.client.get_document_analysis(JobId=job_id, **token)
            yield answer
            if "NextToken" not in answer:
                return
            token = {"NextToken": answer["NextToken"]}


def measure(kind: str, pages: int, rounds: int, loaded: str = ALL, profiled: bool = False) -> list[StageCost]:
    """Every stage, as often as there are rounds, each time of a document under a new name.

    :param loaded: ALL that this process loads for its tasks, the IMPORTS alone, or NOTHING.
    """
    document = _document(kind, pages)
    _load(loaded)
    return [cost for _ in range(rounds) for cost in _round(kind, pages, document, profiled)]


def _round(kind: str, pages: int, data: bytes, profiled: bool) -> list[StageCost]:
    document_id = in_a_process(partial(_deliver, data)).result
    costs = []
    for stage in ("classify", "OCR client", "merge", "convert", "audit"):
        used = in_a_process(partial(_stage, document_id, stage, profiled))
        opening, calls, profile = used.result
        costs.append(StageCost(
            kind, pages, stage, own=1000 * used.own, opening=1000 * opening, parsers=1000 * used.parsers,
            s3_calls=calls, profile=profile))
    return costs


def _deliver(data: bytes) -> str:
    """The document's id. What OCR has read and the patients' records are forgotten: no round may find another's."""
    import boto3

    from benchmarks.stage_calls import deliver
    from include.documents.storage import Bucket

    client = boto3.client("s3")
    documents = Bucket(client, "documents")
    for prefix in ("inbox/", "ocr/", "patients/"):
        for listed in documents.list(prefix):
            documents.delete(listed.key)
    return deliver(documents, Bucket(client, "audit"), data, f"{uuid.uuid4().hex}.pdf").document_id


def _stage(document_id: str, stage: str, profiled: bool) -> tuple[float, dict[str, int], dict[str, float]]:
    """In the task's process: seconds of CPU until the workspace was open, S3's calls, the profile."""
    profile = cProfile.Profile(time.process_time)
    if profiled:
        profile.enable()
    calls: Counter[str] = Counter()
    workspace = _open(document_id, stage, calls)
    opening = time.process_time()
    _work(stage)(workspace)
    if profiled:
        profile.disable()
    return opening, dict(calls), milliseconds(profile) if profiled else {}


def _work(stage: str) -> Callable[[Any], object]:
    from benchmarks.stage_calls import stages

    class Lazily:
        """Only documents with something to read make a client."""

        def __getattr__(self, name: str) -> Any:
            return getattr(OverHttp(), name)

    return stages(Lazily())[stage]


def _open(document_id: str, stage: str, calls: Counter[str]) -> Any:
    """As ``document_tasks.stage`` does for each task."""
    from benchmarks.stage_calls import RUN
    from document_tasks import workspace as workspaces
    from include.audit.trail import Writer
    from include.review.resolutions import find_resolution

    opened = workspaces.open_bucket

    def counting(name: str) -> Any:
        bucket: Any = opened(name)
        bucket.client.meta.events.register("before-call.s3", lambda model, **_: calls.update([model.name]))
        return bucket

    workspaces.open_bucket = counting
    workspace = workspaces.workspace_for(document_id, Writer(RUN, stage.replace(" ", "_"), 1))
    if stage != "audit":
        find_resolution(workspace, RUN)
    return workspace


def _load(loaded: str) -> None:
    """What the parent of Airflow's tasks has loaded: Airflow itself, and by our configuration what our tasks need."""
    import airflow.sdk.execution_time.task_runner  # noqa: F401
    import airflow_local_settings as ours

    if loaded == NOTHING:
        return
    ours.preload(warm=loaded == ALL)


def _document(kind: str, pages: int) -> bytes:
    """A laboratory report, as text or as 100 dpi scans of it; made in a process of its own, so that nothing is loaded
    here that only the making needs."""
    return in_a_process(partial(_made, kind, pages)).result


def _made(kind: str, pages: int) -> bytes:
    from benchmarks.conversion_documents import lab_pdf
    from benchmarks.lab_rows import results
    from include.samples.scanning import as_pdf, render, with_noise

    text = lab_pdf(results(ROWS_PER_PAGE * pages), ROWS_PER_PAGE)
    if kind == TEXT:
        return text
    return as_pdf([with_noise(page, seed) for seed, page in enumerate(render(text, dpi=100))], dpi=100)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stage_process", description=__doc__)
    parser.add_argument("document", choices=KINDS)
    parser.add_argument("pages", type=int)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--loaded", choices=(ALL, IMPORTS, NOTHING), default=ALL)
    parser.add_argument("--profiled", action="store_true")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    printed, sys.stdout = sys.stdout, io.TextIOWrapper(open(os.devnull, "wb"))  # noqa: PTH123, SIM115 - Airflow's log
    costs = measure(given.document, given.pages, given.rounds, given.loaded, given.profiled)
    json.dump([asdict(cost) for cost in costs], printed)


if __name__ == "__main__":
    main()
