"""Which documents of a batch or of an inbox partition are open, and why; cheap where all is well.

A document is open until it is in FHIR or a person has resolved it by hand, whichever run that was. A batch whose report
counts no failure is done: two reads, none of an outcome.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from include.alerts.reasons import NOT_PLANNED, UNDER_WAY, WAITING, OpenDocument
from include.documents.batches import read_batch
from include.documents.storage import Bucket, batch_prefix, document_id, inbox_prefix, run_key
from include.reporting.outcome import FAILED, RESOLVED, SUCCESS
from include.reporting.stored_outcomes import latest

Waiting = Callable[[str], Collection[int]]
"""Of a documents_to_fhir run: the places (from 0) of the documents that wait for a person."""

_CLOSED = frozenset({SUCCESS, RESOLVED})
_READS_AT_ONCE = 8


def overdue(
    bucket: Bucket, day: str, landed_before: datetime, alerted: Collection[str], waiting: Waiting,
) -> list[OpenDocument]:
    """The documents of an inbox partition that landed before a moment and are open.

    :param alerted: documents that are left out.
    :raises PipelineError: an S3 code.
    """
    due = [identifier for listed in bucket.list(inbox_prefix(day))
           if not listed.key.endswith("/") and listed.modified < landed_before
           and (identifier := document_id(listed.key, listed.etag)) not in alerted]
    if not due:
        return []
    keys = [listed.key for listed in bucket.list(batch_prefix(day))]
    with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
        batches = list(pool.map(lambda key: read_batch(bucket, key), keys))
        is_green = list(pool.map(lambda batch: green(bucket, batch.run_id), batches))
    found: list[OpenDocument] = []
    rest = set(due)
    for batch, done in zip(batches, is_green, strict=True):
        of_batch = rest.intersection(batch.document_ids)
        rest -= of_batch
        if of_batch and not done:
            found += open_of_run(bucket, batch.run_id, batch.document_ids, of_batch, waiting)
    found += still_open(bucket, sorted(rest), NOT_PLANNED)
    return [replace(each, day=day) for each in found]


def open_of_run(
    bucket: Bucket, run_id: str, document_ids: Sequence[str], wanted: Collection[str], waiting: Waiting,
) -> list[OpenDocument]:
    """Those of a documents_to_fhir run's documents that are open.

    :param document_ids: all of the run, in its order.
    :param wanted: those that are looked at.
    :raises PipelineError: an S3 code.
    """
    asked = {document_ids[place] for place in waiting(run_id) if place < len(document_ids)}
    found = still_open(bucket, [each for each in document_ids if each in wanted])
    return [replace(each, code=WAITING) if each.document_id in asked else each for each in found]


def green(bucket: Bucket, run_id: str) -> bool:
    """A run's report is written and counts no failure.

    :raises PipelineError: an S3 code.
    """
    stored = bucket.find(run_key(run_id, "report.json"))
    return stored is not None and not json.loads(stored.body)["by_state"].get(FAILED)


def still_open(bucket: Bucket, document_ids: Sequence[str], otherwise: str = UNDER_WAY) -> list[OpenDocument]:
    """Each document that is neither in FHIR nor resolved by hand, with the code of its failure or, where it has
    none, another.

    :raises PipelineError: an S3 code.
    """

    def look(identifier: str) -> OpenDocument | None:
        outcome = latest(bucket, identifier)
        if outcome and outcome.state in _CLOSED:
            return None
        return OpenDocument(identifier, (outcome.error_code if outcome else None) or otherwise)

    with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
        return [found for found in pool.map(look, document_ids) if found]
