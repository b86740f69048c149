"""Putting files into the local inbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.environment import LOOPBACK, Local
from include.documents.storage import batch_prefix, document_id, inbox_prefix

BUCKET, AUDIT_BUCKET = "documents", "audit"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file in the inbox under the id that the pipeline gives it."""

    file: str
    document_id: str


def s3_client(local: Local) -> Any:
    """A client of the sandbox's S3; its keys are worthless elsewhere."""
    import boto3

    assert LOOPBACK in local.s3_url
    return boto3.client(
        "s3", endpoint_url=local.s3_url, region_name="us-east-1",
        aws_access_key_id="local-sandbox", aws_secret_access_key="local-sandbox")  # noqa: S106


def deliver(s3: Any, day: str, files: Iterable[Path]) -> list[Delivered]:
    """Make the day's inbox hold exactly these files, and forget how the day was batched before."""
    for prefix in (inbox_prefix(day), batch_prefix(day)):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix):
            for entry in page.get("Contents", ()):
                s3.delete_object(Bucket=BUCKET, Key=entry["Key"])
    delivered = []
    for path in files:
        key = inbox_prefix(day) + path.name
        etag = s3.put_object(Bucket=BUCKET, Key=key, Body=path.read_bytes())["ETag"]
        delivered.append(Delivered(file=path.name, document_id=document_id(key, etag)))
    return delivered
