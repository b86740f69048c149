"""Textract over HTTP: JSON 1.1 on POST /, and the sandbox's own pages below /_sandbox/."""

from __future__ import annotations

import json
import re
import secrets
import time
from typing import Any

from werkzeug.wrappers import Request, Response

from include.sandbox.connection import cut
from include.sandbox.faults import ANSWER, REQUEST, Call, Fault, InvalidFaultError
from include.sandbox.refusals import THROTTLES, Refusal
from include.sandbox.textract import Textract

LONGEST_BODY = 64 * 1024 * 1024
"""Bytes. An 11 MB document must arrive to be refused as Textract does."""
_CALLER = re.compile(r"Credential=([^/,\s]+)/")


class _DroppedError(Exception):
    """The caller gets no answer; counted before the connection ends, for the caller may ask for the counts at once."""


class _HttpFailureError(Exception):
    """A bare HTTP status in place of an answer."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Endpoint:
    """The WSGI application."""

    def __init__(self, service: Textract, rights: Any = None) -> None:
        self._service = service
        self._rights = rights

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        request.max_content_length = LONGEST_BODY
        if request.path.startswith("/_sandbox/"):
            response = self._own_page(request)
        elif request.method == "POST" and request.path == "/":
            response = self._call(request)
        else:
            response = _json({"error": "not found"}, 404)
        return response(environ, start_response)

    def _call(self, request: Request) -> Response:
        operation = request.headers.get("X-Amz-Target", "").removeprefix("Textract.")
        body = request.get_data(cache=False)
        if operation not in self._service.operations:
            return _refused(Refusal("UnknownOperationException", "The sandbox does not know this operation"))
        self._service.meter.add(operation, calls=1)
        match = _CALLER.search(request.headers.get("Authorization", ""))
        caller = match[1] if match else None
        try:
            parameters = _parsed(body)
            struck = self._strike(Call(operation, next_token="NextToken" in parameters))
            if self._rights is not None:
                self._rights.check(f"textract:{operation}", "*", caller)
            answer = _json(self._service.operations[operation](parameters, caller), 200)
            if any(fault.drop == ANSWER for fault in struck):
                raise _DroppedError
            return answer
        except _DroppedError:
            self._service.meter.add(operation, errors=1)
            cut(request.environ)
        except _HttpFailureError as failure:
            self._service.meter.add(operation, errors=1)
            return Response("", failure.status)
        except Refusal as refusal:
            self._service.meter.add(operation, errors=1, throttled=int(refusal.code in THROTTLES))
            return _refused(refusal)
        except Exception:  # the caller must see Textract's name for it, and no trace of the document
            self._service.meter.add(operation, errors=1)
            return _refused(Refusal("InternalServerError", "The sandbox failed on this request"))

    def _strike(self, call: Call) -> list[Fault]:
        """The faults of a call, as far as they strike before it."""
        struck = self._service.faults.of_call(call)
        for fault in struck:
            if fault.slow_seconds:
                time.sleep(fault.slow_seconds)
            if fault.drop == REQUEST:
                raise _DroppedError
            if fault.http_status is not None:
                raise _HttpFailureError(fault.http_status)
            if fault.error:
                raise Refusal(fault.error, "The sandbox was asked for this error")
        return struck

    def _own_page(self, request: Request) -> Response:
        place = request.method, request.path
        if place == ("GET", "/_sandbox/health"):
            return _json({"status": "ok"}, 200)
        if place == ("GET", "/_sandbox/calls"):
            return _json(self._service.meter.as_json(), 200)
        if place == ("GET", "/_sandbox/seconds"):
            return _json({"seconds": self._service.meter.by_second()}, 200)
        if place == ("GET", "/_sandbox/told"):
            return _json(self._service.told.as_json(), 200)
        if place == ("DELETE", "/_sandbox/calls"):
            self._service.meter.reset()
            return _json({}, 200)
        if place == ("DELETE", "/_sandbox/faults"):
            self._service.faults.clear()
            return _json({}, 200)
        if place == ("POST", "/_sandbox/faults"):
            return self._add_fault(request)
        return _json({"error": "not found"}, 404)

    def _add_fault(self, request: Request) -> Response:
        try:
            asked = json.loads(request.get_data())
            if not isinstance(asked, dict):
                raise InvalidFaultError("a fault is a JSON object")
            fault = Fault.parse(asked)
        except (ValueError, InvalidFaultError) as error:
            return _json({"error": str(error)}, 400)
        if asked.get("lose_jobs"):
            self._service.jobs.lose_all()
        if fault.strikes:
            self._service.faults.add(fault)
        return _json({}, 200)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        parameters = json.loads(body or b"{}")
    except ValueError:
        raise Refusal("SerializationException", "Request is not JSON") from None
    if not isinstance(parameters, dict):
        raise Refusal("SerializationException", "Request is not a JSON object")
    return parameters


def _json(content: dict[str, Any], status: int) -> Response:
    response = Response(json.dumps(content), status, content_type="application/x-amz-json-1.1")
    response.headers["x-amzn-RequestId"] = secrets.token_hex(16)
    return response


def _refused(refusal: Refusal) -> Response:
    return _json({"__type": refusal.code, "Message": refusal.message}, refusal.status)
