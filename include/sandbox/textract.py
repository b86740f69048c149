"""Textract's three operations: checked parameters in, answers or refusals out.

Parameters, limits and exceptions as botocore's model of Textract (2018-06-27) and
https://docs.aws.amazon.com/textract/latest/dg/API_Operations.html give them.
"""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

from include.sandbox.blocks import Block
from include.sandbox.engine import Engine
from include.sandbox.faults import Faults
from include.sandbox.jobs import MOST_RESULTS, Jobs
from include.sandbox.meter import Meter, Rate
from include.sandbox.pages import Document
from include.sandbox.refusals import Refusal
from include.sandbox.told import Told

FEATURES = frozenset({"TABLES", "FORMS"})
"""What the sandbox structures. Textract knows QUERIES, SIGNATURES and LAYOUT too; here they are refused."""
_TOKEN = re.compile(r"^[a-zA-Z0-9\-_]{1,64}$")
_TAG = re.compile(r"^[a-zA-Z0-9_.\-:]{1,64}$")

Parameters = Mapping[str, Any]


class ObjectSource(Protocol):
    """Where documents lie."""

    def read(self, bucket: str, key: str, caller: str | None) -> bytes:
        """An object's bytes with the caller's rights.

        :raises Refusal: InvalidS3ObjectException.
        """
        ...


class Textract:
    """The service.

    :param engine: reads the pages.
    :param tps: AnalyzeDocument calls accepted in a second.
    :param seconds_per_page: least time that a page takes.
    """

    def __init__(self, objects: ObjectSource, engine: Engine, tps: float = 10.0,
                 seconds_per_page: float = 0.0) -> None:
        self.faults = Faults()
        self.told = Told()
        self._objects = objects
        self._engine = engine
        self._rate = Rate(tps)
        self._seconds_per_page = seconds_per_page
        self.jobs = Jobs(seconds_per_page, lambda pages: self.meter.add("StartDocumentAnalysis", pages=pages),
                         at_once=engine.jobs_at_once)
        self.meter = Meter(self._rate, self.jobs)
        self.operations: dict[str, Callable[[Parameters, str | None], dict[str, Any]]] = {
            "AnalyzeDocument": self.analyze_document,
            "StartDocumentAnalysis": self.start_document_analysis,
            "GetDocumentAnalysis": self.get_document_analysis,
        }

    def analyze_document(self, parameters: Parameters, caller: str | None) -> dict[str, Any]:
        """One page at once.

        :param caller: access key of the caller, for reading S3.
        """
        if not self._rate.accepts():
            raise Refusal("ThrottlingException", "Rate exceeded")
        features = _features(parameters)
        document = self._document(self._body(parameters.get("Document"), caller), sync=True)
        started = time.monotonic()
        blocks = self._page(document, 0, features, number=None)
        time.sleep(max(0.0, started + self._seconds_per_page - time.monotonic()))
        self.meter.add("AnalyzeDocument", pages=1)
        return {"DocumentMetadata": {"Pages": 1}, "Blocks": blocks, "AnalyzeDocumentModelVersion": "1.0"}

    def start_document_analysis(self, parameters: Parameters, caller: str | None) -> dict[str, Any]:
        """Begin a job; the same ClientRequestToken finds it again."""
        self.told.add("textract", **{name: value for name, value in parameters.items() if name != "Document"})
        features = _features(parameters)
        _checked(parameters.get("ClientRequestToken"), _TOKEN)
        _checked(parameters.get("JobTag"), _TAG)
        known = self.jobs.known(parameters.get("ClientRequestToken"), parameters)
        if known is not None:
            return {"JobId": known}
        location = parameters.get("DocumentLocation")
        if not isinstance(location, Mapping) or "S3Object" not in location:
            raise Refusal("InvalidParameterException", "Request has invalid parameters")
        document = self._document(self._object(location["S3Object"], caller), sync=False)

        def read(opened: Document, index: int) -> list[Block]:
            return self._page(opened, index, features, number=index + 1)

        return {"JobId": self.jobs.start(document, parameters, read, self.faults.of_job())}

    def get_document_analysis(self, parameters: Parameters, _caller: str | None) -> dict[str, Any]:
        """A job's state and at most 1,000 of its blocks."""
        job_id, token = parameters.get("JobId"), parameters.get("NextToken")
        most = parameters.get("MaxResults", MOST_RESULTS)
        if not isinstance(job_id, str) or not isinstance(most, int) or most < 1:
            raise Refusal("InvalidParameterException", "Request has invalid parameters")
        if token is not None and not isinstance(token, str):
            raise Refusal("InvalidParameterException", "Request has invalid NextToken")
        return self.jobs.answer(job_id, min(most, MOST_RESULTS), token)

    def _page(self, document: Document, index: int, features: Collection[str], number: int | None) -> list[Block]:
        return self._engine.read(document.page(index), features, number)

    def _document(self, body: bytes, sync: bool) -> Document:
        return Document(body, sync, self._engine.dots_per_inch)

    def _body(self, document: Any, caller: str | None) -> bytes:
        if not isinstance(document, Mapping) or len({"Bytes", "S3Object"} & set(document)) != 1:
            raise Refusal("InvalidParameterException", "Request has invalid parameters")
        if "S3Object" in document:
            return self._object(document["S3Object"], caller)
        try:
            body = base64.b64decode(document["Bytes"], validate=True)
        except (TypeError, ValueError, binascii.Error):
            raise Refusal("InvalidParameterException", "Request has invalid parameters") from None
        if not body:
            raise Refusal("InvalidParameterException", "Document is empty")
        return body

    def _object(self, place: Any, caller: str | None) -> bytes:
        if not isinstance(place, Mapping) or not place.get("Bucket") or not place.get("Name"):
            raise Refusal("InvalidS3ObjectException", "Unable to get object metadata from S3")
        body = self._objects.read(str(place["Bucket"]), str(place["Name"]), caller)
        if not body:
            raise Refusal("BadDocumentException", "Document is empty")
        return body


def _features(parameters: Parameters) -> tuple[str, ...]:
    asked = parameters.get("FeatureTypes")
    if not isinstance(asked, list) or not asked or not set(map(str, asked)) <= FEATURES:
        raise Refusal("InvalidParameterException", "Request has invalid FeatureTypes")
    return tuple(map(str, asked))


def _checked(text: Any, pattern: re.Pattern[str]) -> None:
    if text is not None and (not isinstance(text, str) or not pattern.match(text)):
        raise Refusal("InvalidParameterException", "Request has invalid parameters")
