"""Each setting of the stack that is not as the template says is one line, and the only one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from demo.sandbox_account import SandboxAccount
from include.infrastructure.template import Resolver
from include.infrastructure.verification import settings
from include.infrastructure.verification.deployment import Deployment
from include.infrastructure.verification.findings import Finding, Verdict


@dataclass(frozen=True)
class Stack:
    """The live stack: its clients and names."""

    account: SandboxAccount
    resolver: Resolver
    client: Callable[[str], Any]

    @property
    def documents(self) -> dict[str, str]:
        return {"Bucket": self.account.bucket("DocumentsBucket")}

    @property
    def temp(self) -> dict[str, str]:
        return {"Bucket": self.account.bucket("OcrTempBucket")}

    @property
    def audit(self) -> dict[str, str]:
        return {"Bucket": self.account.bucket("AuditBucket")}

    def id(self, logical_id: str) -> str:
        return self.account.stack.physical_ids[logical_id]


@pytest.fixture
def stack(account: SandboxAccount, resolver: Resolver, session: Any, bucket_policies: None) -> Stack:
    return Stack(account, resolver, session.client)


@pytest.fixture
def look(session: Any, resolver: Resolver, deployment: Deployment) -> Callable[[], list[Finding]]:
    return lambda: list(settings.check(session, resolver, deployment))


def wrong(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(each.subject, each.check) for each in findings if each.verdict is Verdict.WRONG]


Deviation = Callable[[Stack], Iterator[None]]
CASES: list[tuple[str, str, Deviation]] = []


def case(subject: str, check: str) -> Callable[[Deviation], Deviation]:
    """A change of one live setting, taken back behind the ``yield``."""

    def add(deviation: Deviation) -> Deviation:
        CASES.append((subject, check, deviation))
        return deviation

    return add


@case("documents bucket", "encryption")
def by_key(stack: Stack) -> Iterator[None]:
    put = stack.client("s3").put_bucket_encryption
    rule = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k"}}]}
    put(**stack.documents, ServerSideEncryptionConfiguration=rule)
    yield
    put(**stack.documents, ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})


@case("documents bucket", "versioning")
def suspended(stack: Stack) -> Iterator[None]:
    put = stack.client("s3").put_bucket_versioning
    put(**stack.documents, VersioningConfiguration={"Status": "Suspended"})
    yield
    put(**stack.documents, VersioningConfiguration={"Status": "Enabled"})


@case("audit bucket", "public access")
def one_block_less(stack: Stack) -> Iterator[None]:
    put = stack.client("s3").put_public_access_block
    whole = stack.resolver.property("AuditBucket", "PublicAccessBlockConfiguration")
    put(**stack.audit, PublicAccessBlockConfiguration={**whole, "BlockPublicPolicy": False})
    yield
    put(**stack.audit, PublicAccessBlockConfiguration=whole)


@case("temporary bucket", "public access")
def no_block(stack: Stack) -> Iterator[None]:
    stack.client("s3").delete_public_access_block(**stack.temp)
    yield
    stack.client("s3").put_public_access_block(
        **stack.temp,
        PublicAccessBlockConfiguration=stack.resolver.property("OcrTempBucket", "PublicAccessBlockConfiguration"))


@case("documents bucket", "ownership")
def with_acls(stack: Stack) -> Iterator[None]:
    put = stack.client("s3").put_bucket_ownership_controls
    put(**stack.documents, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    yield
    put(**stack.documents, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})


@contextmanager
def lifecycle(stack: Stack, rules: list[dict[str, Any]] | None) -> Iterator[None]:
    s3 = stack.client("s3")
    before = s3.get_bucket_lifecycle_configuration(**stack.temp)["Rules"]
    if rules is None:
        s3.delete_bucket_lifecycle(**stack.temp)
    else:
        s3.put_bucket_lifecycle_configuration(**stack.temp, LifecycleConfiguration={"Rules": rules})
    yield
    s3.put_bucket_lifecycle_configuration(**stack.temp, LifecycleConfiguration={"Rules": before})


ABORT = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}


@case("temporary bucket", "lifecycle")
def no_rule(stack: Stack) -> Iterator[None]:
    with lifecycle(stack, None):
        yield


@case("temporary bucket", "lifecycle")
def a_week(stack: Stack) -> Iterator[None]:
    rule = {"ID": "DeleteOCRTempFiles", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 7}}
    with lifecycle(stack, [{**rule, **ABORT}]):
        yield


@case("temporary bucket", "lifecycle")
def disabled(stack: Stack) -> Iterator[None]:
    rule = {"ID": "DeleteOCRTempFiles", "Status": "Disabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    with lifecycle(stack, [{**rule, **ABORT}]):
        yield


@case("temporary bucket", "lifecycle")
def of_a_prefix(stack: Stack) -> Iterator[None]:
    rule = {"ID": "DeleteOCRTempFiles", "Status": "Enabled", "Filter": {"Prefix": "old/"}, "Expiration": {"Days": 1}}
    with lifecycle(stack, [{**rule, **ABORT}]):
        yield


@contextmanager
def lock(stack: Stack, **rule: Any) -> Iterator[None]:
    put = stack.client("s3").put_object_lock_configuration
    put(**stack.audit, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", **rule})
    yield
    put(**stack.audit, ObjectLockConfiguration=stack.resolver.property("AuditBucket", "ObjectLockConfiguration"))


@case("audit bucket", "lock")
def another_mode(stack: Stack) -> Iterator[None]:
    with lock(stack, Rule={"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}):
        yield


@case("audit bucket", "lock")
def another_time(stack: Stack) -> Iterator[None]:
    with lock(stack, Rule={"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 1}}):
        yield


@case("documents bucket", "notifications")
def nobody_hears(stack: Stack) -> Iterator[None]:
    s3 = stack.client("s3")
    before = s3.get_bucket_notification_configuration(**stack.documents)["TopicConfigurations"]
    s3.put_bucket_notification_configuration(**stack.documents, NotificationConfiguration={})
    yield
    s3.put_bucket_notification_configuration(
        **stack.documents, NotificationConfiguration={"TopicConfigurations": before})


@contextmanager
def bucket_policy(stack: Stack, logical_id: str, change: Callable[[list[dict[str, Any]]], object]) -> Iterator[None]:
    document = json.loads(json.dumps(stack.resolver.property(f"{logical_id}Policy", "PolicyDocument")))
    change(document["Statement"])
    put = stack.client("s3").put_bucket_policy
    put(Bucket=stack.account.bucket(logical_id), Policy=json.dumps(document))
    yield


@case("temporary bucket", "statement DenyWithoutTLS")
def without_tls(stack: Stack) -> Iterator[None]:
    stack.client("s3").delete_bucket_policy(**stack.temp)
    yield


@case("documents bucket", "statement DenyWithoutTLS")
def tls_for_half_of_it(stack: Stack) -> Iterator[None]:
    with bucket_policy(stack, "DocumentsBucket", lambda statements: statements[0]["Resource"].pop()):
        yield


@case("audit bucket", "statement DenyOverwriting")
def may_be_written_over(stack: Stack) -> Iterator[None]:
    with bucket_policy(stack, "AuditBucket", lambda statements: statements.pop(1)):
        yield


@case("audit bucket", "statement Share")
def shared(stack: Stack) -> Iterator[None]:
    more = {"Sid": "Share", "Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{stack.audit['Bucket']}/*"}
    with bucket_policy(stack, "AuditBucket", lambda statements: statements.append(more)):
        yield


@case("landing topic", "encryption")
def topic_in_plain_text(stack: Stack) -> Iterator[None]:
    put = stack.client("sns").set_topic_attributes
    put(TopicArn=stack.id("LandingTopic"), AttributeName="KmsMasterKeyId", AttributeValue="")
    yield
    put(TopicArn=stack.id("LandingTopic"), AttributeName="KmsMasterKeyId", AttributeValue=stack.id("LandingKey"))


@case("landing topic", "subscriptions")
def another_listens(stack: Stack) -> Iterator[None]:
    sns = stack.client("sns")
    made = sns.subscribe(TopicArn=stack.id("LandingTopic"), Protocol="email", Endpoint="somebody@example.org")
    yield
    sns.unsubscribe(SubscriptionArn=made["SubscriptionArn"])


@case("landing topic", "statement DocumentsBucketPublishes")
def anybody_publishes(stack: Stack) -> Iterator[None]:
    document = stack.resolver.property("LandingTopicPolicy", "PolicyDocument")
    [statement] = document["Statement"]
    put = stack.client("sns").set_topic_attributes
    put(TopicArn=stack.id("LandingTopic"), AttributeName="Policy", AttributeValue=json.dumps(
        {**document, "Statement": [{**statement, "Condition": {}}]}))
    yield
    put(TopicArn=stack.id("LandingTopic"), AttributeName="Policy", AttributeValue=json.dumps(document))


@contextmanager
def queue(stack: Stack, logical_id: str, attribute: str, value: str) -> Iterator[None]:
    sqs, url = stack.client("sqs"), stack.id(logical_id)
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    policy = {"Policy": before["Policy"]} if "Policy" in before else {}  # moto forgets it with each other attribute
    sqs.set_queue_attributes(QueueUrl=url, Attributes={**policy, attribute: value})
    yield
    sqs.set_queue_attributes(QueueUrl=url, Attributes={attribute: before[attribute], **policy})


@case("landing queue", "encryption")
def under_another_key(stack: Stack) -> Iterator[None]:
    with queue(stack, "LandingQueue", "KmsMasterKeyId", "alias/aws/sqs"):
        yield


@case("landing queue", "retention")
def forgets_after_a_minute(stack: Stack) -> Iterator[None]:
    with queue(stack, "LandingQueue", "MessageRetentionPeriod", "60"):
        yield


@case("landing queue", "redrive")
def gives_up_at_once(stack: Stack) -> Iterator[None]:
    target = json.loads(stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.id("LandingQueue"), AttributeNames=["All"])["Attributes"]["RedrivePolicy"])
    with queue(stack, "LandingQueue", "RedrivePolicy", json.dumps({**target, "maxReceiveCount": 1})):
        yield


@case("landing dead letters", "retention")
def dead_letters_are_gone_soon(stack: Stack) -> Iterator[None]:
    with queue(stack, "LandingDeadLetters", "MessageRetentionPeriod", "60"):
        yield


@case("landing queue", "statement LandingTopicSends")
def anybody_sends(stack: Stack) -> Iterator[None]:
    document = stack.resolver.property("LandingQueuePolicy", "PolicyDocument")
    [statement] = document["Statement"]
    open_to_all = {**document, "Statement": [{**statement, "Condition": {}}]}
    with queue(stack, "LandingQueue", "Policy", json.dumps(open_to_all)):
        yield


@case("landing key", "rotation")
def never_rotated(stack: Stack) -> Iterator[None]:
    stack.client("kms").disable_key_rotation(KeyId=stack.id("LandingKey"))
    yield
    stack.client("kms").enable_key_rotation(KeyId=stack.id("LandingKey"))


@case("pipeline's role", "trust")
def taken_on_by_anybody(stack: Stack) -> Iterator[None]:
    role = {"RoleName": stack.id("PipelineRole")}
    iam = stack.client("iam")
    document = stack.resolver.property("PipelineRole", "AssumeRolePolicyDocument")
    anybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    iam.update_assume_role_policy(
        **role, PolicyDocument=json.dumps({**document, "Statement": [*document["Statement"], anybody]}))
    yield
    iam.update_assume_role_policy(**role, PolicyDocument=json.dumps(document))


@case("pipeline's role", "statement Everything")
def granted_beside_the_template(stack: Stack) -> Iterator[None]:
    role = {"RoleName": stack.id("PipelineRole"), "PolicyName": "more"}
    stack.client("iam").put_role_policy(**role, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": {
        "Sid": "Everything", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}}))
    yield
    stack.client("iam").delete_role_policy(**role)


@contextmanager
def pipeline_policy(stack: Stack, change: Callable[[dict[str, dict[str, Any]]], object]) -> Iterator[None]:
    iam, policy = stack.client("iam"), {"PolicyArn": stack.id("PipelinePolicy")}
    document = json.loads(json.dumps(stack.resolver.property("PipelinePolicy", "PolicyDocument")))
    before = iam.get_policy(**policy)["Policy"]["DefaultVersionId"]
    change({statement["Sid"]: statement for statement in document["Statement"]})
    made = iam.create_policy_version(**policy, PolicyDocument=json.dumps(document), SetAsDefault=True)
    yield
    iam.set_default_policy_version(**policy, VersionId=before)
    iam.delete_policy_version(**policy, VersionId=made["PolicyVersion"]["VersionId"])


@case("pipeline's role", "statement WriteResults")
def may_write_the_inbox(stack: Stack) -> Iterator[None]:
    inbox = f"arn:aws:s3:::{stack.documents['Bucket']}/inbox/*"
    with pipeline_policy(stack, lambda statements: statements["WriteResults"]["Resource"].append(inbox)):
        yield


@case("pipeline's role", "statement PassPagesToOcr")
def may_not_delete_uploads(stack: Stack) -> Iterator[None]:
    with pipeline_policy(stack, lambda statements: statements["PassPagesToOcr"]["Action"].remove("s3:DeleteObject")):
        yield


@case("pipeline's role", "statement ListOcrTemp")
def lists_all_of_it(stack: Stack) -> Iterator[None]:
    with pipeline_policy(stack, lambda statements: statements["ListOcrTemp"].pop("Condition")):
        yield


def test_a_stack_as_the_template_says_has_nothing_wrong_and_nothing_unchecked(
        stack: Stack, look: Callable[[], list[Finding]]) -> None:
    findings = look()
    assert [each for each in findings if each.verdict is not Verdict.OK] == []
    assert {each.subject for each in findings} == {
        "documents bucket", "temporary bucket", "audit bucket", "landing topic", "landing queue",
        "landing dead letters", "landing key", "pipeline's role"}


@pytest.mark.parametrize(
    ("subject", "check", "deviation"), CASES, ids=[f"{subject}: {case.__name__}" for subject, _, case in CASES])
def test_a_setting_that_was_changed_is_the_one_line_that_is_wrong(
        stack: Stack, look: Callable[[], list[Finding]], subject: str, check: str, deviation: Deviation) -> None:
    with contextmanager(deviation)(stack):
        findings = look()
    assert wrong(findings) == [(subject, check)]
    [line] = [each for each in findings if each.verdict is Verdict.WRONG]
    assert line.found != line.expected
    assert line.advice


def test_every_kind_of_setting_was_changed_once(stack: Stack, look: Callable[[], list[Finding]]) -> None:
    """But for those that no call of AWS can change: whether a bucket exists, and its region."""
    kinds = {each.check.split()[0] for each in look()} - {"existence", "region"}
    assert {check.split()[0] for _, check, _ in CASES} == kinds


def test_a_bucket_that_is_not_there_is_one_line(
        session: Any, resolver: Resolver, deployment: Deployment, bucket_policies: None) -> None:
    gone = {**deployment.stack.physical_ids, "AuditBucket": "gone-audit-dev"}
    findings = list(settings.check(session, resolver, replace(
        deployment, stack=replace(deployment.stack, physical_ids=gone))))
    assert wrong(findings) == [("audit bucket", "existence")]


def test_a_bucket_in_another_region_is_said_to_be(
        session: Any, resolver: Resolver, deployment: Deployment, bucket_policies: None) -> None:
    findings = list(settings.check(session, resolver, replace(
        deployment, stack=replace(deployment.stack, region="eu-west-1"))))
    assert ("documents bucket", "region") in wrong(findings)


def test_what_whoever_looks_may_not_read_is_not_checked_and_says_which_right_is_missing(
        account: SandboxAccount, resolver: Resolver, deployment: Deployment) -> None:
    from demo.sandbox_account import client

    iam = account.client("iam")
    iam.create_user(UserName="guest")
    iam.put_user_policy(UserName="guest", PolicyName="p", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:HeadBucket", "s3:GetBucketVersioning"],
             "Resource": "*"}]}))
    made = iam.create_access_key(UserName="guest")["AccessKey"]

    class Guest:
        def client(self, service: str, **_: str) -> Any:
            return client(account.local, service, (made["AccessKeyId"], made["SecretAccessKey"]))

    findings = list(settings.check(Guest(), resolver, deployment))
    by_line = {(each.subject, each.check): each for each in findings}
    assert wrong(findings) == []
    assert by_line["documents bucket", "versioning"].verdict is Verdict.OK
    for line, right in {
            ("landing topic", "existence"): "sns:GetTopicAttributes",
            ("landing queue", "existence"): "sqs:GetQueueAttributes",
            ("landing key", "existence"): "kms:GetKeyRotationStatus",
            ("pipeline's role", "existence"): "iam:GetRole"}.items():
        assert by_line[line].verdict is Verdict.NOT_CHECKED
        assert right in by_line[line].advice
