"""What was delivered, in S3: read once, written back only onto that very version."""

from __future__ import annotations

from include.documents.storage import Bucket, ConditionFailedError, delivery_key
from include.errors import PipelineError
from include.fhir.server.delivery import Delivered, Known, from_json, to_json


class Ledger:
    """The ``delivery.json`` of one document.

    :param server: base URL of the FHIR server.
    """

    def __init__(self, bucket: Bucket, document_id: str, server: str) -> None:
        self._bucket, self._key, self._server = bucket, delivery_key(document_id), server
        stored = bucket.find(self._key)
        self._etag = stored.etag if stored else None
        self.known: dict[str, Delivered] = from_json(stored.body if stored else None, server)

    def write(self, known: Known) -> None:
        """:raises PipelineError: MERGE_CONFLICT, another task delivers the same document; the S3 codes."""
        body = to_json(self._server, known)
        try:
            self._etag = (self._bucket.create(self._key, body) if self._etag is None
                          else self._bucket.replace(self._key, body, self._etag))
        except ConditionFailedError:
            # botocore sends a write again whose answer was lost, and meets what it has written itself.
            there = self._bucket.read_version(self._key)
            if there.body != body:
                raise PipelineError("MERGE_CONFLICT") from None
            self._etag = there.etag
        self.known = dict(known)
