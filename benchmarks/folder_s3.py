"""S3 as far as the stages use it, on a folder: for documents whose results would fill the memory of a server."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from botocore.exceptions import ClientError


class FolderS3:
    """A client like boto3's; objects are files below ``root``. ``calls`` counts by operation."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.calls: Counter[str] = Counter()

    def put_object(self, **kwargs: Any) -> dict[str, Any]:
        self.calls["PutObject"] += 1
        path = self._path(kwargs)
        if "IfNoneMatch" in kwargs and path.exists():
            _refuse("PreconditionFailed", 412, "PutObject")
        if "IfMatch" in kwargs and _etag(path.read_bytes()) != kwargs["IfMatch"]:
            _refuse("PreconditionFailed", 412, "PutObject")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(kwargs["Body"])
        return {"ETag": _etag(kwargs["Body"])}

    def get_object(self, **kwargs: Any) -> dict[str, Any]:
        self.calls["GetObject"] += 1
        path = self._path(kwargs)
        if not path.is_file():
            _refuse("NoSuchKey", 404, "GetObject")
        body = path.read_bytes()
        return {"ETag": _etag(body), "Body": io.BytesIO(body)}

    def head_object(self, **kwargs: Any) -> dict[str, Any]:
        self.calls["HeadObject"] += 1
        if not self._path(kwargs).is_file():
            _refuse("404", 404, "HeadObject")
        return {}

    def delete_object(self, **kwargs: Any) -> dict[str, Any]:
        self.calls["DeleteObject"] += 1
        self._path(kwargs).unlink(missing_ok=True)
        return {}

    def get_paginator(self, operation_name: str) -> _Listing:
        if operation_name != "list_objects_v2":
            raise NotImplementedError(operation_name)
        return _Listing(self)

    def _path(self, kwargs: dict[str, Any]) -> Path:
        return self.root / str(kwargs["Bucket"]) / str(kwargs["Key"])


class _Listing:
    def __init__(self, s3: FolderS3) -> None:
        self.s3 = s3

    def paginate(self, **kwargs: Any) -> Iterator[dict[str, Any]]:
        """One page with all keys; a prefix ends with a folder or names one object."""
        self.s3.calls["ListObjectsV2"] += 1
        bucket = self.s3.root / kwargs["Bucket"]
        below = bucket / kwargs["Prefix"]
        files = [below] if below.is_file() else sorted(path for path in below.rglob("*") if path.is_file())
        yield {"Contents": [
            {"Key": path.relative_to(bucket).as_posix(), "Size": path.stat().st_size, "ETag": _etag(path.read_bytes()),
             "LastModified": datetime.fromtimestamp(path.stat().st_mtime, UTC)} for path in files]}


def _etag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def _refuse(code: str, status: int, operation: str) -> NoReturn:
    raise ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, operation)
