"""The stored report of a run, as the UI shows it beside the run."""

from __future__ import annotations

from html import escape

from include.errors import PipelineError

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'self'"
"""A report brings its own styles and pictures, and runs nothing."""
WITH_REPORT = ("documents_inbox", "documents_to_fhir")


def page(dag_id: str, run_id: str) -> str:
    """``report.html`` as it was stored, or a page that says why there is none.

    :raises PipelineError: an S3 code other than S3_NOT_FOUND.
    """
    from document_tasks.workspace import documents_bucket
    from include.documents.storage import run_key

    if dag_id not in WITH_REPORT:
        return _told("Only runs of documents_inbox and documents_to_fhir have a report.")
    try:
        return documents_bucket().read(run_key(run_id, "report.html")).decode()
    except PipelineError as error:
        if error.code != "S3_NOT_FOUND":
            raise
        return _told("This run has no report yet: it is written when the last of its documents has ended.")


def _told(sentence: str) -> str:
    return f"<!doctype html><meta charset=utf-8><title>Run report</title><p>{escape(sentence)}"
