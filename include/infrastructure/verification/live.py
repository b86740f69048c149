"""The settings that a stack has, read back from AWS in the words of :mod:`expected`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from include.infrastructure.verification import wording
from include.infrastructure.verification.findings import EXISTENCE, NONE, STATEMENTS, THERE, Unknown, Value
from include.infrastructure.verification.statements import by_name

Settings = dict[str, Value]

_NOT_SET = frozenset({
    "NoSuchBucketPolicy", "NoSuchLifecycleConfiguration", "NoSuchPublicAccessBlockConfiguration",
    "ObjectLockConfigurationNotFoundError", "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError"})
_DENIED = frozenset({
    "AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException", "403", "Forbidden"})
_GONE = frozenset({
    "404", "NoSuchBucket", "NotFound", "NotFoundException", "NoSuchEntity", "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue"})


def bucket(s3: Any, name: str, region: str) -> Settings:
    """A bucket's settings and the statements of its policy."""
    try:
        where = s3.head_bucket(Bucket=name).get("BucketRegion", region)
    except ClientError as error:
        return {EXISTENCE: _not_there(error, "s3:ListBucket")}

    def ask(operation: str, action: str, say: Callable[[dict[str, Any]], str]) -> Value:
        return _asked(lambda: getattr(s3, operation)(Bucket=name), action, say)

    return {
        EXISTENCE: THERE,
        "region": str(where),
        "encryption": ask("get_bucket_encryption", "s3:GetEncryptionConfiguration", lambda answer: wording.encryption(
            rule["ApplyServerSideEncryptionByDefault"]
            for rule in answer["ServerSideEncryptionConfiguration"]["Rules"])),
        "versioning": ask("get_bucket_versioning", "s3:GetBucketVersioning",
                          lambda answer: wording.versioning(answer.get("Status"))),
        "public access": _absent(
            ask("get_public_access_block", "s3:GetBucketPublicAccessBlock",
                lambda answer: wording.public_access(answer["PublicAccessBlockConfiguration"])),
            wording.public_access(None)),
        "ownership": ask("get_bucket_ownership_controls", "s3:GetBucketOwnershipControls",
                         lambda answer: str(answer["OwnershipControls"]["Rules"][0]["ObjectOwnership"])),
        "lifecycle": ask("get_bucket_lifecycle_configuration", "s3:GetLifecycleConfiguration", _lifecycle),
        "lock": ask("get_object_lock_configuration", "s3:GetBucketObjectLockConfiguration",
                    lambda answer: wording.lock(answer["ObjectLockConfiguration"])),
        "notifications": ask("get_bucket_notification_configuration", "s3:GetBucketNotification", _notifications),
        **_policy(lambda: s3.get_bucket_policy(Bucket=name)["Policy"], "s3:GetBucketPolicy"),
    }


def topic(sns: Any, arn: str) -> Settings:
    """A topic, its policy and its subscriptions."""
    try:
        attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    except ClientError as error:
        return {EXISTENCE: _not_there(error, "sns:GetTopicAttributes")}

    def subscriptions() -> dict[str, Any]:
        arns = [each["SubscriptionArn"] for page in sns.get_paginator("list_subscriptions_by_topic").paginate(
            TopicArn=arn) for each in page["Subscriptions"]]
        return {"all": [sns.get_subscription_attributes(SubscriptionArn=each)["Attributes"] for each in arns]}

    return {
        EXISTENCE: THERE,
        "encryption": attributes.get("KmsMasterKeyId") or NONE,
        "subscriptions": _asked(subscriptions, "sns:GetSubscriptionAttributes", lambda answer: wording.subscriptions(
            (each["Protocol"], each["Endpoint"], each.get("RawMessageDelivery")) for each in answer["all"])),
        **by_name([attributes["Policy"]]),
    }


def queue(sqs: Any, url: str) -> Settings:
    """A queue and its policy."""
    try:
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    except ClientError as error:
        return {EXISTENCE: _not_there(error, "sqs:GetQueueAttributes")}
    return {
        EXISTENCE: THERE,
        "encryption": attributes.get("KmsMasterKeyId") or NONE,
        "retention": wording.seconds(attributes["MessageRetentionPeriod"]),
        "redrive": wording.redrive(attributes.get("RedrivePolicy")),
        **(by_name([attributes["Policy"]]) if attributes.get("Policy") else {}),
    }


def key(kms: Any, key_id: str) -> Settings:
    """A key's rotation and policy."""
    try:
        rotates = kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"]
    except ClientError as error:
        return {EXISTENCE: _not_there(error, "kms:GetKeyRotationStatus")}
    return {
        EXISTENCE: THERE,
        "rotation": "on" if rotates else "off",
        **_policy(lambda: kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"], "kms:GetKeyPolicy"),
    }


def role(iam: Any, name: str) -> Settings:
    """Who may take on a role, and every statement of its policies, its own and those that are attached."""
    try:
        document = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    except ClientError as error:
        return {EXISTENCE: _not_there(error, "iam:GetRole")}
    return {EXISTENCE: THERE, "trust": wording.trust(document), **_granted(iam, name)}


def _granted(iam: Any, role: str) -> Settings:
    try:
        return dict(by_name([*_attached(iam, role), *_inline(iam, role)]))
    except ClientError as error:
        return {STATEMENTS: _not_there(error, "iam:ListAttachedRolePolicies, iam:GetPolicy, iam:GetPolicyVersion, "
                                              "iam:ListRolePolicies or iam:GetRolePolicy")}


def _attached(iam: Any, role: str) -> list[Any]:
    found = []
    for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=role):
        for each in page["AttachedPolicies"]:
            version = iam.get_policy(PolicyArn=each["PolicyArn"])["Policy"]["DefaultVersionId"]
            answer = iam.get_policy_version(PolicyArn=each["PolicyArn"], VersionId=version)
            found.append(answer["PolicyVersion"]["Document"])
    return found


def _inline(iam: Any, role: str) -> list[Any]:
    return [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for page in iam.get_paginator("list_role_policies").paginate(RoleName=role)
            for name in page["PolicyNames"]]


def _lifecycle(answer: dict[str, Any]) -> str:
    return wording.lifecycle(
        (rule.get("ID", ""), rule["Status"], rule.get("Filter", {}).get("Prefix", rule.get("Prefix", "")),
         rule.get("Expiration", {}).get("Days"),
         rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation"))
        for rule in answer["Rules"])


def _notifications(answer: dict[str, Any]) -> str:
    others = [f"other {kind}" for kind in ("QueueConfigurations", "LambdaFunctionConfigurations",
                                           "EventBridgeConfiguration") if kind in answer]
    topics = wording.notifications(
        (event, notice["TopicArn"], notice.get("Filter", {}).get("Key", {}).get("FilterRules", ()))
        for notice in answer.get("TopicConfigurations", ()) for event in notice["Events"])
    return "; ".join([topics, *others])


def _policy(ask: Callable[[], Any], action: str) -> Settings:
    try:
        return dict(by_name([ask()]))
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_SET:
            return {}
        return {STATEMENTS: _not_there(error, action)}


def _asked(ask: Callable[[], dict[str, Any]], action: str, say: Callable[[dict[str, Any]], str]) -> Value:
    try:
        return say(ask())
    except ClientError as error:
        return NONE if error.response["Error"]["Code"] in _NOT_SET else _not_there(error, action)


def _absent(value: Value, instead: str) -> Value:
    return instead if value == NONE else value


def _not_there(error: ClientError, action: str) -> Value:
    """What is missing is found missing; what may not be looked at is not known.

    :raises ClientError: anything else.
    """
    code = error.response["Error"]["Code"]
    if code in _GONE:
        return "not there"
    if code in _DENIED:
        return Unknown(f"who looks may not call {action}")
    raise error
