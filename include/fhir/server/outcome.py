"""What a FHIR server's answer means, as a code of the error registry. Pure.

``diagnostics``, ``details`` and even an expression can quote the patient: of an OperationOutcome only codes of closed
lists are ever passed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from include.errors import REGISTRY, PipelineError
from include.fhir.server.capability import RESOURCE_TYPES

Json = dict[str, Any]

_REJECTED, _CONFLICT, _BUSY = "FHIR_REJECTED", "FHIR_CONFLICT", "FHIR_BUSY"
_DENIED, _UNREACHABLE, _NOT_SUPPORTED = "FHIR_ACCESS_DENIED", "FHIR_UNREACHABLE", "FHIR_NOT_SUPPORTED"

ISSUE_TYPES = {
    "invalid": _REJECTED, "structure": _REJECTED, "required": _REJECTED, "value": _REJECTED, "invariant": _REJECTED,
    "security": _DENIED, "login": _DENIED, "unknown": _DENIED, "expired": _DENIED, "forbidden": _DENIED,
    "suppressed": _DENIED,
    "processing": _REJECTED, "not-supported": _NOT_SUPPORTED, "duplicate": _BUSY, "multiple-matches": _CONFLICT,
    "not-found": _CONFLICT, "deleted": _CONFLICT, "too-long": _REJECTED, "code-invalid": _REJECTED,
    "extension": _REJECTED, "too-costly": _NOT_SUPPORTED, "business-rule": _REJECTED, "conflict": _BUSY,
    "transient": _UNREACHABLE, "lock-error": _BUSY, "no-store": _UNREACHABLE, "exception": _UNREACHABLE,
    "timeout": _UNREACHABLE, "incomplete": _UNREACHABLE, "throttled": _UNREACHABLE,
    "informational": _REJECTED,
}
"""http://hl7.org/fhir/R4/valueset-issue-type.html, every code. What is referred to is ours or was delivered: where it
is not found, somebody removed it. ``duplicate`` and ``conflict`` come from two writers at once; where a version
differs, the caller finds that out."""

_STATUSES = {
    401: _DENIED, 403: _DENIED, 404: _NOT_SUPPORTED, 405: _NOT_SUPPORTED, 406: _NOT_SUPPORTED, 408: _UNREACHABLE,
    409: _BUSY, 412: _CONFLICT, 413: _NOT_SUPPORTED, 415: _NOT_SUPPORTED, 425: _UNREACHABLE, 429: _UNREACHABLE,
    501: _NOT_SUPPORTED,
}
"""http://hl7.org/fhir/R4/http.html#Status-Codes; 404 is what is no FHIR endpoint. These say more than the issues."""

_GRAVEST = (_DENIED, _CONFLICT, _REJECTED, _NOT_SUPPORTED, _BUSY, _UNREACHABLE)
"""What no retry mends comes before what one may mend."""
_SEVERITIES = ("fatal", "error", "warning", "information")
_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Answer:
    """HTTP status, the body if it is a JSON object, and the seconds that the server wants to be left alone for."""

    status: int
    body: Json | None
    retry_after: float | None = None


def code_of(status: int, body: Json | None) -> str:
    """The registry's code of an answer that is an error.

    :param status: of the answer, or of an entry in a transaction-response.
    :param body: the OperationOutcome, if there is one.
    """
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= 500:
        return _UNREACHABLE
    issues = _issues(body)
    grave = [issue for issue in issues if issue.get("severity") in ("fatal", "error")] or issues
    codes = {ISSUE_TYPES[code] for issue in grave if (code := str(issue.get("code"))) in ISSUE_TYPES}
    if codes:
        return min(codes, key=_GRAVEST.index)
    return _REJECTED if 400 <= status < 500 else _NOT_SUPPORTED


def error_of(answer: Answer) -> PipelineError:
    """The error that an answer is; a wish to be left alone goes with those that are tried again."""
    return _error(code_of(answer.status, answer.body), answer)


def answered_entries(answer: Answer, methods: Sequence[str]) -> list[Json]:
    """The answer's entry to each entry of a transaction that was posted, in order.

    :param methods: of the entries posted.
    :raises PipelineError: the code of the answer's error, or of the gravest of its entries; FHIR_NOT_SUPPORTED where
        it is no transaction-response of as many entries.
    """
    body = answer.body or {}
    if answer.status != 200 or body.get("resourceType") != "Bundle":
        raise error_of(answer)
    found = _entries(body)
    if body.get("type") != "transaction-response" or len(found) != len(methods):
        raise PipelineError(_NOT_SUPPORTED)
    given = [_response(entry) for entry in found]
    failed = {code_of(status, response.get("outcome")) for method, response in zip(methods, given, strict=True)
              if not 200 <= (status := _status(response)) < 300 and not (method == "DELETE" and status in _GONE)}
    if failed:
        raise _error(min(failed, key=_GRAVEST.index), answer)
    return found


def loggable(answer: Answer) -> str:
    """Status, and of each issue its severity, code and the resource types that it names; nothing in other words."""
    body = answer.body or {}
    outcomes = [body, *(_response(entry).get("outcome") for entry in _entries(body))]
    issues = sorted({_described(issue) for outcome in outcomes for issue in _issues(outcome)})
    return f"status {answer.status}, issues: {', '.join(issues) or 'none'}"


def _error(code: str, answer: Answer) -> PipelineError:
    return PipelineError(code, answer.retry_after if REGISTRY[code].retry else None)


def _described(issue: Json) -> str:
    severity, code = (value if (value := str(issue.get(key))) in known else "other"
                      for key, known in (("severity", _SEVERITIES), ("code", tuple(ISSUE_TYPES))))
    words = re.findall(r"[A-Za-z]+", " ".join(_texts(issue.get("expression"))))
    return " ".join((severity, code, *dict.fromkeys(word for word in words if word in RESOURCE_TYPES)))


def _texts(value: object) -> Iterable[str]:
    return (text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


def _entries(body: Json) -> list[Json]:
    entries = body.get("entry")
    return [entry if isinstance(entry, dict) else {} for entry in entries] if isinstance(entries, list) else []


def _response(entry: Json) -> Json:
    response = entry.get("response")
    return response if isinstance(response, dict) else {}


def _issues(body: object) -> list[Json]:
    found = body.get("issue") if isinstance(body, dict) and body.get("resourceType") == "OperationOutcome" else None
    return [issue for issue in found if isinstance(issue, dict)] if isinstance(found, list) else []


def _status(response: Json) -> int:
    """``201`` of ``201 Created``; 0 where there is none."""
    found = re.match(r"\d{3}", str(response.get("status", "")))
    return int(found[0]) if found else 0
