"""``python -m include.reconciliation``: whether every document, page, audit event and fact is accounted for.

Airflow is found by ``AIRFLOW_URL`` and ``AIRFLOW_USER`` with ``AIRFLOW_PASSWORD``, or ``AIRFLOW_TOKEN``; S3 by boto3's
own settings (``AWS_PROFILE``, ``AWS_ENDPOINT_URL_S3``, ...) and the pipeline's (docs/settings.md). Nothing is changed.
Progress goes to stderr. docs/reconcile.md says what is checked.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from include.errors import PipelineError
from include.reconciliation.billing import Allowed
from include.reconciliation.invariant import Invariant
from include.reconciliation.reading import AT_ONCE, Progress
from include.reconciliation.snapshot import Buckets, read
from include.reconciliation.verdict import Verdict, judge
from include.settings import Settings, settings

HOLDS, VIOLATED, NOT_READ = 0, 1, 2
SHOWN = 20
"""Problems of an invariant that the table shows; ``--json`` has all."""


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 where an invariant does not hold, 2 where the deployment could not be read."""
    chosen = _parser().parse_args(arguments)
    allowed = Allowed(chosen.billed_again, chosen.unaccounted, chosen.textract_billed)
    verdict = _look(settings(), sorted(set(chosen.day)), allowed)
    if isinstance(verdict, str):
        print(f"Not reconciled: {verdict}", file=sys.stderr)
        return NOT_READ
    print(as_json(verdict) if chosen.json else "\n".join(table(verdict)))
    return HOLDS if verdict.holds else VIOLATED


def _look(wanted: Settings, days: Sequence[str], allowed: Allowed) -> Verdict | str:
    """The verdict, or what keeps it from being found and what to do."""
    from requests import RequestException

    from include.airflow_api import ApiError
    from include.airflow_login import LoginError, log_in
    from include.reconciliation.airflow_runs import AirflowRuns

    try:
        airflow = AirflowRuns(log_in(), wanted.inbox_lookback_days)
        return judge(read(airflow, _buckets(wanted), days, Progress()), allowed)
    except LoginError as error:
        return f"{error}. docs/upkeep.md says who may look."
    except ApiError as error:
        return f"Airflow's API answers {error.status}. Is the user's role viewer or more? See the API server's log."
    except RequestException as error:
        return f"nobody answers ({type(error).__name__}). Start the API server, or set AIRFLOW_URL to its address."
    except PipelineError as error:
        return f"{error.code}. Are DOCUMENTS_BUCKET, AUDIT_BUCKET and OCR_S3_BUCKET right? See docs/errors.md."


def _buckets(wanted: Settings) -> Buckets:
    import boto3
    from botocore.config import Config

    from include.documents.storage import Bucket

    config = Config(max_pool_connections=AT_ONCE, retries={"mode": "standard", "total_max_attempts": 5})
    s3: Any = boto3.client("s3", region_name=wanted.aws_default_region, config=config)
    return Buckets(Bucket(s3, wanted.documents_bucket), Bucket(s3, wanted.audit_bucket),
                   Bucket(s3, wanted.ocr_s3_bucket), wanted.ocr_s3_prefix)


def table(verdict: Verdict) -> Iterable[str]:
    """A line for each invariant with what was counted, its problems below it, and the verdict last."""
    width = max(len(invariant.name) for invariant in verdict.invariants)
    for invariant in verdict.invariants:
        yield f"{'HOLDS' if invariant.holds else 'VIOLATED':9}  {invariant.name:{width}}  {_counted(invariant)}"
        for problem in invariant.problems[:SHOWN]:
            yield f"{'':9}  {'':{width}}  -> {problem}"
        if (more := len(invariant.problems) - SHOWN) > 0:
            yield f"{'':9}  {'':{width}}  -> and {more:,} more: --json lists all"
    yield (f"{verdict.documents:,} documents; {verdict.pages_read:,} pages read, {verdict.pages_billed:,} billed, "
           f"{verdict.billed_again:,} of them again; records {verdict.records_digest}")
    violated = sum(not invariant.holds for invariant in verdict.invariants)
    yield f"{len(verdict.invariants) - violated} hold, {violated} violated"


def _counted(invariant: Invariant) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in invariant.counts.items())


def as_json(verdict: Verdict) -> str:
    told = asdict(verdict)
    told["invariants"] = [
        {"name": each.name, "holds": each.holds, "counts": dict(each.counts), "problems": list(each.problems)}
        for each in verdict.invariants]
    return json.dumps(told, indent=1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.reconciliation", description=__doc__)
    parser.add_argument("--day", type=_day, action="append", default=[], metavar="YYYY-MM-DD",
                        help="an inbox partition; may repeat (default: all that there is)")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--billed-again", type=int, default=0, metavar="N",
                        help="pages that may have been billed twice, as after a kill (%(default)s)")
    parser.add_argument("--unaccounted", type=int, default=0, metavar="N",
                        help="stored results that may have no audit event, as after a kill (%(default)s)")
    parser.add_argument("--textract-billed", type=int, metavar="N",
                        help="pages that the account's own meter shows for these documents")
    return parser


def _day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise argparse.ArgumentTypeError("a day is YYYY-MM-DD")
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
