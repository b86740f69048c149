"""Dividing a day's documents into batches that stay as they are when late files arrive."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from include.documents.storage import Bucket, batch_key, batch_prefix

MOST_BATCHES = 1000
"""Airflow maps a task at most 1,024 times (``[core] max_map_length``)."""

_RUN_ID = re.compile(r"batch__(\d{4}-\d{2}-\d{2})__(\d{4,})__([0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents of one run; ``number`` counts from 1 within the day."""

    day: str
    number: int
    document_ids: tuple[str, ...]

    @property
    def digest(self) -> str:
        return hashlib.sha256("\n".join(self.document_ids).encode()).hexdigest()[:12]

    @property
    def key(self) -> str:
        return batch_key(self.day, self.number, self.digest)

    @property
    def run_id(self) -> str:
        """The same batch gives the same run, so that it is never run twice."""
        return f"batch__{self.day}__{self.number:04d}__{self.digest}"


def batch_key_of_run(run_id: str) -> str | None:
    """The manifest of the batch that a run is of (:attr:`Batch.run_id`); None where the run is of no batch."""
    found = _RUN_ID.fullmatch(run_id)
    return batch_key(found[1], int(found[2]), found[3]) if found else None


def day_of_run(run_id: str) -> str | None:
    """The day (``YYYY-MM-DD``) of the batch that a run is of; None where it is of no batch."""
    found = _RUN_ID.fullmatch(run_id)
    return found[1] if found else None


def plan(day: str, document_ids: Sequence[str], existing: Iterable[Batch], size: int) -> list[Batch]:
    """Existing batches as they are, then new ones for the documents that are in none, in order.

    ``size`` is the most documents a batch has; on a day with more than :data:`MOST_BATCHES` batches it grows.
    """
    batches = sorted(existing, key=lambda batch: batch.number)
    placed = {document_id for batch in batches for document_id in batch.document_ids}
    new = list(dict.fromkeys(document_id for document_id in document_ids if document_id not in placed))
    size = max(size, -(-len(new) // max(1, MOST_BATCHES - len(batches))))
    first = batches[-1].number + 1 if batches else 1
    chunks = [tuple(new[start:start + size]) for start in range(0, len(new), size)]
    return batches + [Batch(day, first + index, chunk) for index, chunk in enumerate(chunks)]


def read_batches(bucket: Bucket, day: str) -> list[Batch]:
    """The batches of a day that were written before."""
    return [read_batch(bucket, listed.key) for listed in bucket.list(batch_prefix(day))]


def read_batch(bucket: Bucket, key: str) -> Batch:
    """A batch manifest.

    :raises PipelineError: S3_NOT_FOUND and the other S3 codes.
    """
    values = json.loads(bucket.read(key))
    return Batch(day=values["day"], number=values["number"], document_ids=tuple(values["document_ids"]))


def write_batch(bucket: Bucket, batch: Batch) -> None:
    body = {"day": batch.day, "number": batch.number, "document_ids": batch.document_ids}
    bucket.write(batch.key, json.dumps(body, indent=1).encode())
