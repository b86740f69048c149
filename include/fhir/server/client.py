"""The FHIR server over HTTP. Its answers are data; only what is no answer at all is an error here.

http://hl7.org/fhir/R4/http.html. No redirect is followed: a login and a patient's data go where the setting says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from include.errors import PipelineError
from include.fhir.server.outcome import Answer

Json = dict[str, Any]

FHIR_JSON = "application/fhir+json"


@dataclass(frozen=True, slots=True)
class FhirServer:
    """:param url: the base URL.
    :param timeout_seconds: to connect, and without a byte of the answer.
    :param headers: those of the login; none for a server without one.
    """

    url: str
    timeout_seconds: float = 30.0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def base(self) -> str:
        return self.url.rstrip("/")

    def post(self, transaction: Json) -> Answer:
        """:raises PipelineError: FHIR_UNREACHABLE, no answer; the server may have taken it all the same."""
        return self._ask("POST", self.base, json=transaction, headers={
            "Content-Type": FHIR_JSON, "Prefer": "return=minimal"})

    def read(self, address: str) -> Answer:
        """A resource by ``Type/id``; also ``metadata``.

        :raises PipelineError: FHIR_UNREACHABLE.
        """
        return self._ask("GET", f"{self.base}/{address}")

    def _ask(self, method: str, url: str, headers: Mapping[str, str] | None = None, **arguments: Any) -> Answer:
        try:
            answer = requests.request(
                method, url, headers={"Accept": FHIR_JSON, **(headers or {})}, auth=self._log_in,
                timeout=self.timeout_seconds, allow_redirects=False, **arguments)
            return Answer(answer.status_code, _json(answer), _seconds(answer.headers.get("Retry-After")))
        except requests.RequestException:
            raise PipelineError("FHIR_UNREACHABLE") from None

    def _log_in(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """As requests' ``auth``, so that no ``.netrc`` takes its place."""
        request.headers.update(self.headers)
        return request


def _json(answer: requests.Response) -> Json | None:
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


def _seconds(retry_after: str | None) -> float | None:
    """``Retry-After`` is a number of seconds or a date (RFC 9110, 10.2.3)."""
    if retry_after is None:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
