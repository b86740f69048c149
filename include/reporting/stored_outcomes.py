"""Outcomes in the documents bucket: one per document and run, and beside the document the one of its last run."""

from __future__ import annotations

from include.documents.storage import Bucket, outcome_key, run_outcome_key
from include.reporting.outcome import Outcome, from_json, to_json


def store(bucket: Bucket, outcome: Outcome) -> None:
    """Write the outcome of a document in a run; it is the document's latest as well.

    :raises PipelineError: an S3 code.
    """
    body = to_json(outcome)
    bucket.write(run_outcome_key(outcome.run_id, outcome.document_id), body)
    bucket.write(outcome_key(outcome.document_id), body)


def latest(bucket: Bucket, document_id: str) -> Outcome | None:
    """What became of a document in the last run that sealed it.

    :raises PipelineError: an S3 code.
    """
    return _find(bucket, outcome_key(document_id))


def of_run(bucket: Bucket, document_id: str, run_id: str) -> Outcome | None:
    """What became of a document in a run. Earlier versions of the pipeline stored the latest outcome alone.

    :raises PipelineError: an S3 code.
    """
    if found := _find(bucket, run_outcome_key(run_id, document_id)):
        return found
    last = latest(bucket, document_id)
    return last if last and last.run_id == run_id else None


def _find(bucket: Bucket, key: str) -> Outcome | None:
    stored = bucket.find(key)
    return from_json(stored.body) if stored else None
