"""Who may call Textract and whose documents it reads, with moto's authorisation on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from tests.sandbox import drawn_pages as drawn

PLACE = {"S3Object": {"Bucket": "ocr-temp", "Name": "page.png"}}
CALL_TEXTRACT: dict[str, object] = {
    "Effect": "Allow", "Action": ["textract:AnalyzeDocument", "textract:StartDocumentAnalysis"], "Resource": "*"}
READ_TEMP: dict[str, object] = {
    "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::ocr-temp/*"}
READ_OTHER: dict[str, object] = {
    "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::documents/*"}
NEVER_START: dict[str, object] = {"Effect": "Deny", "Action": "textract:StartDocumentAnalysis", "Resource": "*"}


@pytest.fixture(scope="module")
def users(start_sandbox: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Textract's clients by what their users may do."""
    guarded = start_sandbox(tmp_path_factory.mktemp("guarded"))
    guarded.s3.create_bucket(Bucket="ocr-temp")
    guarded.s3.put_object(Bucket="ocr-temp", Key="page.png", Body=drawn.png(Image.new("RGB", (200, 200), "white")))
    users = {
        "all": guarded.textract_of("all", CALL_TEXTRACT, READ_TEMP),
        "no textract": guarded.textract_of("no-textract", READ_TEMP),
        "no object": guarded.textract_of("no-object", CALL_TEXTRACT, READ_OTHER),
        "denied": guarded.textract_of("denied", CALL_TEXTRACT, NEVER_START, READ_TEMP),
        "nobody": guarded.textract,
    }
    guarded.check_rights()
    return users


def outcome(call: Any, **parameters: Any) -> str:
    try:
        call(FeatureTypes=["TABLES"], **parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "accepted"


@pytest.mark.parametrize(("user", "analyse", "start"), [
    ("all", "accepted", "accepted"),
    ("no textract", "AccessDeniedException", "AccessDeniedException"),
    ("no object", "InvalidS3ObjectException", "InvalidS3ObjectException"),
    ("denied", "accepted", "AccessDeniedException"),
    ("nobody", "AccessDeniedException", "AccessDeniedException"),
])
def test_a_policy_decides_who_may_call_and_whose_object_is_read(
        users: dict[str, Any], user: str, analyse: str, start: str) -> None:
    """Textract reads S3 with the caller's rights, and names a missing grant InvalidS3ObjectException."""
    textract = users[user]
    assert outcome(textract.analyze_document, Document=PLACE) == analyse
    assert outcome(textract.start_document_analysis, DocumentLocation=PLACE) == start


def test_a_refused_call_has_the_clients_own_exception(users: dict[str, Any]) -> None:
    textract = users["no textract"]
    with pytest.raises(textract.exceptions.AccessDeniedException):
        textract.analyze_document(Document=PLACE, FeatureTypes=["TABLES"])


def test_the_sandbox_keeps_what_it_holds_while_rights_are_checked(start_sandbox: Any, tmp_path: Path) -> None:
    """The last snapshot is taken on the way out; one that fails would end the process."""
    guarded = start_sandbox(tmp_path)
    guarded.s3.create_bucket(Bucket="kept")
    guarded.check_rights()
    assert guarded.stop() == 0
    assert "kept" in (tmp_path / "s3" / "index.json").read_text()


def test_a_write_with_tags_asks_for_the_right_to_tag_too(start_sandbox: Any, tmp_path: Path) -> None:
    guarded = start_sandbox(tmp_path)
    guarded.s3.create_bucket(Bucket="ocr-temp")
    place = "arn:aws:s3:::ocr-temp/*"
    write: dict[str, object] = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": place}
    tag: dict[str, object] = {"Effect": "Allow", "Action": "s3:PutObjectTagging", "Resource": place}
    writer, tagger = guarded.s3_of("writer", write), guarded.s3_of("tagger", write, tag)
    guarded.check_rights()
    writer.put_object(Bucket="ocr-temp", Key="a", Body=b"")
    tagger.put_object(Bucket="ocr-temp", Key="b", Body=b"", Tagging="purpose=ocr-temp")
    with pytest.raises(ClientError) as refused:
        writer.put_object(Bucket="ocr-temp", Key="c", Body=b"", Tagging="purpose=ocr-temp")
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
