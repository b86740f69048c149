"""``python -m include.documents.register <key>...``: register documents, print the conf of a run of them.

A file's name is patient data, and Airflow keeps a run's conf: a run by hand of ``documents_to_fhir`` is given the
printed ``{"documents": [...]}`` instead of keys. S3 is found by boto3's own settings (``AWS_PROFILE``, ...).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from include.documents.intake import register, source_of_key
from include.documents.storage import Bucket, source_key
from include.errors import PipelineError
from include.settings import settings


def conf_of(bucket: Bucket, keys: Sequence[str], day: str) -> dict[str, list[str]]:
    """Register what is under these keys; the conf of a run of it.

    :param day: YYYY-MM-DD, of the audit trail of documents that are new.
    :raises PipelineError: S3_NOT_FOUND, a key names nothing; the other S3 codes.
    """
    sources = [source_of_key(bucket, key, day) for key in keys]
    for source in sources:
        if not bucket.exists(source_key(source.document_id)):
            register(bucket, source)
    return {"documents": [source.document_id for source in sources]}


def main(keys: Sequence[str]) -> int:
    import boto3

    bucket = Bucket(boto3.client("s3", region_name=settings().aws_default_region), settings().documents_bucket)
    try:
        print(json.dumps(conf_of(bucket, keys, datetime.now(UTC).strftime("%Y-%m-%d"))))
    except PipelineError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
