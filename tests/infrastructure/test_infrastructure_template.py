"""The CloudFormation template grants what the pipeline uses and protects what it stores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from include.documents import storage
from include.fhir.comprehend_medical.operations import Operation
from include.infrastructure.template import load
from include.settings import Settings

BUCKETS = ("DocumentsBucket", "OcrTempBucket", "AuditBucket")
RESULTS = ("documents", "ocr", "analysis", "patients", "runs", "batches", "alerts")
OCR_ACTIONS = {"textract:AnalyzeDocument", "textract:StartDocumentAnalysis", "textract:GetDocumentAnalysis"}


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return dict(load())


def properties(template: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def statements(template: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    return {s["Sid"]: s for s in properties(template, name)["PolicyDocument"]["Statement"]}


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def scalars(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from scalars(value)
    elif isinstance(node, list):
        for value in node:
            yield from scalars(value)
    else:
        yield str(node)


@pytest.mark.parametrize("bucket", BUCKETS)
def test_each_bucket_is_encrypted_and_closed_to_the_public(template: dict[str, Any], bucket: str) -> None:
    found = properties(template, bucket)
    (rule,) = found["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert found["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True}


@pytest.mark.parametrize("bucket", BUCKETS)
def test_each_bucket_refuses_whatever_comes_without_tls(template: dict[str, Any], bucket: str) -> None:
    deny = statements(template, f"{bucket}Policy")["DenyWithoutTLS"]
    assert (deny["Effect"], deny["Principal"], deny["Action"]) == ("Deny", "*", "s3:*")
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert deny["Resource"] == [{"GetAtt": f"{bucket}.Arn"}, {"Sub": f"${{{bucket}.Arn}}/*"}]


@pytest.mark.parametrize("bucket", ["DocumentsBucket", "AuditBucket"])
def test_documents_and_the_audit_trail_are_versioned_and_survive_the_stack(
        template: dict[str, Any], bucket: str) -> None:
    assert properties(template, bucket)["VersioningConfiguration"] == {"Status": "Enabled"}
    assert template["Resources"][bucket]["DeletionPolicy"] == "Retain"
    assert template["Resources"][bucket]["UpdateReplacePolicy"] == "Retain"


def test_temporary_pages_are_gone_after_a_day_at_the_latest(template: dict[str, Any]) -> None:
    found = properties(template, "OcrTempBucket")
    (rule,) = found["LifecycleConfiguration"]["Rules"]
    assert (rule["Id"], rule["Status"], rule["ExpirationInDays"]) == ("DeleteOCRTempFiles", "Enabled", 1)
    assert "Prefix" not in rule
    assert "VersioningConfiguration" not in found
    assert found["BucketName"] == {"Sub": "${Project}-ocr-temp-${Environment}"}


def test_an_audit_event_can_be_created_and_neither_written_over_nor_hidden(template: dict[str, Any]) -> None:
    found = statements(template, "AuditBucketPolicy")
    assert set(found) == {"DenyWithoutTLS", "DenyOverwriting", "DenyHiding"}
    assert {sid: (s["Action"], s.get("Condition")) for sid, s in found.items() if sid != "DenyWithoutTLS"} == {
        "DenyOverwriting": ("s3:PutObject", {"Null": {"s3:if-none-match": "true"}}),
        "DenyHiding": ("s3:DeleteObject", None)}
    assert all((s["Effect"], s["Principal"]) == ("Deny", "*") for s in found.values())
    assert all(found[sid]["Resource"] == {"Sub": "${AuditBucket.Arn}/*"} for sid in ("DenyOverwriting", "DenyHiding"))


def test_an_audit_event_is_locked_for_six_years_unless_the_deployer_says_otherwise(template: dict[str, Any]) -> None:
    """45 CFR 164.316(b)(2)(i)."""
    found = properties(template, "AuditBucket")
    assert found["ObjectLockEnabled"] is True
    condition, days, years = found["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]["If"]
    assert days == {"Mode": {"Ref": "AuditRetentionMode"}, "Days": {"Ref": "AuditRetentionDays"}}
    assert years == {"Mode": {"Ref": "AuditRetentionMode"}, "Years": {"Ref": "AuditRetentionYears"}}
    assert template["Conditions"][condition] == {"Not": [{"Equals": [{"Ref": "AuditRetentionDays"}, 0]}]}
    defaults = {name: parameter["Default"] for name, parameter in template["Parameters"].items()}
    assert (defaults["AuditRetentionMode"], defaults["AuditRetentionYears"], defaults["AuditRetentionDays"]) == (
        "COMPLIANCE", 6, 0)


def test_the_policy_allows_exactly_the_actions_that_the_pipeline_calls(template: dict[str, Any]) -> None:
    granted = {sid: set(listed(s["Action"])) for sid, s in statements(template, "PipelinePolicy").items()}
    assert granted == {
        "ReadPages": OCR_ACTIONS,
        "ReadDocuments": {"s3:GetObject"},
        "WriteResults": {"s3:PutObject"},
        "ListDocuments": {"s3:ListBucket"},
        "AppendAudit": {"s3:PutObject"},
        "ReadAudit": {"s3:GetObject"},
        "ListAudit": {"s3:ListBucket"},
        "ListOcrTemp": {"s3:ListBucket"},
        "PassPagesToOcr": {"s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject"},
    }


def test_texts_may_be_analyzed_only_where_the_deployer_asks_for_it(template: dict[str, Any]) -> None:
    [statement] = statements(template, "AnalysisPolicy").values()
    assert (statement["Effect"], statement["Resource"]) == ("Allow", "*")
    assert set(statement["Action"]) == {f"comprehendmedical:{operation}" for operation in Operation}
    assert properties(template, "AnalysisPolicy")["Roles"] == [{"Ref": "PipelineRole"}]
    condition = template["Resources"]["AnalysisPolicy"]["Condition"]
    assert template["Conditions"][condition] == {"Equals": [{"Ref": "ComprehendMedical"}, "true"]}
    assert template["Parameters"]["ComprehendMedical"]["Default"] == "false"


@pytest.mark.parametrize(("policy", "action", "parameter"), [
    ("AlertTopicPolicy", "sns:Publish", "AlertTopicArn"),
    ("AlertMailPolicy", "ses:SendRawEmail", "AlertMailIdentityArn")])
def test_alerts_may_be_sent_only_to_what_the_deployer_names(
        template: dict[str, Any], policy: str, action: str, parameter: str) -> None:
    [statement] = statements(template, policy).values()
    assert (statement["Effect"], statement["Action"], statement["Resource"]) == ("Allow", action, {"Ref": parameter})
    assert properties(template, policy)["Roles"] == [{"Ref": "PipelineRole"}]
    condition = template["Resources"][policy]["Condition"]
    assert template["Conditions"][condition] == {"Not": [{"Equals": [{"Ref": parameter}, ""]}]}
    assert template["Parameters"][parameter]["Default"] == ""


def test_the_policy_names_exactly_the_prefixes_of_the_storage_layout(template: dict[str, Any]) -> None:
    found = statements(template, "PipelinePolicy")
    bucket = "${DocumentsBucket.Arn}"
    assert [r["Sub"] for r in found["WriteResults"]["Resource"]] == [f"{bucket}/{prefix}/*" for prefix in RESULTS]
    assert [r["Sub"] for r in found["ReadDocuments"]["Resource"]] == [
        f"{bucket}/{prefix}/*" for prefix in ("inbox", *RESULTS)]
    assert found["PassPagesToOcr"]["Resource"] == {"Sub": f"${{OcrTempBucket.Arn}}/{Settings().ocr_s3_prefix}*"}
    for sid in ("AppendAudit", "ReadAudit"):
        assert found[sid]["Resource"] == {"Sub": f"${{AuditBucket.Arn}}/{storage.AUDIT}*"}
    assert found["ListAudit"]["Resource"] == {"GetAtt": "AuditBucket.Arn"}
    assert found["ListAudit"]["Condition"] == {"StringLikeIfExists": {"s3:prefix": f"{storage.AUDIT}*"}}
    assert found["ListOcrTemp"]["Resource"] == {"GetAtt": "OcrTempBucket.Arn"}
    assert found["ListOcrTemp"]["Condition"] == {"StringLike": {"s3:prefix": f"{Settings().ocr_s3_prefix}*"}}
    assert found["ListDocuments"]["Condition"] == {
        "StringLikeIfExists": {"s3:prefix": [f"{prefix}/*" for prefix in ("inbox", *RESULTS)]}}


def test_every_key_that_the_pipeline_makes_lies_under_a_granted_prefix() -> None:
    keys = [
        storage.inbox_prefix("2024-01-15"), storage.source_key("d"), storage.manifest_key("d"),
        storage.content_key("d"), storage.bundle_key("d"), storage.outcome_key("d"), storage.review_key("d"),
        storage.resolution_key("d"),
        storage.page_result_key("h", ("TABLES",)), storage.analysis_key("t", "InferRxNorm"), storage.patient_key("p"),
        storage.batch_key("2024-01-15", 1, "x"), storage.run_key("r", "report.json"),
        storage.run_outcome_key("r", "d"),
        storage.run_failed_alerts("d", "r"), storage.run_late_alert("d", "r", "i"), storage.overdue_alert("x"),
        storage.alerted_documents_key("2024-01-15")]
    assert {key.partition("/")[0] for key in keys} == {"inbox", *RESULTS}
    assert storage.audit_prefix("2024-01-15", "d").startswith(storage.AUDIT)


def test_only_what_knows_no_resources_is_granted_on_all_of_them(template: dict[str, Any]) -> None:
    on_all = [sid for sid, s in statements(template, "PipelinePolicy").items() if s["Resource"] == "*"]
    assert on_all == ["ReadPages"]


def test_the_role_has_the_pipeline_s_policy_alone_and_is_taken_on_by_a_service_and_whom_the_deployer_names(
        template: dict[str, Any]) -> None:
    role = properties(template, "PipelineRole")
    assert role["ManagedPolicyArns"] == [{"Ref": "PipelinePolicy"}]
    assert "Policies" not in role
    service, named = role["AssumeRolePolicyDocument"]["Statement"]
    assert service["Principal"] == {"Service": {"Ref": "ComputeService"}}
    condition, trust, otherwise = named["If"]
    assert trust["Principal"] == {"AWS": {"Ref": "TrustedPrincipal"}}
    assert otherwise == {"Ref": "AWS::NoValue"}
    assert template["Conditions"][condition] == {"Not": [{"Equals": [{"Ref": "TrustedPrincipal"}, ""]}]}
    assert template["Parameters"]["TrustedPrincipal"]["Default"] == ""


def test_the_landing_queue_is_read_only_where_the_deployer_asks_for_it(template: dict[str, Any]) -> None:
    found = statements(template, "LandingReaderPolicy")
    assert set(found["ReceiveLandings"]["Action"]) == {"sqs:ReceiveMessage", "sqs:DeleteMessage"}
    assert found["ReceiveLandings"]["Resource"] == {"GetAtt": "LandingQueue.Arn"}
    condition, roles, otherwise = properties(template, "LandingReaderPolicy")["Roles"]["If"]
    assert (roles, otherwise) == ([{"Ref": "PipelineRole"}], {"Ref": "AWS::NoValue"})
    assert template["Conditions"][condition] == {"Equals": [{"Ref": "InboxEvents"}, "true"]}
    assert template["Parameters"]["InboxEvents"]["Default"] == "false"


def test_a_landing_in_the_inbox_reaches_the_queue_encrypted(template: dict[str, Any]) -> None:
    (notice,) = properties(template, "DocumentsBucket")["NotificationConfiguration"]["TopicConfigurations"]
    assert notice["Topic"] == {"Ref": "LandingTopic"}
    assert notice["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "inbox/"}]
    subscription = properties(template, "LandingSubscription")
    assert (subscription["TopicArn"], subscription["Endpoint"]) == (
        {"Ref": "LandingTopic"}, {"GetAtt": "LandingQueue.Arn"})
    for name in ("LandingTopic", "LandingQueue", "LandingDeadLetters"):
        assert properties(template, name)["KmsMasterKeyId"] == {"Ref": "LandingKey"}


def test_nothing_in_the_template_is_bound_to_one_account_or_region(template: dict[str, Any]) -> None:
    resources = " ".join(scalars(template["Resources"]))
    assert "us-east-1" not in resources
    assert "arn:aws:" not in resources
