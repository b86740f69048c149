"""What was delivered is written onto the version that was read, and can be set back by hand."""

from __future__ import annotations

import pytest

from demo.environment import Local
from include.documents.storage import Bucket
from include.errors import PipelineError
from include.fhir.server.__main__ import post_anew
from include.fhir.server.client import FhirServer
from include.fhir.server.delivery import Delivered
from include.fhir.server.ledger import Ledger
from include.settings import Settings


def test_the_command_makes_a_document_be_posted_anew(
        bucket: Bucket, sandbox: Local, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in {"AWS_ENDPOINT_URL_S3": sandbox.s3_url, "AWS_ACCESS_KEY_ID": "local-sandbox",
                        "AWS_SECRET_ACCESS_KEY": "local-sandbox"}.items():
        monkeypatch.setenv(name, value)
    ledger = Ledger(bucket, "doc-1", "https://fhir.example.org")
    ledger.write({
        "urn:uuid:1": Delivered("Condition/1", "4", "0" * 64), "urn:uuid:2": Delivered("Patient/7", own=False)})
    chosen = Settings(documents_bucket=bucket.name)
    assert post_anew(chosen, FhirServer("https://fhir.example.org/"), ["doc-1"]) == 0
    assert Ledger(bucket, "doc-1", "https://fhir.example.org").known == {"urn:uuid:1": Delivered("Condition/1")}
    assert post_anew(chosen, FhirServer("https://other.example.org"), ["doc-1"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "doc-1: everything will be posted again. Clear its task convert_to_fhir.",
        "doc-1: nothing of it was delivered to this server."]


def test_two_tasks_that_deliver_one_document_do_not_overwrite_each_other(bucket: Bucket) -> None:
    one, two = (Ledger(bucket, "doc-1", "https://fhir.example.org") for _ in range(2))
    one.write({"urn:uuid:1": Delivered("Condition/1")})
    two.write({"urn:uuid:1": Delivered("Condition/1")})
    two.write({})
    with pytest.raises(PipelineError, match="MERGE_CONFLICT"):
        one.write({"urn:uuid:2": Delivered("Condition/2")})
