"""The buckets that the pipeline expects, made when they are missing."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from include.settings import settings


def provision(s3_client: Any, documents_bucket: str, temp_bucket: str, audit_bucket: str) -> None:
    """Create the buckets and give them their settings; safe to run again.

    All are encrypted (SSE-S3) and closed to the public. The temporary one forgets its objects after a day; the audit
    trail's has versions, and each is locked for a day, as in a stack of tests.

    :param s3_client: a boto3 S3 client.
    """
    _create(s3_client, audit_bucket, ObjectLockEnabledForBucket=True)
    _lock(s3_client, audit_bucket)
    for bucket in (documents_bucket, temp_bucket, audit_bucket):
        _create(s3_client, bucket)
        s3_client.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={
            "BlockPublicAcls": True, "IgnorePublicAcls": True,
            "BlockPublicPolicy": True, "RestrictPublicBuckets": True})
        s3_client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
    s3_client.put_bucket_lifecycle_configuration(Bucket=temp_bucket, LifecycleConfiguration={
        "Rules": [{"ID": "DeleteOCRTempFiles", "Status": "Enabled", "Filter": {"Prefix": ""},
                   "Expiration": {"Days": 1}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}]})


def _lock(s3_client: Any, bucket: str) -> None:
    """Once: moto, unlike S3, takes a lock's settings for an empty bucket only."""
    if _is_locked(s3_client, bucket):
        return
    s3_client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3_client.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration={
        "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}})


def _is_locked(s3_client: Any, bucket: str) -> bool:
    try:
        answer = s3_client.get_object_lock_configuration(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ObjectLockConfigurationNotFoundError":
            raise
        return False
    retention = answer["ObjectLockConfiguration"].get("Rule", {}).get("DefaultRetention", {})
    return bool(retention.get("Mode"))


def _create(s3_client: Any, bucket: str, **more: bool) -> None:
    region = s3_client.meta.region_name
    place: dict[str, Any] = {} if region in (None, "us-east-1") else {
        "CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        s3_client.create_bucket(Bucket=bucket, **place, **more)
    except (s3_client.exceptions.BucketAlreadyOwnedByYou, s3_client.exceptions.BucketAlreadyExists):
        s3_client.head_bucket(Bucket=bucket)


def main() -> None:
    """The buckets of the settings, at the endpoint of boto3's own environment variables."""
    import boto3

    provision(
        boto3.client("s3", region_name=settings().aws_default_region), settings().documents_bucket,
        settings().ocr_s3_bucket, settings().audit_bucket)


if __name__ == "__main__":
    main()
