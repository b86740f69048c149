"""What S3 and Textract are asked, against the sandbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config

from demo.environment import Local, free_ports
from include.audit.events import EventName
from include.audit.trail import AuditTrail, Writer
from include.documents.storage import Bucket
from include.settings import Settings
from include.status import stores
from include.status.finding import Level

DAY = "2026-11-20"
NOBODY = Config(connect_timeout=1, retries={"total_max_attempts": 1})


def silent(_line: str) -> None:
    """No progress is shown."""


def trail(bucket: Bucket, document: str) -> AuditTrail:
    written = AuditTrail(bucket, DAY, document, Writer("run", "task", 1))
    written.begin(EventName.DOCUMENT_RECEIVED)
    written.write(EventName.DOCUMENT_SEALED)
    return written


def textract(sandbox: Local, **more: Any) -> Any:
    return boto3.client("textract", **{
        "endpoint_url": sandbox.textract_url, "region_name": "us-east-1", "aws_access_key_id": "local-sandbox",
        "aws_secret_access_key": "local-sandbox", **more})


def test_a_bucket_answers_or_says_why_not(bucket: Bucket) -> None:
    assert stores.reachable(bucket, "inbox/", "DOCUMENTS_BUCKET").level is Level.OK
    gone = stores.reachable(Bucket(bucket.client, "there-is-none"), "inbox/", "DOCUMENTS_BUCKET")
    assert (gone.level, gone.says, gone.do) == (Level.PROBLEM, "does not exist", "Is DOCUMENTS_BUCKET right?")


def test_an_s3_that_nobody_answers_for_is_a_problem() -> None:
    nobody = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{free_ports(1)[0]}", region_name="us-east-1",
                          aws_access_key_id="x", aws_secret_access_key="x", config=NOBODY)
    assert stores.reachable(Bucket(nobody, "b"), "inbox/", "DOCUMENTS_BUCKET").says == "S3_UNREACHABLE"


def test_textract_is_asked_for_a_job_that_nobody_started(sandbox: Local) -> None:
    assert stores.textract(textract(sandbox)).level is Level.OK


def test_a_textract_that_nobody_answers_for_is_a_problem(sandbox: Local) -> None:
    nobody = textract(sandbox, endpoint_url=f"http://127.0.0.1:{free_ports(1)[0]}", config=NOBODY)
    assert stores.textract(nobody).says == "does not answer (EndpointConnectionError)"


def test_uploads_that_are_older_than_any_job_are_a_problem(bucket: Bucket) -> None:
    settings = replace(Settings(), ocr_temp_max_age_hours=12)
    assert stores.temp_bucket(bucket, settings, datetime.now(UTC)).says == "empty"
    bucket.write("ocr-temp/doc-1/a.pdf", b"%PDF")
    young = stores.temp_bucket(bucket, settings, datetime.now(UTC))
    assert (young.level, young.says) == (Level.OK, "1 uploads of jobs under way")
    left = stores.temp_bucket(bucket, settings, datetime.now(UTC) + timedelta(hours=13))
    assert left.level is Level.PROBLEM
    assert left.says == "1 pages older than OCR_TEMP_MAX_AGE_HOURS, the oldest 13 h 0 min"


def test_chains_are_whole_until_one_is_changed(bucket: Bucket) -> None:
    assert stores.audit_chains(bucket, [DAY], 10, silent).says == f"none of {DAY} to {DAY}"
    for document in ("doc-a", "doc-b"):
        trail(bucket, document)
    assert stores.audit_chains(bucket, [DAY], 10, silent).says == f"2 whole of {DAY} to {DAY}"
    bucket.write(f"audit/{DAY}/doc-b/000001.json", b"{}")
    found = stores.audit_chains(bucket, [DAY], 10, silent)
    assert (found.level, found.says) == (Level.PROBLEM, f"1 of 2 broken of {DAY} to {DAY}: doc-b")


def test_no_more_chains_are_read_than_asked_for(bucket: Bucket) -> None:
    for number in range(5):
        trail(bucket, f"doc-{number}")
    found = stores.audit_chains(bucket, ["2026-11-19", DAY], 2, silent)
    assert found.says == f"2 whole of 2026-11-19 to {DAY}, by chance of 5; all of them: make audit-verify"
