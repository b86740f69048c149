"""Textract's errors and the registry."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from include.errors import REGISTRY, Domain, PipelineError
from include.ocr.textract_errors import code_of, is_timeout

OPERATIONS = ("AnalyzeDocument", "StartDocumentAnalysis", "GetDocumentAnalysis")


def declared() -> set[str]:
    model = botocore.session.get_session().get_service_model("textract")
    return {shape.name for name in OPERATIONS for shape in model.operation_model(name).error_shapes}


def answer(code: str, status: int = 400) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "Ada Brown"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "AnalyzeDocument")


def test_every_exception_that_botocore_declares_has_a_row_in_the_registry() -> None:
    assert len(declared()) > 10
    assert {name for name in declared() if name not in REGISTRY} == set()


@pytest.mark.parametrize("name", sorted(declared()))
def test_a_declared_exception_is_its_own_code(name: str) -> None:
    assert code_of(answer(name)) == name
    assert REGISTRY[name].domain is Domain.TEXTRACT


@pytest.mark.parametrize(("error", "code"), [
    (answer("403", 403), "AccessDeniedException"),
    (answer("AccessDenied", 403), "AccessDeniedException"),
    (answer("UnrecognizedClientException"), "AccessDeniedException"),
    (answer("ExpiredTokenException"), "AccessDeniedException"),
    (answer("Anything", 401), "AccessDeniedException"),
    (answer("Throttling"), "ThrottlingException"),
    (answer("TooManyRequestsException"), "ThrottlingException"),
    (answer("Anything", 429), "ThrottlingException"),
    (answer("InternalServerError", 500), "InternalServerError"),
    (answer("ServiceUnavailable", 503), "OCR_UNREACHABLE"),
    (answer("502", 502), "OCR_UNREACHABLE"),
    (answer("BrandNewException"), "OCR_REFUSED"),
    (answer("S3_NOT_FOUND"), "OCR_REFUSED"),
    (EndpointConnectionError(endpoint_url="https://textract"), "OCR_UNREACHABLE"),
    (ConnectTimeoutError(endpoint_url="https://textract"), "OCR_UNREACHABLE"),
    (ReadTimeoutError(endpoint_url="https://textract"), "OCR_UNREACHABLE"),
    (ConnectionResetError(), "OCR_UNREACHABLE"),
    (TimeoutError(), "OCR_UNREACHABLE"),
    (NoCredentialsError(), "AccessDeniedException"),
    (ParamValidationError(report="x"), "InvalidParameterException"),
    (PipelineError("OCR_TIMEOUT"), "OCR_TIMEOUT"),
    (ValueError("anything"), "OCR_REFUSED"),
], ids=lambda value: value if isinstance(value, str) else f"{type(value).__name__}-{value}"[:40])
def test_what_the_model_does_not_declare_has_a_code_too(error: Exception, code: str) -> None:
    assert code_of(error) == code


def test_an_answer_that_holds_nothing_is_refused_not_a_crash() -> None:
    empty: Any = {}
    assert code_of(ClientError(empty, "AnalyzeDocument")) == "OCR_REFUSED"


def test_an_unknown_error_is_not_tried_again() -> None:
    assert not REGISTRY[code_of(answer("BrandNewException"))].retry


@pytest.mark.parametrize(("error", "timeout"), [
    (ConnectTimeoutError(endpoint_url="https://textract"), True),
    (ReadTimeoutError(endpoint_url="https://textract"), True),
    (TimeoutError(), True),
    (EndpointConnectionError(endpoint_url="https://textract"), False),
    (ConnectionResetError(), False),
    (answer("ThrottlingException"), False)], ids=lambda value: f"{type(value).__name__}-{value}"[:40])
def test_a_call_that_was_not_answered_in_time_is_a_timeout(error: Exception, timeout: bool) -> None:
    assert is_timeout(error) is timeout
