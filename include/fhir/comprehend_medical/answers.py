"""Answers in S3, one object per text and operation, as OCR's pages are: what was asked once is never billed again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from include.documents.storage import Bucket, analysis_key
from include.errors import PipelineError
from include.fhir.comprehend_medical.errors import code_of
from include.fhir.comprehend_medical.operations import Client, Operation, call


class NotSentError(Exception):
    """A text has not been sent to the service yet."""


class Answers:
    """Asks the service for what is not stored yet.

    :param connect: makes the client; called when the first text has to be sent.
    """

    def __init__(self, bucket: Bucket, connect: Callable[[], Client]) -> None:
        self._bucket = bucket
        self._connect = connect
        self._client: Client | None = None
        self.sent = 0
        """Texts that were sent, and billed."""

    def ask(self, operation: Operation, text: str) -> dict[str, Any]:
        """The answer, in the service's form.

        :param text: at most :data:`operations.MOST_BYTES`.
        :raises PipelineError: a code of the domain ANALYSIS, or of S3.
        """
        key = _key(operation, text)
        stored = self._bucket.find(key)
        body = stored.body if stored else self._send(operation, text)
        if stored is None:
            self._bucket.write(key, body)
        answer: dict[str, Any] = json.loads(body)
        return answer

    def recall(self, operation: Operation, text: str) -> dict[str, Any]:
        """As :meth:`ask`, and nothing is ever sent.

        :raises NotSentError: the text has not been sent yet.
        :raises PipelineError: an S3 code.
        """
        stored = self._bucket.find(_key(operation, text))
        if stored is None:
            raise NotSentError
        answer: dict[str, Any] = json.loads(stored.body)
        return answer

    def _send(self, operation: Operation, text: str) -> bytes:
        try:
            self._client = self._client or self._connect()
            answer = call(self._client, operation, text)
        except Exception as error:
            raise PipelineError(code_of(error)) from None
        self.sent += 1
        said = {name: part for name, part in answer.items() if name != "ResponseMetadata"}
        return json.dumps(said, sort_keys=True, ensure_ascii=False).encode()


def _key(operation: Operation, text: str) -> str:
    return analysis_key(hashlib.sha256(text.encode()).hexdigest(), operation)
