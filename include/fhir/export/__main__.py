"""``python -m include.fhir.export <run id>``: a run's records as NDJSON; without a run id, the runs that there are.

S3 is found by boto3's own settings (``AWS_ENDPOINT_URL_S3``, ``AWS_PROFILE``, ...). Progress goes to stderr.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from include.documents.storage import Bucket, run_key, run_of_prefix, run_prefix
from include.errors import PipelineError
from include.fhir.export.limits import Limits
from include.fhir.export.run import Export, LeftOut, export_run
from include.settings import settings

_LISTINGS_AT_ONCE = 8
_SECONDS_BETWEEN = 3.0


def main(arguments: list[str]) -> int:
    """Exit code 1 where there is no such run, or S3 refuses."""
    import boto3

    bucket = Bucket(boto3.client("s3", region_name=settings().aws_default_region), settings().documents_bucket)
    try:
        if len(arguments) != 1:
            print("Which run? python -m include.fhir.export <run id>", *_runs(bucket), sep="\n")
            return 1
        export = export_run(bucket, arguments[0], progress=_Spoken())
    except PipelineError as error:
        print(f"The run cannot be exported. {error}", file=sys.stderr)
        return 1
    print(*_table(export, bucket.name, Limits()), sep="\n")
    return 0


class _Spoken:
    """Progress, from the third second on and no more often."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, what: str, done: int, of: int) -> None:
        if time.monotonic() - self._last >= _SECONDS_BETWEEN:
            self._last = time.monotonic()
            print(f"{done:,} of {of:,} {what}", file=sys.stderr, flush=True)


def _runs(bucket: Bucket) -> list[str]:
    """The runs that have a report, newest first. What else is in their folders, as an outcome per document, is not
    listed."""
    runs = [run_of_prefix(folder) for folder in bucket.list_folders(run_prefix())]
    with ThreadPoolExecutor(_LISTINGS_AT_ONCE) as pool:
        reports = list(pool.map(lambda run: next(bucket.list(run_key(run, "documents.csv")), None), runs))
    written = {run: report.modified for run, report in zip(runs, reports, strict=True) if report}
    return sorted(written, key=lambda run: written[run], reverse=True)


def _table(export: Export, bucket: str, limits: Limits) -> Iterator[str]:
    out = len(export.documents_left_out)
    yield f"{export.documents:,} documents: {export.documents - out:,} in, {out:,} left out"
    yield f"{export.patients:,} patients"
    rows = [(kind, *(sum(values) for values in zip(*(
        (file.resources, 1, file.size) for file in export.files if file.kind == kind), strict=True)))
        for kind in dict.fromkeys(file.kind for file in export.files)]
    total = ("all", sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[3] for row in rows))
    yield f"{'type':24}{'resources':>12}{'files':>8}{'bytes':>16}"
    yield from (f"{kind:24}{resources:12,}{files:8,}{size:16,}" for kind, resources, files, size in (*rows, total))
    yield from _left_out("documents", export.documents_left_out)
    if export.facts_of_nobody:
        yield f"Left out: {export.facts_of_nobody:,} facts of patients who cannot be identified, beside those above"
    yield from _left_out("records", export.records_left_out)
    yield from _left_out("resources", export.resources_left_out)
    if export.size > limits.job_bytes:
        yield f"More than {limits.job_bytes:,} bytes: import the files in several jobs, or see the account's quota"
    yield f"s3://{bucket}/runs/{export.run_id}/ndjson/"


def _left_out(what: str, left_out: tuple[LeftOut, ...]) -> Iterator[str]:
    if left_out:
        yield f"Left out: {len(left_out):,} {what}"
        yield from (f"  {one.what}  {one.reason}" for one in left_out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
