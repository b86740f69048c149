"""moto behind the faults that are asked for S3; every other service passes.

Operations and error answers as in https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
and https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
"""

from __future__ import annotations

import io
import time
from typing import Any
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from include.sandbox.connection import cut
from include.sandbox.faults import ANSWER, REQUEST, Call, Faults
from include.sandbox.told import LONGEST_BODY, Told, labels_of

_STATUS = {
    "AccessDenied": 403, "InternalError": 500, "NoSuchBucket": 404, "NoSuchKey": 404, "ServiceUnavailable": 503,
    "SlowDown": 503}
_OBJECT_OPERATIONS = {
    "GET": "s3:GetObject", "HEAD": "s3:HeadObject", "PUT": "s3:PutObject", "DELETE": "s3:DeleteObject"}


class FaultyS3:
    """The WSGI application.

    :param moto: the application behind it.
    :param told: gets what callers say beside the contents of objects.
    """

    def __init__(self, moto: Any, faults: Faults, told: Told) -> None:
        self._moto = moto
        self._faults = faults
        self._told = told

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self._note(request)
        call = s3_call(request)
        struck = self._faults.of_call(call) if call else []
        for fault in struck:
            if fault.slow_seconds:
                time.sleep(fault.slow_seconds)
            if fault.drop == REQUEST:
                cut(environ)
            if fault.error or fault.http_status:
                return _refusal(fault.error, fault.http_status)(environ, start_response)
        if any(fault.drop == ANSWER for fault in struck):
            list(self._moto(environ, lambda *_arguments: None))
            cut(environ)
        return self._moto(environ, start_response)

    def _note(self, request: Request) -> None:
        """Of S3 the labels of what is written, of every other service whole requests."""
        if "/s3/aws4_request" in request.headers.get("Authorization", ""):
            if request.method in ("PUT", "POST"):
                self._told.add("s3", place=unquote(request.path), query=request.query_string.decode(),
                               labels=labels_of(request.headers))
        elif request.method == "POST" and (request.content_length or 0) <= LONGEST_BODY:
            body = request.get_data(cache=False)
            request.environ["wsgi.input"] = io.BytesIO(body)
            service = request.headers.get("Authorization", "").partition("/aws4_request")[0].rpartition("/")[2]
            self._told.add(service, body=body.decode(errors="replace"))


def s3_call(request: Request) -> Call | None:
    """The call of S3 that a signed request in path style makes; None for anything that faults do not know."""
    if "/s3/aws4_request" not in request.headers.get("Authorization", ""):
        return None
    _, _, key = unquote(request.path).lstrip("/").partition("/")
    if not key:
        listing = request.method == "GET" and request.args.get("list-type") == "2"
        return Call("s3:ListObjectsV2", key=request.args.get("prefix", "")) if listing else None
    operation = _OBJECT_OPERATIONS.get(request.method)
    return Call(operation, key=key) if operation else None


def _refusal(code: str | None, status: int | None) -> Response:
    body = f"<Error><Code>{code}</Code><Message>The sandbox was asked for this error</Message></Error>" if code else ""
    return Response(body, status or _STATUS.get(code or "", 400), content_type="application/xml")
