"""``python -m include.status``: how a deployment is; the exit code is 1 where something does not work.

Airflow is found by ``AIRFLOW_URL`` and ``AIRFLOW_USER`` with ``AIRFLOW_PASSWORD``, or ``AIRFLOW_TOKEN``; S3 and
Textract by boto3's own settings (``AWS_PROFILE``, ``AWS_ENDPOINT_URL_S3``, ...) and the pipeline's (docs/settings.md).
Nothing is changed, and nothing is billed but requests to S3. Progress goes to stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from include.airflow_login import LoginError, log_in
from include.documents.storage import Bucket
from include.settings import Settings, settings
from include.status import airflow_findings, airflow_state, stores
from include.status.finding import Finding, Level, exit_code, problem

CHAINS = 100
DAYS = 2


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 where there is a problem."""
    parser = argparse.ArgumentParser(prog="python -m include.status", description=__doc__)
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--days", type=int, default=DAYS, help="days whose audit chains are looked at (%(default)s)")
    parser.add_argument("--chains", type=int, default=CHAINS, help="audit chains verified at most (%(default)s)")
    chosen = parser.parse_args(arguments)
    now = datetime.now(UTC)
    days = [f"{now - timedelta(days=back):%Y-%m-%d}" for back in range(max(chosen.days, 1))]
    found = [*of_airflow(settings(), now), *of_stores(settings(), now, days[::-1], chosen.chains)]
    print(_as_json(found, now) if chosen.json else "\n".join(table(found)))
    return exit_code(found)


def of_airflow(wanted: Settings, now: datetime) -> list[Finding]:
    """What Airflow's API says; one line where nobody answers."""
    from requests import RequestException

    from include.airflow_api import ApiError

    try:
        return airflow_findings.judge(airflow_state.look(log_in(), now), wanted)
    except LoginError as error:
        return [problem("Airflow", str(error), "docs/upkeep.md says who may look.")]
    except ApiError as error:
        refused = error.status == HTTPStatus.FORBIDDEN
        return [problem("Airflow", f"the API answers {error.status}",
                        "Is the user's role viewer or more?" if refused else "See the API server's log.")]
    except RequestException as error:
        return [problem("Airflow", f"nobody answers ({type(error).__name__})",
                        "Start the API server, or set AIRFLOW_URL to its address.")]


def of_stores(wanted: Settings, now: datetime, days: Sequence[str], chains: int) -> list[Finding]:
    """What S3 and Textract say."""
    import boto3
    from botocore.config import Config

    # Whoever waits at a terminal is told soon that nobody answers.
    config = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 2})

    def client(service: str) -> Any:
        return boto3.client(service, region_name=wanted.aws_default_region, config=config)

    return _stores(client, wanted, now, days, chains)


def _stores(
    client: Callable[[str], Any], wanted: Settings, now: datetime, days: Sequence[str], chains: int
) -> list[Finding]:
    s3 = client("s3")
    documents, temp = Bucket(s3, wanted.documents_bucket), Bucket(s3, wanted.ocr_s3_bucket)
    audit = Bucket(s3, wanted.audit_bucket)
    found = [stores.reachable(documents, f"inbox/{days[-1]}/", "DOCUMENTS_BUCKET"),
             stores.reachable(temp, wanted.ocr_s3_prefix, "OCR_S3_BUCKET"),
             stores.reachable(audit, f"audit/{days[-1]}/", "AUDIT_BUCKET"),
             stores.textract(client("textract"))]
    if found[1].level is Level.OK:
        found.append(stores.temp_bucket(temp, wanted, now))
    if found[2].level is Level.OK:
        found.append(stores.audit_chains(audit, days, chains, _say))
    return found


def table(findings: Sequence[Finding]) -> Iterable[str]:
    """A line for each, what to do below it, and the verdict last."""
    width = max(len(finding.subject) for finding in findings)
    for finding in findings:
        yield f"{finding.level:9}  {finding.subject:{width}}  {finding.says}"
        if finding.do:
            yield f"{'':9}  {'':{width}}  -> {finding.do}"
    counts = [(level, sum(finding.level is level for finding in findings)) for level in Level]
    yield ", ".join(f"{count} {level}" for level, count in counts if count)


def _as_json(findings: Sequence[Finding], now: datetime) -> str:
    level = max((finding.level for finding in findings), key=list(Level).index)
    return json.dumps({"time": now.isoformat(timespec="seconds"), "level": level,
                       "findings": [asdict(finding) for finding in findings]}, indent=1)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
