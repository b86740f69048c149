"""A second start finds S3 as the first left it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from include.sandbox.provision import provision


def settings_of(s3: Any, bucket: str) -> list[Any]:
    return [
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"],
        s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"],
        s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]]


def test_objects_and_settings_survive_a_restart(start_sandbox: Any, tmp_path: Path) -> None:
    first = start_sandbox(tmp_path)
    provision(first.s3, "documents", "ocr-temp")
    first.s3.put_object(
        Bucket="documents", Key="a/b ü.json", Body=b"{}", ContentType="application/json",
        Metadata={"origin": "test"}, Tagging="kind=record")
    upload = first.s3.create_multipart_upload(Bucket="documents", Key="parts")["UploadId"]
    part = first.s3.upload_part(Bucket="documents", Key="parts", UploadId=upload, PartNumber=1, Body=b"x" * 100)
    first.s3.complete_multipart_upload(
        Bucket="documents", Key="parts", UploadId=upload,
        MultipartUpload={"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]})
    first.s3.put_object(Bucket="documents", Key="gone", Body=b"x")
    first.s3.delete_object(Bucket="documents", Key="gone")
    before = [first.s3.head_object(Bucket="documents", Key=key) for key in ("a/b ü.json", "parts")]
    settings = settings_of(first.s3, "ocr-temp")
    assert first.stop() == 0
    second = start_sandbox(tmp_path)
    after = [second.s3.head_object(Bucket="documents", Key=key) for key in ("a/b ü.json", "parts")]
    for name in ("ETag", "ContentType", "ContentLength", "Metadata", "LastModified"):
        assert [answer[name] for answer in after] == [answer[name] for answer in before]
    assert second.s3.get_object(Bucket="documents", Key="a/b ü.json")["Body"].read() == b"{}"
    assert second.s3.get_object_tagging(Bucket="documents", Key="a/b ü.json")["TagSet"] == [
        {"Key": "kind", "Value": "record"}]
    assert {entry["Key"] for entry in second.s3.list_objects_v2(Bucket="documents")["Contents"]} == {
        "a/b ü.json", "parts"}
    assert settings_of(second.s3, "ocr-temp") == settings


def test_the_temporary_bucket_is_encrypted_closed_and_forgets_after_a_day(sandbox: Any) -> None:
    for _ in range(2):
        provision(sandbox.s3, "documents-of-provision", "temp-of-provision")
    rules, encryption, block = settings_of(sandbox.s3, "temp-of-provision")
    assert [(rule["ID"], rule["Status"], rule["Expiration"]) for rule in rules] == [
        ("DeleteOCRTempFiles", "Enabled", {"Days": 1})]
    assert encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert all(block.values())
    assert len(block) == 4
