"""Textract's limits, exceptions, tokens and paging, as its API reference gives them (model 2018-06-27)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from tests.sandbox import drawn_pages as drawn

BLANK = Image.new("RGB", (300, 300), "white")


def start(sandbox: Any, body: bytes, key: str = "document.pdf", **more: Any) -> str:
    sandbox.s3.put_object(Bucket="documents", Key=key, Body=body)
    answer = sandbox.textract.start_document_analysis(
        **{"DocumentLocation": {"S3Object": {"Bucket": "documents", "Name": key}},
           "FeatureTypes": ["TABLES"], **more})
    return str(answer["JobId"])


def code_of(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return str(refused.value.response["Error"]["Code"])


@pytest.mark.parametrize(("body", "code"), [
    (b"no document", "UnsupportedDocumentException"),
    (b"%PDF-1.4 broken", "BadDocumentException"),
    (b"\x89PNG\r\n\x1a\nbroken", "BadDocumentException"),
    (drawn.encrypted_pdf(), "UnsupportedDocumentException"),
    (drawn.pdf(BLANK, BLANK), "UnsupportedDocumentException"),
    (drawn.tiff(BLANK, BLANK), "UnsupportedDocumentException"),
    (b"%PDF-" + bytes(10 * 1024 * 1024), "DocumentTooLargeException"),
    (drawn.png(Image.new("1", (10_001, 10))), "DocumentTooLargeException"),
], ids=["text", "broken pdf", "broken png", "encrypted", "two pages", "two frames", "over 10 MB", "over 10,000 px"])
def test_a_document_that_textract_refuses_is_refused_by_name(sandbox: Any, body: bytes, code: str) -> None:
    call = sandbox.textract.analyze_document
    assert code_of(call, Document={"Bytes": body}, FeatureTypes=["TABLES"]) == code
    assert sandbox.page("GET", "calls")["pages_billed"] == 0


def test_exceptions_are_those_that_the_client_declares(sandbox: Any) -> None:
    with pytest.raises(sandbox.textract.exceptions.InvalidParameterException):
        sandbox.textract.analyze_document(Document={"Bytes": drawn.png(BLANK)}, FeatureTypes=["TABLE"])


@pytest.mark.parametrize("place", [("documents", "missing"), ("no-such-bucket", "x")], ids=["object", "bucket"])
def test_a_missing_object_is_an_invalid_s3_object(sandbox: Any, place: tuple[str, str]) -> None:
    where = {"S3Object": {"Bucket": place[0], "Name": place[1]}}
    assert code_of(sandbox.textract.analyze_document, Document=where, FeatureTypes=["TABLES"]) == (
        "InvalidS3ObjectException")
    assert code_of(sandbox.textract.start_document_analysis, DocumentLocation=where, FeatureTypes=["TABLES"]) == (
        "InvalidS3ObjectException")


def test_a_page_can_be_read_from_s3(sandbox: Any) -> None:
    sandbox.s3.put_object(Bucket="documents", Key="a page.png", Body=drawn.png(BLANK))
    answer = sandbox.textract.analyze_document(
        Document={"S3Object": {"Bucket": "documents", "Name": "a page.png"}}, FeatureTypes=["FORMS"])
    assert answer["DocumentMetadata"] == {"Pages": 1}


def test_a_job_reads_every_page_and_numbers_the_blocks(sandbox: Any) -> None:
    answer = sandbox.finished(start(sandbox, drawn.pdf(BLANK, BLANK, BLANK)))
    assert (answer["JobStatus"], answer["DocumentMetadata"]) == ("SUCCEEDED", {"Pages": 3})
    assert [b["Page"] for b in answer["Blocks"] if b["BlockType"] == "PAGE"] == [1, 2, 3]


def test_a_job_reads_every_frame_of_a_tiff(sandbox: Any) -> None:
    answer = sandbox.finished(start(sandbox, drawn.tiff(BLANK, drawn.form_page()), "fax.tif"))
    assert (answer["JobStatus"], answer["DocumentMetadata"]) == ("SUCCEEDED", {"Pages": 2})
    assert {b["Page"] for b in answer["Blocks"] if b["BlockType"] == "LINE"} == {2}
    assert sandbox.page("GET", "calls")["pages_billed"] == 2


def test_results_are_paged_by_next_token_without_loss(sandbox: Any) -> None:
    job = start(sandbox, drawn.pdf(drawn.form_page()), FeatureTypes=["FORMS"])
    whole = sandbox.finished(job)["Blocks"]
    parts, token = [], None
    while True:
        answer = sandbox.textract.get_document_analysis(
            JobId=job, MaxResults=7, **({"NextToken": token} if token else {}))
        assert len(answer["Blocks"]) <= 7
        parts += answer["Blocks"]
        token = answer.get("NextToken")
        if token is None:
            break
    assert parts == whole


def test_a_foreign_next_token_is_an_invalid_parameter(sandbox: Any) -> None:
    first, second = (start(sandbox, drawn.pdf(BLANK, BLANK), key) for key in ("one.pdf", "two.pdf"))
    sandbox.finished(second)
    token = sandbox.finished(first, MaxResults=1)["NextToken"]
    call = sandbox.textract.get_document_analysis
    assert code_of(call, JobId=second, NextToken=token) == "InvalidParameterException"
    assert code_of(call, JobId=first, NextToken="made up") == "InvalidParameterException"


def test_an_unknown_job_is_an_invalid_job_id(sandbox: Any) -> None:
    assert code_of(sandbox.textract.get_document_analysis, JobId="0" * 64) == "InvalidJobIdException"


def test_the_same_token_finds_the_same_job_and_bills_once(sandbox: Any) -> None:
    first, second = (start(sandbox, drawn.pdf(BLANK), ClientRequestToken="one-token") for _ in range(2))
    sandbox.finished(first)
    assert first == second
    assert sandbox.page("GET", "calls")["pages_billed"] == 1


def test_the_same_token_with_other_parameters_is_a_mismatch(sandbox: Any) -> None:
    start(sandbox, drawn.pdf(BLANK), ClientRequestToken="mismatch")
    with pytest.raises(sandbox.textract.exceptions.IdempotentParameterMismatchException):
        start(sandbox, drawn.pdf(BLANK), ClientRequestToken="mismatch", FeatureTypes=["FORMS"])


def test_the_hundred_and_first_job_exceeds_the_limit(sandbox: Any) -> None:
    sandbox.fault(job="FAILED", slow_seconds=2, times=100)
    sandbox.s3.put_object(Bucket="documents", Key="many.pdf", Body=drawn.pdf(BLANK))
    place = {"DocumentLocation": {"S3Object": {"Bucket": "documents", "Name": "many.pdf"}}, "FeatureTypes": ["TABLES"]}
    for _ in range(100):
        sandbox.textract.start_document_analysis(**place)
    with pytest.raises(sandbox.textract.exceptions.LimitExceededException):
        sandbox.textract.start_document_analysis(**place)
    sandbox.fault(lose_jobs=True)


def test_calls_over_the_rate_are_throttled(start_sandbox: Any, tmp_path: Path) -> None:
    slow = start_sandbox(tmp_path, tps=2)
    results = []
    for _ in range(6):
        try:
            slow.textract.analyze_document(Document={"Bytes": b"nothing to read"}, FeatureTypes=["TABLES"])
        except ClientError as error:
            results.append(error.response["Error"]["Code"])
    assert results[:2] == ["UnsupportedDocumentException"] * 2
    assert "ThrottlingException" in results[2:]
    assert slow.page("GET", "calls")["AnalyzeDocument"]["throttled"] == results.count("ThrottlingException")


def test_a_fault_strikes_as_often_as_it_was_asked_for(sandbox: Any) -> None:
    sandbox.fault(operation="AnalyzeDocument", error="ThrottlingException", times=2)
    call = {"Document": {"Bytes": drawn.png(BLANK)}, "FeatureTypes": ["TABLES"]}
    assert [code_of(sandbox.textract.analyze_document, **call) for _ in range(2)] == ["ThrottlingException"] * 2
    sandbox.textract.analyze_document(**call)
    assert sandbox.page("GET", "calls")["AnalyzeDocument"] == {"calls": 3, "pages": 1, "throttled": 2, "errors": 2}


def test_a_fault_can_be_a_bare_http_status_or_a_server_error(sandbox: Any) -> None:
    call = {"Document": {"Bytes": drawn.png(BLANK)}, "FeatureTypes": ["TABLES"]}
    for fault, status in (({"http_status": 503}, 503), ({"error": "InternalServerError"}, 500)):
        sandbox.fault(times=1, **fault)
        with pytest.raises(ClientError) as refused:
            sandbox.textract.analyze_document(**call)
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_job_can_fail_and_bills_nothing(sandbox: Any) -> None:
    sandbox.fault(job="FAILED", times=1)
    answer = sandbox.finished(start(sandbox, drawn.pdf(BLANK)))
    assert answer["JobStatus"] == "FAILED"
    assert "Blocks" not in answer
    assert sandbox.page("GET", "calls")["pages_billed"] == 0


def test_a_partial_job_names_the_pages_that_it_lost(sandbox: Any) -> None:
    sandbox.fault(job="PARTIAL_SUCCESS", pages=[2], times=1)
    answer = sandbox.finished(start(sandbox, drawn.pdf(BLANK, BLANK, BLANK)))
    assert answer["JobStatus"] == "PARTIAL_SUCCESS"
    assert [warning["Pages"] for warning in answer["Warnings"]] == [[2]]
    assert [b["Page"] for b in answer["Blocks"] if b["BlockType"] == "PAGE"] == [1, 3]
    assert sandbox.page("GET", "calls")["StartDocumentAnalysis"]["pages"] == 2


def test_lost_jobs_are_unknown_afterwards(sandbox: Any) -> None:
    job = start(sandbox, drawn.pdf(BLANK))
    sandbox.fault(lose_jobs=True)
    assert code_of(sandbox.textract.get_document_analysis, JobId=job) == "InvalidJobIdException"
