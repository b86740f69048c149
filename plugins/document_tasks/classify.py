"""The classification task: what it found out is measured, too."""

from __future__ import annotations

from document_tasks.metrics import send
from document_tasks.stage import run_stage


def classify(document_id: str) -> None:
    """Classify one document.

    :raises PipelineError: a code of unreadable files, OCR_DISABLED, TOO_MANY_PAGES, or an S3 code.
    """
    from include.metrics.documents import of_manifest
    from include.stages.classify import classify as stage

    manifest = run_stage(document_id, stage)
    send(lambda: of_manifest(manifest))
