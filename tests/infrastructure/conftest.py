"""The stack in a sandbox of its own, whose rights are checked: moto's authorisation is a switch of a whole process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from demo import sandbox_account
from demo.sandbox_account import ACCOUNT, REGION, SandboxAccount
from include.infrastructure import template
from include.infrastructure.template import Resolver
from include.infrastructure.verification.deployment import Deployment

PARAMETERS = {
    **sandbox_account.PARAMETERS, "InboxEvents": "true", "ComprehendMedical": "true",
    "AlertTopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts",
    "AlertMailIdentityArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/alerts@example.org"}
"""Everything that a deployer may ask for."""
POLICIES = {"DocumentsBucket": "DocumentsBucketPolicy", "OcrTempBucket": "OcrTempBucketPolicy",
            "AuditBucket": "AuditBucketPolicy"}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxAccount]:
    with sandbox_account.started(tmp_path_factory.mktemp("account"), PARAMETERS) as started:
        sandbox_account.check_rights(started.local)
        yield started


@pytest.fixture(scope="module")
def resolver(account: SandboxAccount) -> Resolver:
    return Resolver(template.load(), account.stack)


@pytest.fixture(scope="module")
def deployment(account: SandboxAccount) -> Deployment:
    """As it would be on AWS: nothing is left out because it is emulated."""
    return Deployment(account.stack, account.role_arn, account.role_arn, "", emulated=False)


@pytest.fixture
def bucket_policies(account: SandboxAccount, resolver: Resolver) -> Iterator[None]:
    """moto keeps them, and lets nobody write or read an object meanwhile."""
    s3 = account.client("s3")
    for logical_id, policy in POLICIES.items():
        s3.put_bucket_policy(
            Bucket=account.bucket(logical_id), Policy=json.dumps(resolver.property(policy, "PolicyDocument")))
    yield
    for logical_id in POLICIES:
        s3.delete_bucket_policy(Bucket=account.bucket(logical_id))


class Session:
    """As much of a boto3 session as the verification uses, of the person who may do everything."""

    def __init__(self, account: SandboxAccount) -> None:
        self._account = account
        self._clients: dict[str, Any] = {}

    def client(self, service: str, **_: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._account.client(service)
        return self._clients[service]


@pytest.fixture(scope="module")
def session(account: SandboxAccount) -> Session:
    return Session(account)
