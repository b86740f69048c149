"""What is asked of S3 and Textract: calls that cost nothing or next to nothing, and change nothing."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from include.audit.chain import ChainReport
from include.audit.verification import chains_of_day, verify_chain
from include.documents.storage import Bucket
from include.errors import PipelineError
from include.settings import Settings
from include.status.finding import Finding, duration, ok, problem

UNKNOWN_JOB = "0" * 64
_CHAINS_AT_ONCE = 8
_SECONDS_BETWEEN = 3.0

Say = Callable[[str], None]


def reachable(bucket: Bucket, prefix: str, setting: str) -> Finding:
    """Whether a bucket can be listed.

    :param prefix: one that the pipeline's policy lets it list.
    :param setting: that names the bucket.
    """
    subject = f"bucket {bucket.name}"
    try:
        next(bucket.list(prefix), None)
    except PipelineError as error:
        if error.code == "S3_NOT_FOUND":
            return problem(subject, "does not exist", f"Is {setting} right?")
        return problem(subject, error.code, f"docs/errors.md says what {error.code} asks for; {setting} names it.")
    return ok(subject, "reachable")


def textract(client: Any) -> Finding:
    """Whether Textract answers: asked for a job that does not exist, which is not billed.

    :param client: boto3's, of ``textract``.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        client.get_document_analysis(JobId=UNKNOWN_JOB)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code"))
        if code == "InvalidJobIdException":
            return ok("Textract", "reachable")
        return problem("Textract", f"answers {code}", "docs/errors.md says what it asks for.")
    except BotoCoreError as error:
        return problem("Textract", f"does not answer ({type(error).__name__})",
                       "Network, region or credentials: AWS_DEFAULT_REGION and the connection of AWS_CONN_ID.")
    return problem("Textract", "knows a job that nobody started", "Is its endpoint Textract's?")


def temp_bucket(temp: Bucket, settings: Settings, now: datetime) -> Finding:
    """Whether uploads were left behind.

    :param now: in UTC.
    """
    subject, ages = "temporary bucket", []
    try:
        ages = [now - listed.modified for listed in temp.list(settings.ocr_s3_prefix)]
    except PipelineError as error:
        return problem(subject, f"cannot be listed: {error.code}", "See the bucket's own line.")
    limit = timedelta(hours=settings.ocr_temp_max_age_hours)
    old = [age for age in ages if age > limit]
    if old:
        return problem(subject, f"{len(old):,} pages older than OCR_TEMP_MAX_AGE_HOURS, the oldest "
                       f"{duration(max(old).total_seconds())}",
                       "Clear sweep_ocr_temp of the last run of documents_inbox; look at its log if it is red.")
    return ok(subject, f"{len(ages):,} uploads of jobs under way" if ages else "empty")


def audit_chains(bucket: Bucket, days: Sequence[str], most: int, say: Say) -> Finding:
    """Verify chains of these days: all of them, or so many by chance that other looks find what this one does not.

    :param bucket: that of the audit trail.
    :param days: as YYYY-MM-DD.
    :param most: chains that are verified.
    :param say: gets a line every few seconds.
    """
    subject, when = "audit chains", f"of {days[0]} to {days[-1]}"
    try:
        known = [prefix for day in days for prefix in chains_of_day(bucket, day)]
        chosen = known if len(known) <= most else random.SystemRandom().sample(known, most)
        broken = [report.document_id for report in _verified(bucket, chosen, say) if report.problems]
    except PipelineError as error:
        return problem(subject, f"cannot be read: {error.code}", "See the bucket's own line.")
    if broken:
        return problem(subject, f"{len(broken)} of {len(chosen)} broken {when}: {', '.join(sorted(broken)[:5])}",
                       "make audit-verify says where; docs/upkeep.md says what then.")
    if not known:
        return ok(subject, f"none {when}")
    rest = "" if len(chosen) == len(known) else f", by chance of {len(known):,}; all of them: make audit-verify"
    return ok(subject, f"{len(chosen):,} whole {when}{rest}")


def _verified(bucket: Bucket, prefixes: Sequence[str], say: Say) -> Iterable[ChainReport]:
    last = time.monotonic()
    with ThreadPoolExecutor(_CHAINS_AT_ONCE) as pool:
        for done, report in enumerate(pool.map(lambda prefix: verify_chain(bucket, prefix), prefixes), start=1):
            yield report
            if time.monotonic() - last > _SECONDS_BETWEEN:
                last = time.monotonic()
                say(f"{done:,} of {len(prefixes):,} audit chains")

