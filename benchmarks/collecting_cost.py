"""``python -m benchmarks.collecting_cost PAGES``: what it costs to take up a finished job of so many pages.

The pipeline's own stage runs on a synthetic job, in a process of its own, so that its peak memory is its own. S3 is an
object that counts calls and keeps only what the stage reads back. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.synthetic_jobs import job_chunks
from include.audit.trail import AuditTrail, Writer
from include.documents.storage import Bucket
from include.settings import Settings
from include.stages.ocr import Job, collect_job, save_job
from include.workspace import Workspace

_MEBIBYTE = 1 << 20
_RESULTS = "ocr/"


@dataclass(frozen=True, slots=True)
class CollectingCost:
    """Memory in MiB: ``baseline`` after the imports, ``peak`` the most that the process ever held.

    ``cpu_seconds`` are the stage's own, without Textract's client; ``s3_calls`` by operation; ``stored_bytes`` of the
    pages' results.
    """

    pages: int
    blocks: int
    chunks: int
    baseline: float
    peak: float
    cpu_seconds: float
    s3_calls: dict[str, int]
    stored_bytes: int

    @property
    def above_baseline(self) -> float:
        return self.peak - self.baseline


class CountingS3:
    """S3 as far as the stage uses it. A page's result is counted and dropped, as if it had gone over the wire."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.result_bytes = 0
        self._objects: dict[str, bytes] = {}

    def put_object(self, **kwargs: Any) -> dict[str, Any]:
        self.calls["PutObject"] += 1
        if kwargs["Key"].startswith(_RESULTS):
            self.result_bytes += len(kwargs["Body"])
        else:
            self._objects[kwargs["Key"]] = kwargs["Body"]
        return {"ETag": '"1"'}

    def get_object(self, **kwargs: Any) -> dict[str, Any]:
        self.calls["GetObject"] += 1
        return {"ETag": '"1"', "Body": io.BytesIO(self._objects[kwargs["Key"]])}

    def head_object(self, **kwargs: Any) -> dict[str, Any]:
        raise NotImplementedError("collecting asks for no head")

    def delete_object(self, **kwargs: Any) -> dict[str, Any]:
        raise NotImplementedError("collecting deletes nothing")

    def get_paginator(self, operation_name: str) -> _Listing:
        return _Listing(self)

    def keys(self, prefix: str) -> list[str]:
        self.calls["ListObjectsV2"] += 1
        return sorted(key for key in self._objects if key.startswith(prefix))


class _Listing:
    def __init__(self, s3: CountingS3) -> None:
        self.s3 = s3

    def paginate(self, **kwargs: Any) -> list[dict[str, Any]]:
        return [{"Contents": [{"Key": key, "Size": 0, "ETag": '"1"', "LastModified": None}
                              for key in self.s3.keys(kwargs["Prefix"])]}]


def measure(pages: int) -> CollectingCost:
    """Take up a job of so many pages in this process."""
    s3 = CountingS3()
    workspace = _workspace(Bucket(s3, "documents"))
    job = Job(
        generation=0, token="token", bucket="temp", key="key", job_id="job",  # noqa: S106 - of no one's
        page_numbers=tuple(range(1, pages + 1)),
        page_hashes=tuple(f"{number:064x}" for number in range(1, pages + 1)))
    save_job(workspace, job)
    s3.calls.clear()
    client = _Client(job_chunks(pages))
    baseline, started = resident(), time.process_time()
    collect_job(workspace, job, client)
    return CollectingCost(
        pages=pages, blocks=client.blocks, chunks=client.chunks, baseline=baseline, peak=peak(),
        cpu_seconds=time.process_time() - started - client.cpu_seconds, s3_calls=dict(s3.calls),
        stored_bytes=s3.result_bytes)


def resident() -> float:
    """MiB that this process holds now; where the system does not say, the most that it has held."""
    return _status("VmRSS") or peak()


def peak() -> float:
    """The most MiB that this process has held.

    Linux's ru_maxrss begins with the parent's size at the time of the fork: its VmHWM does not.
    """
    unit = _MEBIBYTE if sys.platform == "darwin" else 1024
    return _status("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / _MEBIBYTE


def _status(name: str) -> float | None:
    status = Path("/proc/self/status")
    found = re.search(rf"^{name}:\s+(\d+) kB", status.read_text(), re.MULTILINE) if status.exists() else None
    return int(found[1]) / 1024 if found else None


def _workspace(bucket: Bucket) -> Workspace:
    trail = AuditTrail(bucket, "2026-01-01", "doc-benchmark", Writer("run", "ocr", 1))
    return Workspace("doc-benchmark", bucket, bucket, Settings(), trail)


class _Client(Iterator[dict[str, Any]]):
    """Textract's side of the job; what making and decoding the answers takes is counted apart."""

    def __init__(self, answers: Iterator[dict[str, Any]]) -> None:
        self.answers = answers
        self.blocks = self.chunks = 0
        self.cpu_seconds = 0.0

    def __next__(self) -> dict[str, Any]:
        started = time.process_time()
        try:
            answer = next(self.answers)
        finally:
            self.cpu_seconds += time.process_time() - started
        self.blocks += len(answer["Blocks"])
        self.chunks += 1
        return answer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.collecting_cost", description=__doc__)
    parser.add_argument("pages", type=int)
    json.dump(asdict(measure(parser.parse_args().pages)), sys.stdout)


if __name__ == "__main__":
    main()
