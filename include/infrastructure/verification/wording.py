"""Settings in words, from the template's form and from the answers of AWS alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from include.infrastructure.verification.findings import NONE
from include.infrastructure.verification.statements import canonical

_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def encryption(defaults: Iterable[Mapping[str, Any]]) -> str:
    """The algorithm, and the key's id where it is not S3's own."""
    return _all(" ".join(filter(None, (each["SSEAlgorithm"], each.get("KMSMasterKeyID")))) for each in defaults)


def versioning(status: str | None) -> str:
    return status or "never enabled"


def public_access(blocks: Mapping[str, Any] | None) -> str:
    """``all blocked``, or what is not."""
    open_ = [name for name in _BLOCKS if not (blocks or {}).get(name)]
    return f"not set: {', '.join(open_)}" if open_ else "all blocked"


def lifecycle(rules: Iterable[tuple[str, str, str, int | None, int | None]]) -> str:
    """:param rules: id, status, prefix, days to expiration, days after which an unfinished upload is given up."""
    return _all(
        f"{name} {status}, prefix '{prefix}', days to expiration {days}, days to abort uploads {uploads}"
        for name, status, prefix, days, uploads in rules)


def lock(configuration: Mapping[str, Any] | None) -> str:
    """Mode and time of the default retention."""
    if not configuration or configuration.get("ObjectLockEnabled") != "Enabled":
        return NONE
    retention = configuration.get("Rule", {}).get("DefaultRetention")
    if not retention:
        return "on, without a default retention"
    time = next((f"{unit.lower()} {retention[unit]}" for unit in ("Days", "Years") if retention.get(unit)), "no time")
    return f"{retention['Mode']}, {time}"


def notifications(notices: Iterable[tuple[str, str, Iterable[Mapping[str, str]]]]) -> str:
    """:param notices: event, topic, filter rules."""
    return _all(f"{event} where {_filter(rules)} to {target}" for event, target, rules in notices)


def subscriptions(found: Iterable[tuple[str, str, Any]]) -> str:
    """:param found: protocol, endpoint, whether messages are raw."""
    return _all(f"{protocol} {endpoint}{' raw' if str(raw).lower() == 'true' else ''}"
                for protocol, endpoint, raw in found)


def redrive(found: Mapping[str, Any] | str | None) -> str:
    if not found:
        return NONE
    values = json.loads(found) if isinstance(found, str) else found
    return f"after {values['maxReceiveCount']} times to {values['deadLetterTargetArn']}"


def seconds(value: Any) -> str:
    return f"{value} seconds"


def trust(document: Mapping[str, Any]) -> str:
    return " and ".join(sorted(canonical(statement) for statement in document["Statement"]))


def _filter(rules: Iterable[Mapping[str, str]]) -> str:
    return " and ".join(f"{rule['Name'].lower()} is {rule['Value']}" for rule in rules) or "nothing is asked"


def _all(parts: Iterable[str]) -> str:
    return "; ".join(sorted(parts)) or NONE
