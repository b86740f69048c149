"""One run at a time has a document's pages read one by one.

AnalyzeDocument has no token by which Textract would know a page again: two runs over the same document that send it at
the same moment both pay for it. A job has one, and needs nothing of this.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from include.documents.storage import ConditionFailedError, Stored, reading_key
from include.errors import PipelineError
from include.workspace import Workspace

LONGEST = timedelta(minutes=10)
"""After which a run that has not let go counts as dead: longer than a few pages take while Textract throttles."""
POLL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Claim:
    """The run that has, or had last, the document's pages read; ``since`` in UTC."""

    run_id: str
    since: str
    held: bool = True

    def keeps_out(self, run_id: str) -> bool:
        """Whether this run has to wait. An earlier try of its own task is dead, or a new one would not have begun."""
        age = datetime.now(UTC) - datetime.fromisoformat(self.since)
        return self.held and self.run_id != run_id and age < LONGEST


@contextmanager
def alone(workspace: Workspace, run_id: str, wait: Callable[[float], None] = time.sleep) -> Iterator[bool]:
    """Wait until no other run has the document's pages read, and keep others waiting meanwhile.

    Yields whether another try has had pages read before: what is missing has to be looked up anew.

    :raises PipelineError: an S3 code.
    """
    claim = Claim(run_id, datetime.now(UTC).isoformat())
    etag, had_before = _take(workspace, claim, wait)
    try:
        yield had_before
    finally:
        # Whoever has taken it over, after LONGEST, keeps it; where S3 is away, others wait as long as that.
        with suppress(ConditionFailedError, PipelineError):
            workspace.documents.replace(reading_key(workspace.document_id), _json(replace(claim, held=False)), etag)


def _take(workspace: Workspace, claim: Claim, wait: Callable[[float], None]) -> tuple[str, bool]:
    """The claim's ETag, and whether there was one before."""
    key = reading_key(workspace.document_id)
    with suppress(ConditionFailedError):
        return workspace.documents.create(key, _json(claim)), False
    while True:
        stored = workspace.documents.read_version(key)
        if _claim(stored).keeps_out(claim.run_id):
            wait(POLL_SECONDS)
            continue
        with suppress(ConditionFailedError):
            return workspace.documents.replace(key, _json(claim), stored.etag), True


def _claim(stored: Stored) -> Claim:
    return Claim(**json.loads(stored.body))


def _json(claim: Claim) -> bytes:
    return json.dumps(asdict(claim)).encode()
