"""The settings that the template gives to a stack, in words that :mod:`live` uses too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from include.infrastructure.template import Resolver, UnresolvedError
from include.infrastructure.verification import wording
from include.infrastructure.verification.findings import EXISTENCE, NONE, THERE, Unknown, Value
from include.infrastructure.verification.statements import by_name

Settings = dict[str, Value]


def bucket(resolver: Resolver, logical_id: str, region: str) -> Settings:
    """A bucket's settings and the statements of its policy."""

    def of(name: str) -> Any:
        return resolver.property(logical_id, name)

    return {
        EXISTENCE: THERE,
        "region": region,
        "encryption": _known(lambda: wording.encryption(
            rule["ServerSideEncryptionByDefault"]
            for rule in of("BucketEncryption")["ServerSideEncryptionConfiguration"])),
        "versioning": _known(lambda: wording.versioning((of("VersioningConfiguration") or {}).get("Status"))),
        "public access": _known(lambda: wording.public_access(of("PublicAccessBlockConfiguration"))),
        "ownership": _known(lambda: of("OwnershipControls")["Rules"][0]["ObjectOwnership"]),
        "lifecycle": _known(lambda: wording.lifecycle(
            (rule["Id"], rule["Status"], rule.get("Prefix", ""), rule.get("ExpirationInDays"),
             rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation"))
            for rule in (of("LifecycleConfiguration") or {}).get("Rules", ()))),
        "lock": _known(lambda: wording.lock(of("ObjectLockConfiguration"))),
        "notifications": _known(lambda: wording.notifications(
            (notice["Event"], notice["Topic"], notice["Filter"]["S3Key"]["Rules"])
            for notice in (of("NotificationConfiguration") or {}).get("TopicConfigurations", ()))),
        **policy(resolver, f"{logical_id}Policy"),
    }


def topic(resolver: Resolver) -> Settings:
    """The landing topic, its policy and its one subscription."""

    def subscription() -> str:
        found = {name: resolver.property("LandingSubscription", name)
                 for name in ("Protocol", "Endpoint", "RawMessageDelivery")}
        return wording.subscriptions([(found["Protocol"], found["Endpoint"], found["RawMessageDelivery"])])

    return {
        EXISTENCE: THERE,
        "encryption": _known(lambda: resolver.property("LandingTopic", "KmsMasterKeyId")),
        "subscriptions": _known(subscription),
        **policy(resolver, "LandingTopicPolicy"),
    }


def queue(resolver: Resolver, logical_id: str) -> Settings:
    """A queue, and its policy where it has one."""

    def of(name: str) -> Any:
        return resolver.property(logical_id, name)

    return {
        EXISTENCE: THERE,
        "encryption": _known(lambda: of("KmsMasterKeyId")),
        "retention": _known(lambda: wording.seconds(of("MessageRetentionPeriod"))),
        "redrive": _known(lambda: wording.redrive(of("RedrivePolicy"))),
        **(policy(resolver, "LandingQueuePolicy") if logical_id == "LandingQueue" else {}),
    }


def key(resolver: Resolver) -> Settings:
    """The key of the topic and the queues."""
    return {
        EXISTENCE: THERE,
        "rotation": "on" if resolver.property("LandingKey", "EnableKeyRotation") else "off",
        **policy(resolver, "LandingKey", "KeyPolicy"),
    }


def role(resolver: Resolver) -> Settings:
    """Who may take on the pipeline's role, and every statement of the policies that it has."""
    names = ["PipelinePolicy", *(name for name in ("AnalysisPolicy", "AlertTopicPolicy", "AlertMailPolicy")
                                 if resolver.exists(name))]
    if resolver.property("LandingReaderPolicy", "Roles"):
        names.append("LandingReaderPolicy")
    return {
        EXISTENCE: THERE,
        "trust": _known(lambda: wording.trust(resolver.property("PipelineRole", "AssumeRolePolicyDocument"))),
        **{check: value for name in names for check, value in policy(resolver, name).items()},
    }


def policy(resolver: Resolver, logical_id: str, name: str = "PolicyDocument") -> Settings:
    """The statements of a policy."""
    try:
        document: Mapping[str, Any] = resolver.property(logical_id, name)
    except UnresolvedError as missing:
        return {f"statements of {logical_id}": _unknown(missing)}
    return dict(by_name([document]))


def _known(look_up: Callable[[], str | None]) -> Value:
    try:
        return look_up() or NONE
    except UnresolvedError as missing:
        return _unknown(missing)


def _unknown(missing: UnresolvedError) -> Unknown:
    return Unknown(f"the physical id of {missing} is not known: name the stack with STACK")
