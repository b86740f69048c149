"""What callers told AWS beside the documents: keys, tags and metadata of objects, tokens and tags of jobs, messages.

None of it may hold patient data, and much of it is gone when a test looks: an upload is deleted, a message is read.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

MOST = 50_000
"""Entries that are kept; the oldest go first."""
LONGEST_BODY = 256 * 1024
"""Bytes of a message; SNS and SQS take no more."""
_OF_THE_SIGNATURE = frozenset({
    "x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-decoded-content-length"})


class Told:
    """The latest entries, in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[dict[str, Any]] = deque(maxlen=MOST)

    def add(self, service: str, **what: Any) -> None:
        with self._lock:
            self._entries.append({"service": service, **what})

    def as_json(self) -> dict[str, Any]:
        with self._lock:
            return {"told": list(self._entries)}


def labels_of(headers: Any) -> dict[str, str]:
    """What a request says of its object in headers: tags, metadata, type."""
    return {name: value for name, value in headers.items()
            if (name.lower().startswith("x-amz-") and name.lower() not in _OF_THE_SIGNATURE)
            or name.lower() in ("content-type", "content-disposition", "content-language")}
