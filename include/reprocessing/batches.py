"""Batches of documents that are made anew: manifests as those of the inbox, under a prefix that no day has.

``batches/reprocess-<version>/<number>-<digest>.json``. No run of documents_inbox joins them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from include.documents.batches import MOST_BATCHES, Batch, Planner, read_batch
from include.documents.storage import Bucket, batch_key, batch_prefix

_READS_AT_ONCE = 8
RUN_PREFIX = "reprocess__"
"""Begins the id of every run that makes documents anew."""


@dataclass(frozen=True, slots=True)
class AgainBatch:
    """Documents of one run; ``number`` counts all batches of the version, so that no two have the same run."""

    version: str
    batch: Batch

    @property
    def key(self) -> str:
        return batch_key(_folder(self.version), self.batch.number, self.batch.digest)

    @property
    def run_id(self) -> str:
        return f"{RUN_PREFIX}{self.version}__{self.batch.number:04d}__{self.batch.digest}"


def plan(
    version: str, documents: Sequence[str], before: Sequence[AgainBatch], size: int, planned_by: Planner, limit: int = 0
) -> list[AgainBatch]:
    """A run's batches: those that are written already, as by a try that was interrupted, and new ones for the rest.

    A new batch has at most ``size`` documents and is numbered behind those before. All of them together are at most as
    many as Airflow maps a task, so that what is left waits for the next time.

    :param limit: documents of the run at most; 0: all.
    """
    own = [each for each in before if each.batch.planned_by == planned_by]
    planned = {document for each in own for document in each.batch.document_ids}
    left = [document for document in documents if document not in planned]
    if limit:
        left = left[:max(limit - len(planned), 0)]
    first = 1 + max((each.batch.number for each in before), default=0)
    chunks = [tuple(left[start:start + size]) for start in range(0, len(left), size)][:MOST_BATCHES - len(own)]
    return own + [AgainBatch(version, Batch(planned_by.day, first + index, chunk, planned_by))
                  for index, chunk in enumerate(chunks)]


def read_all(bucket: Bucket, version: str) -> list[AgainBatch]:
    """Every batch that was ever planned for a version.

    :raises PipelineError: an S3 code.
    """
    keys = [listed.key for listed in bucket.list(batch_prefix(_folder(version)))]
    with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
        return list(pool.map(lambda key: _read(bucket, version, key), keys))


def given_to(bucket: Bucket, version: str) -> dict[str, list[str]]:
    """The runs that each document was given to for a version, by document.

    :raises PipelineError: an S3 code.
    """
    runs: dict[str, list[str]] = defaultdict(list)
    for each in read_all(bucket, version):
        for document in each.batch.document_ids:
            runs[document].append(each.run_id)
    return runs


def write(bucket: Bucket, planned: AgainBatch) -> None:
    """:raises PipelineError: an S3 code."""
    bucket.write(planned.key, json.dumps(asdict(planned.batch), indent=1).encode())


def _read(bucket: Bucket, version: str, key: str) -> AgainBatch:
    return AgainBatch(version, read_batch(bucket, key))


def _folder(version: str) -> str:
    return f"reprocess-{version}"
