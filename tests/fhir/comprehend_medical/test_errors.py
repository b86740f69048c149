"""Comprehend Medical's errors and the registry; the service's wire, over HTTP on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from include.documents.storage import Bucket
from include.errors import REGISTRY, Domain, PipelineError
from include.fhir.comprehend_medical.answers import Answers
from include.fhir.comprehend_medical.errors import DECLARED, code_of
from include.fhir.comprehend_medical.operations import Operation
from tests.fhir.comprehend_medical.recorded import answer
from tests.plugins.textract_provider.wire import DROP, Textract, serve

TEXT = "Metformin 500 mg twice daily"
RETRIED = {"ANALYSIS_THROTTLED", "ANALYSIS_INTERNAL_ERROR", "ANALYSIS_UNREACHABLE"}


def refused(code: str, status: int = 400) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": TEXT}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "DetectEntitiesV2")


def test_the_table_is_what_botocore_declares_for_the_three_operations() -> None:
    model = botocore.session.get_session().get_service_model("comprehendmedical")
    declared = {shape.name for name in Operation for shape in model.operation_model(name).error_shapes}
    assert set(DECLARED) == declared
    assert {code_of(refused(name)) for name in declared} == set(DECLARED.values())


def test_the_codes_are_of_a_domain_of_their_own_and_only_what_can_get_better_is_tried_again() -> None:
    rows = {row.code: row.retry for row in REGISTRY.values() if row.domain is Domain.ANALYSIS}
    assert set(DECLARED.values()) | {"ANALYSIS_ACCESS_DENIED", "ANALYSIS_REFUSED"} == set(rows)
    assert {code for code, retry in rows.items() if retry} == RETRIED


@pytest.mark.parametrize(("error", "code"), [
    (refused("AccessDeniedException"), "ANALYSIS_ACCESS_DENIED"),
    (refused("UnrecognizedClientException"), "ANALYSIS_ACCESS_DENIED"),
    (refused("Anything", 403), "ANALYSIS_ACCESS_DENIED"),
    (refused("ThrottlingException"), "ANALYSIS_THROTTLED"),
    (refused("Anything", 429), "ANALYSIS_THROTTLED"),
    (refused("Anything", 502), "ANALYSIS_UNREACHABLE"),
    (refused("ValidationException"), "ANALYSIS_INVALID_REQUEST"),
    (refused("BadDocumentException"), "ANALYSIS_REFUSED"),
    (EndpointConnectionError(endpoint_url="https://x"), "ANALYSIS_UNREACHABLE"),
    (ConnectTimeoutError(endpoint_url="https://x"), "ANALYSIS_UNREACHABLE"),
    (ReadTimeoutError(endpoint_url="https://x"), "ANALYSIS_UNREACHABLE"),
    (TimeoutError(), "ANALYSIS_UNREACHABLE"),
    (NoCredentialsError(), "ANALYSIS_ACCESS_DENIED"),
    (ParamValidationError(report="x"), "ANALYSIS_INVALID_REQUEST"),
    (PipelineError("S3_NOT_FOUND"), "S3_NOT_FOUND"),
    (ValueError(TEXT), "ANALYSIS_REFUSED"),
], ids=lambda value: value if isinstance(value, str) else f"{type(value).__name__}-{value}"[:40])
def test_what_the_model_does_not_declare_has_a_code_too(error: Exception, code: str) -> None:
    assert code_of(error) == code


@pytest.fixture
def service() -> Iterator[Textract]:
    """A server of the JSON protocol, which the two services share."""
    with serve() as server:
        yield server


@pytest.fixture
def answers(service: Textract, bucket: Bucket) -> Answers:
    """Answers through boto3's own client and HTTP."""
    return Answers(bucket, lambda: boto3.client(
        "comprehendmedical", endpoint_url=service.url, region_name="us-east-1", aws_access_key_id="a",
        aws_secret_access_key="b", config=Config(retries={"mode": "standard", "total_max_attempts": 2})))


@pytest.mark.parametrize("operation", Operation)
def test_an_answer_is_read_from_the_wire_and_a_text_is_sent_once(
        service: Textract, answers: Answers, bucket: Bucket, operation: Operation) -> None:
    service.answers = [(200, answer(operation))]
    assert answers.ask(operation, TEXT) == answers.ask(operation, TEXT) == answer(operation)
    assert service.requests == [(operation, {"Text": TEXT})]
    assert answers.sent == 1
    [stored] = [entry.key for entry in bucket.list("")]
    assert stored.startswith("analysis/")
    assert stored.endswith(f"-{operation}.json")


def test_a_stored_answer_needs_no_service(service: Textract, answers: Answers, bucket: Bucket) -> None:
    service.answers = [(200, answer(Operation.INFER_RXNORM))]
    answers.ask(Operation.INFER_RXNORM, TEXT)

    def connect() -> Any:
        raise AssertionError

    assert Answers(bucket, connect).ask(Operation.INFER_RXNORM, TEXT) == answer(Operation.INFER_RXNORM)


def test_throttling_is_tried_again_within_the_call_and_then_has_a_code(
        service: Textract, answers: Answers, bucket: Bucket) -> None:
    busy = (429, {"__type": "TooManyRequestsException", "Message": TEXT})
    service.answers = [busy, (200, answer(Operation.INFER_ICD10CM))]
    assert answers.ask(Operation.INFER_ICD10CM, "one") == answer(Operation.INFER_ICD10CM)
    service.answers = [busy, busy]
    with pytest.raises(PipelineError) as refusal:
        answers.ask(Operation.INFER_ICD10CM, TEXT)
    assert (refusal.value.code, TEXT in str(refusal.value)) == ("ANALYSIS_THROTTLED", False)
    assert len([*bucket.list("analysis/")]) == 1


@pytest.mark.parametrize(("name", "status", "code"), [
    ("com.amazonaws#AccessDeniedException", 400, "ANALYSIS_ACCESS_DENIED"),
    ("TextSizeLimitExceededException", 400, "ANALYSIS_TEXT_TOO_LARGE"),
    ("InvalidEncodingException", 400, "ANALYSIS_INVALID_ENCODING")])
def test_a_refusal_has_its_code_at_once(
        service: Textract, answers: Answers, name: str, status: int, code: str) -> None:
    service.answers = [(status, {"__type": name, "Message": TEXT})]
    with pytest.raises(PipelineError) as refusal:
        answers.ask(Operation.DETECT_ENTITIES, TEXT)
    assert refusal.value.code == code
    assert len(service.requests) == 1


def test_a_connection_that_ends_has_a_code(service: Textract, answers: Answers) -> None:
    service.answers = [DROP, DROP]
    with pytest.raises(PipelineError, match="ANALYSIS_UNREACHABLE"):
        answers.ask(Operation.DETECT_ENTITIES, TEXT)
