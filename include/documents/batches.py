"""Dividing a day's documents into batches that stay as they are when late files arrive."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from include.documents.storage import Bucket, batch_key, batch_prefix

MOST_BATCHES = 1000
"""Airflow maps a task at most 1,024 times (``[core] max_map_length``)."""

_RUN_ID = re.compile(r"batch__(\d{4}-\d{2}-\d{2})__(\d{4,})__([0-9a-f]{12})")
_READS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Planner:
    """A run of the inbox and the day (YYYY-MM-DD) that it accounts for."""

    day: str
    run_id: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents of one run, all of one inbox partition; ``number`` counts from 1 within the partition's day.

    ``planned_by`` is the run that divided them off: for documents that came late, the run of a later day.
    """

    day: str
    number: int
    document_ids: tuple[str, ...]
    planned_by: Planner

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


def plan(
    day: str, document_ids: Sequence[str], existing: Iterable[Batch], size: int, planned_by: Planner
) -> list[Batch]:
    """Existing batches of the day as they are, then new ones for the documents that are in none, in order.

    ``size`` is the most documents a batch has; on a day with more than :data:`MOST_BATCHES` batches it grows.
    """
    batches = sorted(existing, key=lambda batch: batch.number)
    new = list(dict.fromkeys(without_a_batch(document_ids, batches)))
    size = max(size, -(-len(new) // max(1, MOST_BATCHES - len(batches))))
    first = batches[-1].number + 1 if batches else 1
    chunks = [tuple(new[start:start + size]) for start in range(0, len(new), size)]
    return batches + [Batch(day, first + index, chunk, planned_by) for index, chunk in enumerate(chunks)]


def without_a_batch(document_ids: Iterable[str], batches: Iterable[Batch]) -> list[str]:
    """The documents that are in none of the batches, in order."""
    placed = {document_id for batch in batches for document_id in batch.document_ids}
    return [document_id for document_id in document_ids if document_id not in placed]


def of_day(day: str, batches: Iterable[Batch]) -> list[Batch]:
    """What the runs of a day account for: its own partition, then what that day's runs found late in earlier ones.

    A batch that was planned by a run of another day is in only where it is of this day's partition: no day waits for
    another day's batches, and none is lost when a run dies after it has written a manifest.
    """
    found = [batch for batch in batches if day in (batch.day, batch.planned_by.day)]
    return sorted(found, key=lambda batch: (batch.day != day, batch.day, batch.number))


def read_batches(bucket: Bucket, day: str) -> list[Batch]:
    """The batches of a day's partition that were written before.

    :raises PipelineError: an S3 code.
    """
    keys = [listed.key for listed in bucket.list(batch_prefix(day))]
    with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
        return list(pool.map(lambda key: read_batch(bucket, key), keys))


def read_batch(bucket: Bucket, key: str) -> Batch:
    """A batch manifest; one from before ``planned_by`` was planned by its own day.

    :raises PipelineError: S3_NOT_FOUND and the other S3 codes.
    """
    values = json.loads(bucket.read(key))
    return Batch(
        day=values["day"], number=values["number"], document_ids=tuple(values["document_ids"]),
        planned_by=Planner(**values.get("planned_by", {"day": values["day"], "run_id": ""})))


def write_batch(bucket: Bucket, batch: Batch) -> None:
    """Write the manifest under :attr:`Batch.key`.

    :raises PipelineError: an S3 code.
    """
    bucket.write(batch.key, json.dumps(asdict(batch), indent=1).encode())
