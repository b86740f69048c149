"""The local system with an AWS account in the sandbox's place."""

from __future__ import annotations

import random
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aws_traces
from aws_plan import CannotStartError, Plan, dollars_per_page, most_pages, page_hashes
from local_system import LocalSystem

from demo import environment
from demo.account import Account
from include.audit.chain import verify
from include.audit.events import BILLED_EVENTS, AuditEvent
from include.audit.trail import AuditTrail, Writer
from include.documents.intake import read_source
from include.documents.storage import Bucket, outcome_key
from include.errors import PipelineError
from include.settings import Settings

_KILLED_LONG_AGO = timedelta(hours=3)
"""A run takes minutes: what is older belongs to none that is under way."""
_DEFAULT_REGION = "us-east-1"


class AwsSystem(LocalSystem):
    """Airflow's processes on this machine, S3 and Textract in an account. Everything bears the run's mark."""

    def __init__(self, home: Path, account: Account) -> None:
        super().__init__(home, account)
        self.account = account
        self.settings = Settings.from_environment(environment.environ(self.local))
        self.mark = f"{secrets.randbelow(10**8):08d}"
        self.documents: set[str] = set()
        self._session = session_of(account.profile, account.region)
        self._s3 = self._session.client("s3")
        self._sent: frozenset[str] = frozenset()
        self.plan = self._plan()

    @property
    def s3(self) -> Any:
        return self._s3

    @property
    def bucket(self) -> Bucket:
        return Bucket(self._s3, self.account.documents_bucket)

    @property
    def temp_bucket(self) -> Bucket:
        return Bucket(self._s3, self.account.temp_bucket)

    @property
    def audit_bucket(self) -> Bucket:
        return Bucket(self._s3, self.account.audit_bucket)

    def day(self, number: int) -> str:
        return f"{self.plan.month}-{number:02d}"

    def key(self, number: int, name: str) -> str:
        return aws_traces.inbox_prefix(self.day(number), self.mark) + name

    def run_id(self) -> str:
        return f"{aws_traces.run_name(self.mark)}__{uuid.uuid4()}"

    def put(self, key: str, body: bytes) -> str:
        """A document into the run's own part of the inbox.

        :raises AssertionError: it would send more pages than was announced.
        """
        assert f"/{aws_traces.run_name(self.mark)}/" in key, "a key of this run's own: system.key()"
        self._sent |= page_hashes(body, self.settings)
        assert len(self._sent) <= self.plan.pages, "more pages than announced: aws_plan.SENT lists the documents"
        document = super().put(key, body)
        self.documents.add(document)
        return document

    def pages_billed(self) -> int:
        """The pipeline's own count: nobody else tells."""
        return sum(event.page_count or 0 for document in self.documents for event in self._events(document)
                   if event.event in BILLED_EVENTS)

    def events(self, document: str) -> list[str]:
        return [event.event for event in self._events(document)]

    def outcome_count(self) -> int:
        return sum(self.bucket.exists(outcome_key(document)) for document in self.documents)

    def broken_chains(self) -> list[str]:
        return [document for document in sorted(self.documents)
                if verify(document, self._trail(document).read()).problems]

    def temp_objects(self) -> list[str]:
        return [entry.key for document in sorted(self.documents)
                for entry in self.temp_bucket.list(f"{self.settings.ocr_s3_prefix}{document}/")]

    def remove(self) -> int:
        """Delete everything that this run has made, and what killed runs left; the number of versions."""
        marks = aws_traces.marks_left(self.bucket, datetime.now(UTC) - _KILLED_LONG_AGO) | {self.mark}
        return sum(aws_traces.remove(
            self.bucket, self.temp_bucket, self.audit_bucket, mark, self.settings.ocr_s3_prefix)
                   for mark in sorted(marks))

    def _trail(self, document: str) -> AuditTrail:
        return AuditTrail(self.audit_bucket, read_source(self.bucket, document).day, document, Writer("", "", 0))

    def _events(self, document: str) -> list[AuditEvent]:
        """None for a document that no run has registered yet."""
        try:
            return self._trail(document).events()
        except PipelineError as error:
            if error.code != "S3_NOT_FOUND":
                raise
            return []

    def _plan(self) -> Plan:
        who = _identity(self._session, self.account)
        _check_buckets(self._s3, self.account)
        return Plan(
            account=self.account, account_id=who["Account"], caller=who["Arn"],
            endpoints=(self._s3.meta.endpoint_url, self._session.client("textract").meta.endpoint_url),
            mark=self.mark, month=self._empty_month(), pages=most_pages(self.mark, self.settings),
            dollars_per_page=dollars_per_page(self.settings))

    def _empty_month(self) -> str:
        """A month before S3 of which the bucket holds no inbox."""
        while True:
            month = f"{random.randint(1900, 1969)}-{random.randint(1, 12):02d}"
            if not any(self.bucket.list(f"inbox/{month}-")):
                return month


def account_of(own: Mapping[str, str]) -> Account:
    """The account that the environment names: AWS_PROFILE, and STACK or the buckets' own variables, which win.

    :raises CannotStartError: it is not named, or the stack is not there.
    """
    profile = own["AWS_PROFILE"]
    session = session_of(profile)
    region = session.region_name or _DEFAULT_REGION
    stack = _outputs(session.client("cloudformation", region_name=region), own["STACK"]) if own.get("STACK") else {}
    documents = own.get("DOCUMENTS_BUCKET") or stack.get("DocumentsBucketName")
    temp = own.get("OCR_S3_BUCKET") or stack.get("OcrTempBucketName")
    audit = own.get("AUDIT_BUCKET") or stack.get("AuditBucketName")
    if not documents or not temp or not audit:
        raise CannotStartError(
            "Name the deployed stack with STACK, or its buckets with DOCUMENTS_BUCKET, OCR_S3_BUCKET and AUDIT_BUCKET "
            "(docs/aws.md)")
    role = own.get("PIPELINE_ROLE_ARN") or stack.get("PipelineRoleArn")
    return Account(profile, region, documents, temp, audit, role)


def session_of(profile: str, region: str | None = None) -> Any:
    """A boto3 session.

    :raises CannotStartError: there is no such profile.
    """
    import boto3
    from botocore.exceptions import ProfileNotFound

    try:
        return boto3.Session(profile_name=profile, region_name=region)
    except ProfileNotFound:
        raise CannotStartError(f"AWS has no profile {profile} on this machine: aws configure list-profiles") from None


def _outputs(cloudformation: Any, stack: str) -> dict[str, str]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except (BotoCoreError, ClientError) as error:
        raise CannotStartError(f"The stack {stack} cannot be looked up: {error}") from None
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}


def _identity(session: Any, account: Account) -> dict[str, str]:
    """Who the profile is, once it has shown that it can take on the pipeline's role."""
    from botocore.exceptions import BotoCoreError, ClientError

    sts = session.client("sts")
    try:
        who: dict[str, str] = sts.get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise CannotStartError(f"AWS does not accept the profile {account.profile}: {error}") from None
    try:
        if account.role_arn:
            sts.assume_role(RoleArn=account.role_arn, RoleSessionName="test-aws")
    except ClientError as error:
        raise CannotStartError(
            f"The profile cannot take on the pipeline's role (deploy the stack with TrustedPrincipal, or name the "
            f"buckets instead of STACK to use the profile's own rights): {error}") from None
    return who


def _check_buckets(s3: Any, account: Account) -> None:
    """All buckets are there, in the region of the calls, and their versions can be listed to be deleted."""
    from botocore.exceptions import BotoCoreError, ClientError

    for name in (account.documents_bucket, account.temp_bucket, account.audit_bucket):
        try:
            region = s3.head_bucket(Bucket=name).get("BucketRegion", account.region)
            s3.list_object_versions(Bucket=name, MaxKeys=1)
        except (BotoCoreError, ClientError) as error:
            raise CannotStartError(f"The profile cannot use the bucket {name}: {error}") from None
        if region != account.region:
            raise CannotStartError(f"The bucket {name} is in {region}, Textract would be called in {account.region}")
