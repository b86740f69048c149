"""A second start finds S3 as the first left it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from include.documents.storage import Bucket
from include.sandbox.provision import provision


def settings_of(s3: Any, bucket: str) -> list[Any]:
    return [
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"],
        s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"],
        s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]]


def test_objects_and_settings_survive_a_restart(start_sandbox: Any, tmp_path: Path) -> None:
    first = start_sandbox(tmp_path)
    provision(first.s3, "documents", "ocr-temp", "audit")
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
        provision(sandbox.s3, "documents-of-provision", "temp-of-provision", "audit-of-provision")
    rules, encryption, block = settings_of(sandbox.s3, "temp-of-provision")
    assert [(rule["ID"], rule["Status"], rule["Expiration"]) for rule in rules] == [
        ("DeleteOCRTempFiles", "Enabled", {"Days": 1})]
    assert encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert all(block.values())
    assert len(block) == 4


def refusal(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return str(refused.value.response["Error"]["Code"])


def test_an_audit_event_is_locked_and_stays_so_after_a_restart(start_sandbox: Any, tmp_path: Path) -> None:
    first = start_sandbox(tmp_path)
    provision(first.s3, "documents", "ocr-temp", "audit")
    event = {"Bucket": "audit", "Key": "audit/2026-11-23/doc-1/000001.json"}
    Bucket(first.s3, "audit").create(event["Key"], b"{}")
    version = first.s3.head_object(**event)["VersionId"]
    assert refusal(first.s3.delete_object, **event, VersionId=version) == "AccessDenied"
    assert first.stop() == 0
    second = start_sandbox(tmp_path)
    provision(second.s3, "documents", "ocr-temp", "audit")
    lock = second.s3.get_object_lock_configuration(Bucket="audit")["ObjectLockConfiguration"]
    assert lock["ObjectLockEnabled"] == "Enabled"
    assert (lock["Rule"]["DefaultRetention"]["Mode"], lock["Rule"]["DefaultRetention"]["Days"]) == ("GOVERNANCE", 1)
    found = second.s3.head_object(**event)
    assert found["ObjectLockMode"] == "GOVERNANCE"
    assert refusal(second.s3.delete_object, **event, VersionId=found["VersionId"]) == "AccessDenied"
    second.s3.delete_object(**event, VersionId=found["VersionId"], BypassGovernanceRetention=True)
    assert "Versions" not in second.s3.list_object_versions(Bucket="audit")


def test_a_write_to_a_locked_bucket_has_a_checksum_whatever_the_client_s_settings_say(sandbox: Any) -> None:
    """S3 asks for one, moto by another name; botocore sends none with request_checksum_calculation=when_required."""
    provision(sandbox.s3, "documents-of-checksum", "temp-of-checksum", "audit-of-checksum")
    sparing = boto3.client(
        "s3", endpoint_url=sandbox.s3.meta.endpoint_url, region_name="us-east-1", aws_access_key_id="a",
        aws_secret_access_key="b", config=Config(request_checksum_calculation="when_required"))
    refused = refusal(sparing.put_object, Bucket="audit-of-checksum", Key="audit/a", Body=b"{}")
    assert refused == "MissingUploadObjectWithObjectLockHeaders"
    Bucket(sparing, "audit-of-checksum").create("audit/a", b"{}")
