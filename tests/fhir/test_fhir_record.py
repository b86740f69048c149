"""The record in S3: optimistic writes that lose nothing."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import boto3
import pytest

from include.documents.storage import Bucket, ConditionFailedError, Stored, patient_key
from include.errors import PipelineError
from include.fhir.bundle import build_bundle
from include.fhir.facts import DocumentFacts, MeasuredValue, ObservationFact, PatientFact, PrintedDate
from include.fhir.identity import patient_id
from include.fhir.joining import canonical
from include.fhir.merge import merge
from include.fhir.record import MergeOutcome, merge_into_record

ANN = PatientFact("Ann Lee", birth_date=PrintedDate("x", "1977-05-24"))
KEY = patient_id(ANN) or ""


def resources(document: str, number: int) -> list[Any]:
    fact = ObservationFact("Sodium", MeasuredValue(str(number), Decimal(number)))
    bundle = build_bundle(DocumentFacts(patients=(ANN,), observations=(fact,)), document)
    return [entry["resource"] for entry in bundle["entry"]]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """moto as a process of its own: in-process mocks do not see threads that race over a wire."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not answers(port) and time.monotonic() < deadline:
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def bucket(endpoint: str) -> Bucket:
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="x",
                          aws_secret_access_key="x")
    name = f"documents-{free_port()}"
    client.create_bucket(Bucket=name)
    return Bucket(client, name)


def values(bucket: Bucket) -> list[int]:
    record = json.loads(bucket.read(patient_key(KEY)))
    return sorted(e["resource"]["valueQuantity"]["value"] for e in record["entry"]
                  if e["resource"]["resourceType"] == "Observation")


def test_32_concurrent_merges_lose_nothing(bucket: Bucket) -> None:
    def work(number: int) -> MergeOutcome:
        document = f"doc-{number}"
        return merge_into_record(bucket, KEY, resources(document, number), document)

    with ThreadPoolExecutor(32) as pool:
        outcomes = list(pool.map(work, range(32)))
    assert values(bucket) == list(range(32))
    assert sum(outcome.added for outcome in outcomes) == 32
    assert sum(outcome.conflicts_met for outcome in outcomes) > 0
    assert len({outcome.version for outcome in outcomes}) == 32


class Crowded:
    """A bucket where others always come first."""

    def __init__(self, stored: Stored | None) -> None:
        self.stored, self.writes = stored, 0

    def find(self, key: str) -> Stored | None:
        return self.stored

    def create(self, key: str, body: bytes) -> str:
        self.writes += 1
        raise ConditionFailedError

    def replace(self, key: str, body: bytes, etag: str) -> str:
        self.writes += 1
        raise ConditionFailedError


@pytest.mark.parametrize("stored", [None, Stored(b'{"entry": []}', '"etag"')])
def test_after_the_last_attempt_it_is_a_merge_conflict(stored: Stored | None) -> None:
    waits: list[float] = []
    bucket = Crowded(stored)
    with pytest.raises(PipelineError) as caught:
        merge_into_record(bucket, KEY, resources("doc-a", 1), "doc-a",  # type: ignore[arg-type]
                          attempts=5, wait=waits.append)
    assert caught.value.code == "MERGE_CONFLICT"
    assert bucket.writes == len(waits) == 5
    assert all(0 <= wait <= 1 for wait in waits)


def test_a_merge_that_adds_nothing_does_not_write() -> None:
    record = canonical(merge(None, resources("doc-a", 1), KEY, "doc-a").record).encode()
    bucket = Crowded(Stored(record, '"etag"'))
    outcome = merge_into_record(bucket, KEY, resources("doc-a", 1), "doc-a")  # type: ignore[arg-type]
    assert outcome == MergeOutcome('"etag"', added=0, already_there=1, conflicts_met=0)
    assert bucket.writes == 0
