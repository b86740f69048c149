"""What the template's properties are for one stack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from include.infrastructure.template import Resolver, Stack, UnresolvedError, load

STACK = Stack(
    parameters={"Project": "clinic", "Environment": "prod"}, account="123456789012", region="eu-west-1",
    physical_ids={
        "DocumentsBucket": "clinic-documents-prod", "OcrTempBucket": "clinic-ocr-temp-prod",
        "AuditBucket": "clinic-audit-prod",
        "LandingQueue": "https://sqs.eu-west-1.amazonaws.com/123456789012/clinic-landing-prod"})


def resolved(**parameters: str) -> Resolver:
    return Resolver(load(), replace(STACK, parameters={**STACK.parameters, **parameters}))


def test_names_and_arns_are_those_of_the_stack() -> None:
    found = resolved()
    assert found.property("OcrTempBucket", "BucketName") == "clinic-ocr-temp-prod"
    [tls, *_] = found.property("AuditBucketPolicy", "PolicyDocument")["Statement"]
    assert tls["Resource"] == ["arn:aws:s3:::clinic-audit-prod", "arn:aws:s3:::clinic-audit-prod/*"]
    assert found.property("LandingSubscription", "Endpoint") == (
        "arn:aws:sqs:eu-west-1:123456789012:clinic-landing-prod")


@pytest.mark.parametrize(("parameters", "retention"), [
    ({}, {"Mode": "COMPLIANCE", "Years": 6}),
    ({"AuditRetentionYears": "7"}, {"Mode": "COMPLIANCE", "Years": 7}),
    ({"AuditRetentionMode": "GOVERNANCE", "AuditRetentionDays": "1"}, {"Mode": "GOVERNANCE", "Days": 1}),
])
def test_days_take_the_place_of_years(parameters: dict[str, str], retention: dict[str, object]) -> None:
    lock = resolved(**parameters).property("AuditBucket", "ObjectLockConfiguration")
    assert lock["Rule"]["DefaultRetention"] == retention


def test_what_nobody_asked_for_is_not_there() -> None:
    assert not resolved().exists("AnalysisPolicy")
    assert resolved(ComprehendMedical="true").exists("AnalysisPolicy")
    trust = resolved().property("PipelineRole", "AssumeRolePolicyDocument")
    assert len(trust["Statement"]) == 1
    assert resolved().property("LandingReaderPolicy", "Roles") is None


def test_what_is_not_known_of_the_stack_is_named() -> None:
    with pytest.raises(UnresolvedError, match="LandingTopic"):
        resolved().property("DocumentsBucket", "NotificationConfiguration")
