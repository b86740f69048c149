"""What of a document is on the FHIR server: ``documents/<document id>/delivery.json``. Pure.

Keys are the addresses that the document's own bundle uses (``urn:uuid``). What is about to be posted is written down
before the post: a task that dies before it hears the answer leaves it *in doubt*, not forgotten.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from include.fhir.joining import canonical

Json = dict[str, Any]

DELETED = "deleted"
"""In place of a digest: what was posted was the deletion."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One resource on the server.

    ``address`` is ``Type/id`` there, empty where the server did not say; ``version`` its version there after we wrote
    it, None where it is not known; ``sha256`` the :func:`digest` of what was written. ``own`` resources belong to this
    document; the others (Patient, Practitioner) are shared, and neither changed nor deleted. ``in_doubt`` is the digest
    of what was posted since without an answer.
    """

    address: str
    version: str | None = None
    sha256: str | None = None
    own: bool = True
    in_doubt: str | None = None


Known = Mapping[str, Delivered]


def digest(resource: Json) -> str:
    """SHA-256 of what a resource says: without what a server adds, which is its narrative and its metadata, and
    whichever way a number is written. The profiles that it claims stay."""
    said = {key: value for key, value in resource.items() if key not in ("text", "meta")}
    profiles = resource.get("meta", {}).get("profile", [])
    return hashlib.sha256(canonical(_by_value({**said, "meta": profiles})).encode()).hexdigest()


def to_json(server: str, known: Known) -> bytes:
    """:param server: its base URL."""
    resources = {url: asdict(delivered) for url, delivered in known.items()}
    return json.dumps({"server": server, "resources": resources}, sort_keys=True, indent=1).encode()


def from_json(stored: bytes | None, server: str) -> dict[str, Delivered]:
    """What this server has; nothing, where nothing was delivered or to another server."""
    content = json.loads(stored) if stored else {}
    if content.get("server") != server:
        return {}
    return {url: Delivered(**values) for url, values in content["resources"].items()}


def anew(known: Known) -> dict[str, Delivered]:
    """Everything is to be posted again, over whatever version the server has: what is shared is looked for again, what
    the document no longer states is still to be deleted."""
    return {url: replace(delivered, version=None, sha256=None, in_doubt=None)
            for url, delivered in known.items() if delivered.own}


def _by_value(node: Any) -> Any:
    """``100.0`` is 100: JSON has one kind of number, and so have the servers written in JavaScript."""
    if isinstance(node, list):
        return [_by_value(part) for part in node]
    if isinstance(node, dict):
        return {key: _by_value(part) for key, part in node.items()}
    return int(node) if isinstance(node, float) and node.is_integer() else node
