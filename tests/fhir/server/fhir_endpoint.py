"""A FHIR R4 server for the tests: transactions, versions and references as http://hl7.org/fhir/R4/http.html says.

It shares no code with the client. Faults are caused one request at a time, by :attr:`FhirEndpoint.faults`.
"""

from __future__ import annotations

import copy
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from werkzeug import Request, Response
from werkzeug.serving import make_server

from include.sandbox.connection import cut

Json = dict[str, Any]
Store = dict[str, list[Json | None]]


@dataclass(frozen=True)
class Fault:
    """What happens to the next request instead of, or (``commits``) after what it asked for.

    :param status: of the answer; 0 ends the connection; None keeps silent until the endpoint stops.
    """

    status: int | None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    commits: bool = False


class RefusedError(Exception):
    """A transaction that is refused whole."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code


def outcome(code: str, diagnostics: str = "", severity: str = "error", expression: str = "Observation.value") -> Json:
    return {"resourceType": "OperationOutcome", "issue": [
        {"severity": severity, "code": code, "diagnostics": diagnostics, "expression": [expression]}]}


class FhirEndpoint:
    """``store`` holds the history of each ``Type/id``, None for a deletion; ``requests`` what was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.store: Store = {}
        self.transactions: list[Json] = []
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.metadata: Json = {}
        self.mismatch_status = 412
        self.stopped = threading.Event()
        self._numbers = count(1)
        self._lock = threading.Lock()

    @property
    def current(self) -> dict[str, Json]:
        """What the server has now."""
        return {address: versions[-1] for address, versions in self.store.items() if versions[-1] is not None}

    def edit(self, address: str, **changes: Any) -> None:
        """Somebody changes a resource."""
        self._add(self.store, address, {**self.current[address], **changes})

    def remove(self, address: str) -> None:
        self.store[address].append(None)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        with self._lock:
            self.requests.append(request)
            return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        fault = self.faults.pop(0) if self.faults else None
        body = json.loads(request.get_data()) if request.method == "POST" else None
        if body is not None:
            self.transactions.append(body)
        answer = None
        if fault is None or fault.commits:
            answer = self._do(request, body)
        if fault is None:
            assert answer is not None
            return answer
        if fault.status is None:
            self.stopped.wait(30)
        if not fault.status:
            cut(request.environ)
        content = fault.body if isinstance(fault.body, str) else json.dumps(fault.body)
        return Response(content, fault.status, {"Content-Type": "application/fhir+json", **fault.headers})

    def _do(self, request: Request, body: Json | None) -> Response:
        path = request.path.removeprefix("/fhir").strip("/")
        if request.method == "POST" and not path and body and body.get("type") == "transaction":
            try:
                return _json(200, self._transaction(body["entry"]))
            except RefusedError as refused:
                return _json(refused.status, outcome(refused.code))
        if request.method == "GET" and path == "metadata":
            return _json(200, self.metadata)
        if request.method == "GET" and path in self.store:
            resource = self.store[path][-1]
            return _json(200, resource) if resource else _json(410, outcome("deleted"))
        return _json(404, outcome("not-found"))

    def _transaction(self, entries: list[Json]) -> Json:
        """All or nothing: on a copy, which takes the place of the store."""
        store = copy.deepcopy(self.store)
        places, responses = self._placed(store, entries)
        for entry in entries:
            self._check_version(store, entry["request"])
        for entry in (e for e in entries if e["request"]["method"] == "DELETE"):
            address = entry["request"]["url"]
            if address not in store:
                raise RefusedError(404, "not-found")  # Medplum's way; others take it for done
            if store[address][-1] is not None:
                store[address].append(None)
        for index, entry in enumerate(entries):
            if entry["request"]["method"] == "DELETE":
                responses[index] = {"status": "204 No Content"}
            elif index not in responses:
                address = places[entry["fullUrl"]]
                status = "200 OK" if store.get(address, [None])[-1] else "201 Created"
                version = self._add(store, address, _resolved(entry["resource"], places))
                responses[index] = {
                    "status": status, "location": f"{address}/_history/{version}", "etag": f'W/"{version}"'}
        _check_references(store)
        self.store = store
        return {"resourceType": "Bundle", "type": "transaction-response",
                "entry": [{"response": responses[index]} for index in range(len(entries))]}

    def _placed(self, store: Store, entries: list[Json]) -> tuple[dict[str, str], dict[int, Json]]:
        """Where each entry's resource is or will be; the responses of those that are there already."""
        places: dict[str, str] = {}
        responses: dict[int, Json] = {}
        for index, entry in enumerate(entries):
            request = entry["request"]
            if request["method"] == "PUT":
                assert entry["resource"]["id"] == request["url"].partition("/")[2]
                places[entry["fullUrl"]] = request["url"]
            elif request["method"] == "POST":
                found = _search(store, request["url"], request["ifNoneExist"])
                if len(found) > 1:
                    raise RefusedError(412, "multiple-matches")
                places[entry["fullUrl"]] = found[0] if found else f"{request['url']}/{next(self._numbers)}"
                if found:
                    responses[index] = {"status": "200 OK", "location": f"{found[0]}/_history/{len(store[found[0]])}"}
        return places, responses

    def _check_version(self, store: Store, request: Json) -> None:
        if "ifMatch" in request:
            versions = store.get(request["url"], [])
            if not versions or versions[-1] is None or request["ifMatch"] != f'W/"{len(versions)}"':
                raise RefusedError(self.mismatch_status, "processing")

    @staticmethod
    def _add(store: Store, address: str, resource: Json) -> int:
        versions = store.setdefault(address, [])
        version = len(versions) + 1
        meta = {**resource.get("meta", {}), "versionId": str(version), "lastUpdated": "2026-11-23T10:00:00Z"}
        versions.append({**resource, "id": address.partition("/")[2], "meta": meta})
        return version


def _json(status: int, body: Any) -> Response:
    return Response(json.dumps(body), status, {"Content-Type": "application/fhir+json"})


def _search(store: Store, kind: str, criteria: str) -> list[str]:
    found = re.fullmatch(r"identifier=([^|&]+)\|([^|&]+)", criteria)
    assert found, criteria
    wanted = {"system": found[1], "value": found[2]}.items()
    return [address for address, versions in store.items()
            if address.startswith(f"{kind}/") and (resource := versions[-1])
            and any(wanted <= identifier.items() for identifier in resource.get("identifier", ()))]


def _resolved(node: Any, places: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_resolved(part, places) for part in node]
    if isinstance(node, dict):
        return {key: places.get(part, part) if key == "reference" else _resolved(part, places)
                for key, part in node.items()}
    return node


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for part in node:
            yield from _references(part)
    elif isinstance(node, dict):
        for key, part in node.items():
            if key == "reference":
                yield part
            else:
                yield from _references(part)


def _check_references(store: Store) -> None:
    """Referential integrity: whatever is referred to is there."""
    there = {address for address, versions in store.items() if versions[-1]}
    for versions in store.values():
        if versions[-1] and set(_references(versions[-1])) - there:
            raise RefusedError(422, "not-found")


@contextmanager
def serve() -> Iterator[FhirEndpoint]:
    """An endpoint on a free port of loopback, for the length of the block."""
    endpoint = FhirEndpoint()
    server = make_server("127.0.0.1", 0, endpoint, threaded=True)
    endpoint.url = f"http://127.0.0.1:{server.server_port}/fhir"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()
