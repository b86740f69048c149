"""The stand-in for OCR over HTTP: it reads specimens and nothing else, within all of Textract's limits."""

from __future__ import annotations

import io
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError
from PIL import Image

from include.ocr.blocks import read_pages
from include.samples.specimens import drawing
from include.samples.specimens.documents import Specimen
from include.samples.specimens.patients import measured
from include.samples.specimens.printed import printed_page
from include.samples.specimens.squares import PageNumber
from tests.sandbox import drawn_pages as drawn
from tests.sandbox.conftest import Sandbox

FEATURES = ["TABLES", "FORMS"]
FILES: dict[str, Callable[[PageNumber], bytes]] = {
    "PNG": drawing.scanned_png, "TIFF": drawing.scanned_tiff, "PDF": lambda number: drawing.scanned_pdf([number])}


@pytest.fixture(scope="module")
def started(start_sandbox: Callable[..., Sandbox], tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    sandbox = start_sandbox(tmp_path_factory.mktemp("stand-in"), 1000.0, "--stand-in")
    sandbox.s3.create_bucket(Bucket="documents")
    return sandbox


@pytest.fixture
def stand_in(started: Sandbox) -> Sandbox:
    """The running stand-in without faults, jobs and counts."""
    started.page("DELETE", "faults")
    started.fault(lose_jobs=True)
    started.page("DELETE", "calls")
    return started


def read(sandbox: Sandbox, body: bytes) -> Any:
    return sandbox.textract.analyze_document(Document={"Bytes": body}, FeatureTypes=FEATURES)


def start(sandbox: Sandbox, key: str, token: str) -> str:
    place = {"S3Object": {"Bucket": "documents", "Name": key}}
    return str(sandbox.textract.start_document_analysis(
        DocumentLocation=place, FeatureTypes=FEATURES, ClientRequestToken=token)["JobId"])


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as error:
        call()
    return str(error.value.response["Error"]["Code"])


@pytest.mark.parametrize("kind", FILES)
def test_a_specimen_is_read_as_it_is_printed(stand_in: Sandbox, kind: str) -> None:
    number = PageNumber(40, 1)
    page, = read_pages(read(stand_in, FILES[kind](number))["Blocks"])
    printed = printed_page(number)
    assert sorted(line.text for line in page.lines) == sorted(piece.text for piece in printed.pieces())
    assert {(field.key.rstrip(":"), field.value) for field in page.fields} == {
        (label.text.rstrip(":"), value.text) for label, value in printed.fields}
    table, = page.tables
    assert [list(row) for row in table.rows] == [[piece.text for piece in row] for row in printed.rows]
    assert stand_in.page("GET", "calls")["pages_billed"] == 1


def test_the_words_are_where_they_are_printed(stand_in: Sandbox) -> None:
    """The ink of each word lies within its box."""
    number = PageNumber(41, 1)
    body = drawing.scanned_png(number)
    picture = Image.open(io.BytesIO(body)).convert("L")
    for block in read(stand_in, body)["Blocks"]:
        if block["BlockType"] == "WORD":
            box = block["Geometry"]["BoundingBox"]
            part = picture.crop((
                round(box["Left"] * picture.width), round(box["Top"] * picture.height),
                round((box["Left"] + box["Width"]) * picture.width),
                round((box["Top"] + box["Height"] * 1.2) * picture.height)))
            assert np.asarray(part).min() < 100


def test_the_local_ocr_engine_reads_the_same_words(sandbox: Sandbox, stand_in: Sandbox) -> None:
    """What the stand-in says is on the page is there to be read."""
    body = drawing.scanned_png(PageNumber(42, 1))
    by_ocr, by_squares = ([
        sorted(block["Text"] for block in read(reader, body)["Blocks"] if block["BlockType"] == "WORD")
        for reader in (sandbox, stand_in)])
    assert by_ocr == by_squares


def test_all_pages_of_a_job_are_read_and_billed_once(stand_in: Sandbox) -> None:
    specimen = Specimen(6)
    stand_in.s3.put_object(Bucket="documents", Key="job.pdf", Body=specimen.body())
    job_id = start(stand_in, "job.pdf", "token")
    assert start(stand_in, "job.pdf", "token") == job_id
    answer = stand_in.finished(job_id, MaxResults=1000)
    blocks = answer["Blocks"]
    while "NextToken" in answer:
        answer = stand_in.textract.get_document_analysis(JobId=job_id, NextToken=answer["NextToken"])
        blocks += answer["Blocks"]
    tables = [page.tables[0].rows for page in read_pages(blocks)]
    assert [[row[0] for row in rows[1:]] for rows in tables] == [
        [result.test for result in measured(6, page)] for page in range(1, 17)]
    assert stand_in.page("GET", "calls")["pages_billed"] == 16


def test_a_page_without_squares_is_refused_and_not_billed(stand_in: Sandbox) -> None:
    for body in (drawn.png(Image.new("RGB", (600, 800), "white")), drawing.typed_pdf([PageNumber(1, 1)])):
        assert refused(lambda body=body: read(stand_in, body)) == "BadDocumentException"  # type: ignore[misc]
    assert stand_in.page("GET", "calls")["pages_billed"] == 0


def test_a_job_says_which_pages_are_no_specimens(stand_in: Sandbox) -> None:
    mixed = drawing.joined(drawing.scanned_pdf([PageNumber(1, 1)]), drawing.typed_pdf([PageNumber(1, 2)]))
    stand_in.s3.put_object(Bucket="documents", Key="mixed.pdf", Body=mixed)
    answer = stand_in.finished(start(stand_in, "mixed.pdf", "mixed"))
    assert answer["JobStatus"] == "PARTIAL_SUCCESS"
    assert answer["Warnings"] == [{"ErrorCode": "BadDocumentException", "Pages": [2]}]
    assert stand_in.page("GET", "calls")["pages_billed"] == 1


def test_ten_calls_a_second_are_accepted_and_the_others_throttled(
        start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """Eight callers without a pace: no second has more than ten answers, and the counts say which had how many."""
    sandbox = start_sandbox(tmp_path, 10.0, "--stand-in")
    pages = [drawing.scanned_png(PageNumber(number, 1)) for number in range(24)]
    codes: Counter[str] = Counter()

    def send(mine: list[bytes]) -> None:
        textract = sandbox.client("textract", sandbox.textract_port)
        while mine:
            try:
                textract.analyze_document(Document={"Bytes": mine[-1]}, FeatureTypes=FEATURES)
                mine.pop()
            except ClientError as error:
                codes[error.response["Error"]["Code"]] += 1

    callers = [threading.Thread(target=send, args=(pages[place::8],)) for place in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    counts, seconds = sandbox.page("GET", "calls"), sandbox.page("GET", "seconds")["seconds"]
    assert set(codes) == {"ThrottlingException"}
    assert sum(second["accepted"] for second in seconds) == counts["pages_billed"] == 24
    assert max(second["accepted"] for second in seconds) <= 10
    assert sum(second["throttled"] for second in seconds) == codes.total() == counts["AnalyzeDocument"]["throttled"]


def test_one_job_more_than_a_hundred_at_once_is_refused(stand_in: Sandbox) -> None:
    stand_in.s3.put_object(Bucket="documents", Key="page.pdf", Body=drawing.scanned_pdf([PageNumber(2, 1)]))
    stand_in.fault(job="SUCCEEDED", slow_seconds=300)
    for number in range(100):
        start(stand_in, "page.pdf", f"job-{number}")
    assert refused(lambda: start(stand_in, "page.pdf", "job-100")) == "LimitExceededException"
    assert stand_in.page("GET", "calls")["jobs"] == {"under_way": 100, "most_under_way": 100}
    stand_in.fault(lose_jobs=True)
    stand_in.page("DELETE", "faults")
    assert stand_in.finished(start(stand_in, "page.pdf", "job-100"))["JobStatus"] == "SUCCEEDED"


def test_pages_that_take_a_while_take_it_beside_each_other(
        start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """Twenty pages are under way before the first is answered, and a counter is read meanwhile: no lock is held."""
    sandbox = start_sandbox(tmp_path, 1000.0, "--stand-in", "--seconds-per-page", "5")
    body = drawing.scanned_png(PageNumber(3, 1))

    def send() -> None:
        sandbox.client("textract", sandbox.textract_port).analyze_document(
            Document={"Bytes": body}, FeatureTypes=FEATURES)

    callers = [threading.Thread(target=send) for _ in range(20)]
    for caller in callers:
        caller.start()
    while (counts := sandbox.page("GET", "calls"))["AnalyzeDocument"]["calls"] < 20:
        assert counts["pages_billed"] == 0
    for caller in callers:
        caller.join()
    assert sandbox.page("GET", "calls")["pages_billed"] == 20
