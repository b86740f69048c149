"""Every setting of a stack beside what the template says it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from include.infrastructure.template import Resolver, UnresolvedError
from include.infrastructure.verification import expected, live
from include.infrastructure.verification.deployment import Deployment
from include.infrastructure.verification.findings import STATEMENT, Finding, Unknown, Value, Verdict, compare

BUCKET_NAMES = {
    "DocumentsBucket": "documents bucket", "OcrTempBucket": "temporary bucket", "AuditBucket": "audit bucket"}
QUEUE_NAMES = {"LandingQueue": "landing queue", "LandingDeadLetters": "landing dead letters"}

_EXISTS = "deploy the template, or mend the name"
_BUCKET_ADVICE = {
    "existence": _EXISTS,
    "region": "Textract reads objects of its own region alone: deploy the stack in the region of AWS_DEFAULT_REGION",
    "encryption": "aws s3api put-bucket-encryption",
    "versioning": "aws s3api put-bucket-versioning",
    "public": "aws s3api put-public-access-block",
    "ownership": "aws s3api put-bucket-ownership-controls",
    "lifecycle": "aws s3api put-bucket-lifecycle-configuration",
    "lock": "aws s3api put-object-lock-configuration",
    "notifications": "aws s3api put-bucket-notification-configuration",
    "statement": "aws s3api put-bucket-policy",
}
_TOPIC_ADVICE = {
    "existence": _EXISTS, "subscriptions": "aws sns subscribe, aws sns unsubscribe",
    **dict.fromkeys(("encryption", "statement"), "aws sns set-topic-attributes")}
_QUEUE_ADVICE = {"existence": _EXISTS, **dict.fromkeys(
    ("encryption", "retention", "redrive", "statement"), "aws sqs set-queue-attributes")}
_KEY_ADVICE = {"existence": _EXISTS, "rotation": "aws kms enable-key-rotation", "statement": "aws kms put-key-policy"}
_ROLE_ADVICE = {
    "existence": _EXISTS, "trust": "aws iam update-assume-role-policy",
    "statement": "aws iam create-policy-version; detach or delete what the template does not have"}

_NO_BUCKET_POLICIES = Unknown(
    "the emulator ignores the conditions of a bucket's policy: DenyWithoutTLS would deny everything, and is not there")


def check(session: Any, resolver: Resolver, deployment: Deployment) -> Iterator[Finding]:
    """Findings on every resource of the template that has settings."""
    region = deployment.stack.region
    s3, sns, sqs, kms, iam = (session.client(name, region_name=region) for name in ("s3", "sns", "sqs", "kms", "iam"))
    physical = deployment.stack.physical_ids
    for logical_id, name in BUCKET_NAMES.items():
        wanted = expected.bucket(resolver, logical_id, region)
        if deployment.emulated:
            wanted = _without_statements(wanted)
        yield from compare(name, wanted, live.bucket(s3, physical[logical_id], region), _BUCKET_ADVICE)
    if topic := physical.get("LandingTopic"):
        yield from compare("landing topic", expected.topic(resolver), live.topic(sns, topic), _TOPIC_ADVICE)
    for logical_id, name in QUEUE_NAMES.items():
        if url := physical.get(logical_id):
            yield from compare(name, expected.queue(resolver, logical_id), live.queue(sqs, url), _QUEUE_ADVICE)
    if key := physical.get("LandingKey"):
        yield from compare("landing key", expected.key(resolver), live.key(kms, key), _KEY_ADVICE)
    if role := physical.get("PipelineRole"):
        yield from compare("pipeline's role", expected.role(resolver), live.role(iam, role), _ROLE_ADVICE)
    yield from _unnamed(physical)


def _without_statements(wanted: Mapping[str, Value]) -> dict[str, Value]:
    return {check: _NO_BUCKET_POLICIES if check.startswith(STATEMENT) else value for check, value in wanted.items()}


def _unnamed(physical: Mapping[str, str]) -> Iterator[Finding]:
    names = {**BUCKET_NAMES, "LandingTopic": "landing topic", **QUEUE_NAMES, "LandingKey": "landing key",
             "PipelineRole": "pipeline's role"}
    for logical_id, name in names.items():
        if logical_id not in physical:
            missing = UnresolvedError(logical_id)
            yield Finding(name, "existence", Verdict.NOT_CHECKED,
                          advice=f"the physical id of {missing} is not known: name the stack with STACK")
