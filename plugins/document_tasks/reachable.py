"""``python -m document_tasks.reachable``: whether Airflow's AWS connection leads to the buckets."""

from __future__ import annotations

import sys

from document_tasks.workspace import open_bucket
from include.errors import PipelineError
from include.settings import settings


def problem(bucket: str, prefix: str) -> str | None:
    """The error code with which the bucket's list is refused; None where it is given."""
    if not bucket:
        return "it is not set"
    try:
        next(iter(open_bucket(bucket).list(prefix)), None)
    except PipelineError as error:
        return error.code
    return None


def main() -> int:
    """0 where all are reached, else 1; prints a line for each."""
    own = settings()
    found = {
        f"DOCUMENTS_BUCKET={own.documents_bucket}": problem(own.documents_bucket, "inbox/"),
        f"OCR_S3_BUCKET={own.ocr_s3_bucket}": problem(own.ocr_s3_bucket, own.ocr_s3_prefix),
        f"AUDIT_BUCKET={own.audit_bucket}": problem(own.audit_bucket, "audit/")}
    for bucket, why in found.items():
        print(f"{bucket}: reached" if why is None else
              f"{bucket}: not reached through the connection {own.aws_conn_id}: {why}. See docs/aws.md")
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
