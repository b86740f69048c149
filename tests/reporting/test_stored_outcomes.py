"""An outcome is found by its document and run, also one that an earlier version stored beside the document alone."""

from __future__ import annotations

from include.documents.storage import Bucket, outcome_key
from include.reporting.outcome import FAILED, SUCCESS, Outcome, to_json
from include.reporting.stored_outcomes import latest, of_run, store


def test_a_document_has_an_outcome_of_each_run_that_sealed_it(bucket: Bucket) -> None:
    first, second = Outcome("doc-1", "batch", SUCCESS, pages=("text",)), Outcome("doc-1", "by hand", FAILED, "EMPTY")
    store(bucket, first)
    store(bucket, second)
    assert (of_run(bucket, "doc-1", "batch"), of_run(bucket, "doc-1", "by hand")) == (first, second)
    assert latest(bucket, "doc-1") == second
    assert of_run(bucket, "doc-1", "another") is None
    assert latest(bucket, "doc-2") is None


def test_an_outcome_of_an_earlier_version_counts_for_its_run_alone(bucket: Bucket) -> None:
    stored = Outcome("doc-1", "batch", SUCCESS)
    bucket.write(outcome_key("doc-1"), to_json(stored))
    assert of_run(bucket, "doc-1", "batch") == stored
    assert of_run(bucket, "doc-1", "another") is None
