"""Faults that are asked for strike the calls that they name, as docs/sandbox.md says, and no others."""

from __future__ import annotations

import urllib.error
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError
from PIL import Image

from tests.sandbox import drawn_pages as drawn

BLANK = Image.new("RGB", (300, 300), "white")
PAGE = {"Document": {"Bytes": drawn.png(BLANK)}, "FeatureTypes": ["TABLES"]}
OBJECT = {"Bucket": "documents", "Key": "faults/object"}


def status_of(call: Callable[..., Any], **parameters: Any) -> int:
    """The HTTP status that a call is answered with; 0 where there is no answer."""
    try:
        answer = call(**parameters)
    except ClientError as error:
        answer = error.response
    except BotoCoreError:
        return 0
    return int(answer["ResponseMetadata"]["HTTPStatusCode"])


@pytest.fixture(autouse=True)
def _object(sandbox: Any) -> None:
    sandbox.s3.put_object(**OBJECT, Body=b"x")


def calls_of_s3(sandbox: Any) -> dict[str, Callable[[], int]]:
    s3 = sandbox.s3
    return {
        "s3:GetObject": lambda: status_of(s3.get_object, **OBJECT),
        "s3:HeadObject": lambda: status_of(s3.head_object, **OBJECT),
        "s3:PutObject": lambda: status_of(s3.put_object, **OBJECT, Body=b"x"),
        "s3:DeleteObject": lambda: status_of(s3.delete_object, **OBJECT),
        "s3:ListObjectsV2": lambda: status_of(s3.list_objects_v2, Bucket="documents", Prefix="faults/"),
    }


@pytest.mark.parametrize("operation", [
    "s3:GetObject", "s3:HeadObject", "s3:PutObject", "s3:DeleteObject", "s3:ListObjectsV2"])
def test_a_fault_of_s3_strikes_its_operation_only(sandbox: Any, operation: str) -> None:
    sandbox.fault(operation=operation, http_status=503)
    struck = {name for name, call in calls_of_s3(sandbox).items() if call() == 503}
    assert struck == {operation}


def test_a_fault_of_all_s3_strikes_neither_textract_nor_other_services(sandbox: Any) -> None:
    sandbox.fault(operation="S3", http_status=500)
    assert {call() for call in calls_of_s3(sandbox).values()} == {500}
    assert status_of(sandbox.textract.analyze_document, **PAGE) == 200
    assert status_of(sandbox.client("sts", sandbox.s3_port).get_caller_identity) == 200


def test_a_fault_without_an_operation_does_not_strike_s3(sandbox: Any) -> None:
    sandbox.fault(http_status=503)
    assert {call() // 100 for call in calls_of_s3(sandbox).values()} == {2}


def test_s3_names_its_refusal(sandbox: Any) -> None:
    sandbox.fault(operation="s3:PutObject", error="SlowDown", times=1)
    with pytest.raises(ClientError) as refused:
        sandbox.s3.put_object(**OBJECT, Body=b"y")
    assert refused.value.response["Error"]["Code"] == "SlowDown"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert sandbox.s3.get_object(**OBJECT)["Body"].read() == b"x"


def test_a_fault_of_s3_can_be_aimed_at_a_folder(sandbox: Any) -> None:
    sandbox.fault(operation="s3:PutObject", key="elsewhere/", http_status=503)
    assert status_of(sandbox.s3.put_object, **OBJECT, Body=b"y") == 200
    assert status_of(sandbox.s3.put_object, Bucket="documents", Key="elsewhere/a", Body=b"y") == 503


def test_a_dropped_request_is_not_carried_out_and_a_dropped_answer_is(sandbox: Any) -> None:
    sandbox.fault(operation="s3:PutObject", drop="request", times=1)
    with pytest.raises(ConnectionClosedError):
        sandbox.s3.put_object(**OBJECT, Body=b"request")
    assert sandbox.s3.get_object(**OBJECT)["Body"].read() == b"x"
    sandbox.fault(operation="s3:PutObject", drop="answer", times=1)
    with pytest.raises(ConnectionClosedError):
        sandbox.s3.put_object(**OBJECT, Body=b"answer")
    assert sandbox.s3.get_object(**OBJECT)["Body"].read() == b"answer"


@pytest.mark.parametrize(("drop", "pages"), [("request", 0), ("answer", 1)])
def test_a_page_whose_answer_is_dropped_is_billed(sandbox: Any, drop: str, pages: int) -> None:
    sandbox.fault(operation="AnalyzeDocument", drop=drop, times=1)
    assert status_of(sandbox.textract.analyze_document, **PAGE) == 0
    assert sandbox.page("GET", "calls")["AnalyzeDocument"] == {
        "calls": 1, "pages": pages, "throttled": 0, "errors": 1}


def test_calls_can_pass_before_a_fault_strikes(sandbox: Any) -> None:
    sandbox.fault(operation="AnalyzeDocument", http_status=503, after=2, times=1)
    assert [status_of(sandbox.textract.analyze_document, **PAGE) for _ in range(4)] == [200, 200, 503, 200]


def test_a_next_token_can_be_refused_while_the_first_chunk_is_not(sandbox: Any) -> None:
    sandbox.s3.put_object(Bucket="documents", Key="paged.pdf", Body=drawn.pdf(BLANK, BLANK))
    job = sandbox.textract.start_document_analysis(
        DocumentLocation={"S3Object": {"Bucket": "documents", "Name": "paged.pdf"}}, FeatureTypes=["TABLES"])["JobId"]
    token = sandbox.finished(job, MaxResults=1)["NextToken"]
    sandbox.fault(operation="GetDocumentAnalysis", next_token=True, error="InvalidParameterException", times=1)
    call = sandbox.textract.get_document_analysis
    assert status_of(call, JobId=job) == 200
    assert [status_of(call, JobId=job, NextToken=token) for _ in range(2)] == [400, 200]


@pytest.mark.parametrize("fault", [
    {"operation": "AnalyseDocument", "error": "ThrottlingException"}, {"operation": "s3:CopyObject", "error": "x"},
    {"drop": "everything"}, {"job": "IN_PROGRESS"}, {"error": "x", "times": "often"}, {"http_status": 200},
    {"operation": "S3"}, {"errors": "x"},
], ids=str)
def test_a_misspelt_fault_is_refused(sandbox: Any, fault: dict[str, Any]) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        sandbox.fault(**fault)
    assert refused.value.code == 400
