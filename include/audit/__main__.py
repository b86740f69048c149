"""``python -m include.audit [day]``: verify the audit chains; the exit code is 1 where one is broken.

S3 is found by boto3's own settings (``AWS_ENDPOINT_URL_S3``, ``AWS_PROFILE``, ...).
"""

from __future__ import annotations

import sys

from include.audit.verification import verify_all
from include.documents.storage import Bucket
from include.settings import settings


def main(arguments: list[str]) -> int:
    import boto3

    bucket = Bucket(boto3.client("s3", region_name=settings().aws_default_region), settings().audit_bucket)
    whole = sealed = broken = 0
    for report in verify_all(bucket, arguments[0] if arguments else None):
        if report.problems:
            broken += 1
            print(f"{report.document_id}: {'; '.join(report.problems)}")
        else:
            whole += 1
            sealed += report.sealed
    print(f"{whole} chains whole, {sealed} of them sealed; {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
