"""``python -m include.reprocessing``: documents by the version of the converter that made them; ``--start`` makes those
of another version anew.

S3 is found by boto3's own settings (``AWS_ENDPOINT_URL_S3``, ``AWS_PROFILE``, ...); to start, Airflow by
``AIRFLOW_URL`` and ``AIRFLOW_USER`` with ``AIRFLOW_PASSWORD``, or ``AIRFLOW_TOKEN``. Progress goes to stderr.
"""

from __future__ import annotations

import argparse
import sys
import time
import uuid
from collections.abc import Iterator, Sequence

from include.documents.storage import Bucket
from include.errors import PipelineError
from include.fhir.converter import CONVERTER_VERSION
from include.reprocessing.batches import RUN_PREFIX
from include.reprocessing.survey import Survey, survey
from include.settings import settings

DAG_ID = "documents_reprocess"
_SECONDS_BETWEEN = 3.0


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 where S3 or Airflow refuses."""
    import boto3

    parser = argparse.ArgumentParser(prog="python -m include.reprocessing", description=__doc__)
    parser.add_argument("--start", action="store_true", help="without it nothing is started")
    parser.add_argument("--limit", type=int, default=0, help="documents that are started at most (default: all)")
    parser.add_argument("--again", action="store_true", help="also those whose run for this version is gone")
    chosen = parser.parse_args(arguments)
    bucket = Bucket(boto3.client("s3", region_name=settings().aws_default_region), settings().documents_bucket)
    try:
        found = survey(bucket, again=chosen.again, progress=_Spoken())
    except PipelineError as error:
        print(f"The documents cannot be looked at. {error}", file=sys.stderr)
        return 1
    print(*_told(found), sep="\n")
    if not chosen.start:
        print("Nothing was started: add --start" if found.to_do else "Nothing to start")
        return 0
    return _start(found, chosen.limit, again=chosen.again) if found.to_do else 0


def _start(found: Survey, limit: int, *, again: bool) -> int:
    from requests import RequestException

    from include.airflow_api import ApiError
    from include.airflow_login import LoginError, log_in

    try:
        api = log_in()
        run_id = api.trigger(DAG_ID, f"{RUN_PREFIX}{uuid.uuid4()}", {"limit": limit, "again": again})
    except (ApiError, LoginError, RequestException) as error:
        print(f"Not started: {error}", file=sys.stderr)
        return 1
    count = min(limit or len(found.to_do), len(found.to_do))
    print(f"{count:,} documents are started, {settings().batch_size} in a batch, "
          f"{settings().batch_runs_at_once} batches at once: {api.url}/dags/{DAG_ID}/runs/{run_id}")
    return 0


class _Spoken:
    """Progress, from the third second on and no more often."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        if time.monotonic() - self._last >= _SECONDS_BETWEEN:
            self._last = time.monotonic()
            print(f"{done:,} of {of:,} documents", file=sys.stderr, flush=True)


def _told(found: Survey) -> Iterator[str]:
    yield f"This converter is version {CONVERTER_VERSION}"
    for version, count in found.by_version.items():
        yield f"{count:8,} documents of version {version or 'unknown'}"
    yield f"{found.open:8,} documents that are not in FHIR: failed, resolved by hand or on their way"
    if found.under_way:
        yield f"{found.under_way:8,} documents of another version are on their way to this one"
    yield f"{len(found.to_do):8,} documents to make anew"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
