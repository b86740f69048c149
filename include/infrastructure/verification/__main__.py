"""``python -m include.infrastructure.verification [--json]``: whether a deployed stack is as the template says.

The stack is the one that STACK names, or that of the buckets DOCUMENTS_BUCKET, OCR_S3_BUCKET and AUDIT_BUCKET, in the
account that boto3's own settings choose (AWS_PROFILE, ...). The exit code is 1 where something is wrong, 2 where
nothing could be looked at.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from include.infrastructure import template
from include.infrastructure.verification import printing, settings, trials
from include.infrastructure.verification.deployment import CannotLookError, Deployment, find
from include.infrastructure.verification.findings import Finding, Verdict
from include.settings import Settings


def main(arguments: list[str]) -> int:
    import boto3

    parser = argparse.ArgumentParser(prog="make aws-verify", description=__doc__)
    parser.add_argument("--json", action="store_true", help="findings as JSON")
    chosen = parser.parse_args(arguments)
    try:
        session = boto3.Session()
        deployment = find(session, os.environ)
    except (CannotLookError, BotoCoreError) as error:
        print(error, file=sys.stderr)
        return 2
    if not chosen.json:
        print(_introduction(deployment))
    findings = list(look(session, deployment))
    print(printing.as_json(findings) if chosen.json else f"{printing.table(findings)}\n{printing.summary(findings)}")
    return 1 if any(each.verdict is Verdict.WRONG for each in findings) else 0


def look(session: Any, deployment: Deployment) -> Iterator[Finding]:
    """Every finding: settings, then permissions."""
    resolver = template.Resolver(template.load(), deployment.stack)
    yield from settings.check(session, resolver, deployment)
    physical = deployment.stack.physical_ids
    places = trials.Places(
        documents=physical["DocumentsBucket"], temp=physical["OcrTempBucket"], audit=physical["AuditBucket"],
        temp_prefix=Settings().ocr_s3_prefix)
    region = deployment.stack.region
    try:
        tried = _taken_on(session, deployment)
    except ClientError as error:
        why = (f"the role cannot be taken on ({error.response['Error']['Code']}): deploy with TrustedPrincipal, or run "
               f"this where Airflow runs")
        yield from trials.not_run(_clients(session, region), places, why)
        return
    yield from trials.run(
        _clients(tried, region), places, analyzes_texts=resolver.exists("AnalysisPolicy"),
        emulated=deployment.emulated)


def _taken_on(session: Any, deployment: Deployment) -> Any:
    """A session of the role; where none is named, the one there is: on ECS and EC2 that is the role's."""
    import boto3

    if deployment.tried_as is None:
        return session
    region = deployment.stack.region
    keys = session.client("sts", region_name=region).assume_role(
        RoleArn=deployment.tried_as, RoleSessionName="aws-verify")["Credentials"]
    return boto3.Session(
        aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"], region_name=region)


def _clients(session: Any, region: str) -> trials.Clients:
    once = Config(retries={"mode": "standard", "total_max_attempts": 2})

    def client(service: str, **more: Any) -> Any:
        return session.client(service, region_name=region, config=once, **more)

    return trials.Clients(
        s3=client("s3"), s3_without_tls=client("s3", use_ssl=False), textract=client("textract"),
        comprehend_medical=client("comprehendmedical"))


def _introduction(deployment: Deployment) -> str:
    role = f"the role {deployment.tried_as}" if deployment.tried_as else "the rights of who looks"
    return (f"Account {deployment.stack.account}, region {deployment.stack.region}, as {deployment.who}"
            f"{', played by the sandbox' if deployment.emulated else ''}; permissions are tried with {role}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
