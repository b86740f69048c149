"""What Textract and S3 refuse, as codes of the registry, through the pipeline's own connection; on AWS, by AWS."""

from __future__ import annotations

import pytest
from local_system import LocalSystem

from demo.environment import variables
from include.documents.storage import Bucket
from include.errors import PipelineError
from include.ocr.textract_errors import code_of
from include.samples import samples
from textract_provider.hook import TextractHook

pytestmark = pytest.mark.aws

FEATURES = ("TABLES", "FORMS")


@pytest.fixture
def environment(system: LocalSystem, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of Airflow's processes, as far as it concerns AWS, in this one."""
    found = {name: value for name, value in variables(system.local).items()
             if name.startswith(("AWS_", "AIRFLOW_CONN")) or name.endswith("_BUCKET")}
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    return found


@pytest.fixture
def textract(environment: dict[str, str]) -> TextractHook:
    return TextractHook(region_name=environment["AWS_DEFAULT_REGION"])


@pytest.fixture
def role_s3(environment: dict[str, str]) -> Bucket:
    """The documents with the rights of the pipeline's role."""
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook

    if "role_arn" not in environment["AIRFLOW_CONN_AWS_DEFAULT"]:
        pytest.skip("no role whose rights could be tested: only an account's stack has one")
    return Bucket(S3Hook(region_name=environment["AWS_DEFAULT_REGION"]).get_conn(), environment["DOCUMENTS_BUCKET"])


@pytest.mark.parametrize("name", ["encrypted.pdf", "not_a_document.pdf"])
def test_a_file_that_textract_cannot_read_is_refused_by_name(textract: TextractHook, name: str) -> None:
    with pytest.raises(Exception) as refusal:
        textract.analyze_document((samples.DOCUMENTS / name).read_bytes(), FEATURES)
    assert code_of(refusal.value) in {"BadDocumentException", "UnsupportedDocumentException"}


def test_an_object_that_is_missing_is_refused_by_name(
        textract: TextractHook, environment: dict[str, str], system: LocalSystem) -> None:
    with pytest.raises(Exception) as refusal:
        textract.start_document_analysis(
            environment["OCR_S3_BUCKET"], f"ocr-temp/test-aws-{system.mark}/missing.pdf", FEATURES, f"no-{system.mark}")
    assert code_of(refusal.value) == "InvalidS3ObjectException"


def test_a_job_that_is_unknown_is_refused_by_name(textract: TextractHook) -> None:
    with pytest.raises(Exception) as refusal:
        textract.document_analysis_status("0" * 64)
    assert code_of(refusal.value) == "InvalidJobIdException"


def test_the_pipeline_cannot_change_what_came_in(role_s3: Bucket, system: LocalSystem) -> None:
    key = system.key(16, "source.pdf")
    system.put(key, b"the source")
    for attempt in (lambda: role_s3.write(key, b"another"), lambda: role_s3.delete(key)):
        with pytest.raises(PipelineError) as refusal:
            attempt()
        assert refusal.value.code == "S3_ACCESS_DENIED"
    assert role_s3.read(key) == b"the source"


def test_the_pipeline_cannot_delete_what_it_has_written(role_s3: Bucket, system: LocalSystem) -> None:
    with pytest.raises(PipelineError) as refusal:
        role_s3.delete(f"documents/test-aws-{system.mark}/bundle.json")
    assert refusal.value.code == "S3_ACCESS_DENIED"


def test_the_pipeline_cannot_call_what_it_does_not_use(
        role_s3: Bucket, textract: TextractHook) -> None:
    """DetectDocumentText is granted nowhere."""
    if "amazonaws" not in textract.conn.meta.endpoint_url:
        pytest.skip("the sandbox does not know DetectDocumentText")
    with pytest.raises(Exception) as refusal:
        textract.conn.detect_document_text(Document={"Bytes": (samples.DOCUMENTS / "encrypted.pdf").read_bytes()})
    assert code_of(refusal.value) == "AccessDeniedException"
