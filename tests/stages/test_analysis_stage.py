"""The conversion stage with Comprehend Medical: asked once, the same facts ever after; off unless a setting asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.config import Config

from include.documents.storage import Bucket, bundle_key
from include.errors import PipelineError
from include.fhir.comprehend_medical.operations import Operation
from include.settings import Settings
from include.stages import convert
from include.workspace import Workspace
from tests.fhir.comprehend_medical.recorded import NOTE, answer, page
from tests.plugins.textract_provider.wire import Textract, serve
from tests.stages.test_convert_stage import names, records, workspace_of

ON = Settings(analyzers=("rules", "comprehend_medical"))
ANSWERS = [(200, answer(operation)) for operation in
           (Operation.DETECT_ENTITIES, Operation.INFER_RXNORM, Operation.INFER_ICD10CM)]
Connect = Callable[[], Any]


@pytest.fixture
def service() -> Iterator[Textract]:
    with serve() as server:
        yield server


@pytest.fixture
def connect(service: Textract) -> Connect:
    return lambda: boto3.client(
        "comprehendmedical", endpoint_url=service.url, region_name="us-east-1", aws_access_key_id="a",
        aws_secret_access_key="b", config=Config(retries={"mode": "standard", "total_max_attempts": 1}))


def never() -> Any:
    raise AssertionError("nobody may connect")


def workspace(bucket: Bucket, settings: Settings, connect: Connect) -> Workspace:
    return replace(workspace_of(bucket, page(NOTE)), settings=settings, comprehend_medical=connect)


def without_service(workspace: Workspace) -> Workspace:
    return replace(workspace, comprehend_medical=never)


def medications(held: Any) -> set[str]:
    return {entry["resource"]["medicationCodeableConcept"]["text"] for entry in held["entry"]
            if entry["resource"]["resourceType"] == "MedicationStatement"}


def test_by_default_nobody_connects_and_the_rules_alone_speak(bucket: Bucket) -> None:
    document = workspace(bucket, Settings(), never)
    assert convert.convert(document) == ()
    assert medications(json.loads(bucket.read(bundle_key(document.document_id)))) == {"Lisinopril"}
    assert names(document) == ["document_received", "fhir_converted", "record_merged"]


def test_what_is_uncertain_waits_and_an_approval_asks_nobody_again(
        bucket: Bucket, service: Textract, connect: Connect) -> None:
    """The bronchoscopy has a score of 0.61; everything else of the note is certain."""
    document = workspace(bucket, ON, connect)
    service.answers = [*ANSWERS]
    assert convert.convert(document) == ("LOW_CONFIDENCE",)
    [record] = records(bucket)
    assert medications(record) == {"Lisinopril", "cefiderocol", "Zolinza"}
    assert "bronchoscopy" not in json.dumps(record)
    convert.decide(without_service(document), approved=True, actor="operator")
    assert "bronchoscopy" in json.dumps(records(bucket))
    assert len(service.requests) == 3
    assert names(document).count("text_analyzed") == 1


def test_converting_again_gives_the_same_bytes_and_sends_nothing(
        bucket: Bucket, service: Textract, connect: Connect) -> None:
    document = workspace(bucket, ON, connect)
    service.answers = [*ANSWERS]
    convert.convert(document)
    first = bucket.read(bundle_key(document.document_id))
    convert.convert(without_service(document))
    assert bucket.read(bundle_key(document.document_id)) == first
    assert len(service.requests) == 3


def test_a_try_that_was_throttled_goes_on_with_what_was_answered(
        bucket: Bucket, service: Textract, connect: Connect) -> None:
    document = workspace(bucket, ON, connect)
    service.answers = [ANSWERS[0], (429, {"__type": "TooManyRequestsException"})]
    with pytest.raises(PipelineError, match="ANALYSIS_THROTTLED"):
        convert.convert(document)
    assert records(bucket) == []
    service.answers = [*ANSWERS[1:]]
    convert.convert(document)
    assert [operation for operation, _ in service.requests] == [
        "DetectEntitiesV2", "InferRxNorm", "InferRxNorm", "InferICD10CM"]


def test_no_key_holds_a_word_of_the_document(bucket: Bucket, service: Textract, connect: Connect) -> None:
    service.answers = [*ANSWERS]
    convert.convert(workspace(bucket, ON, connect))
    keys = " ".join(entry.key for entry in bucket.list("")).lower()
    assert [word for word in ("oakenshaw", "55120987", "cefiderocol") if word in keys] == []
