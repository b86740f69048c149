"""Where every part of a document lies, and the only way the pipeline writes to S3.

Every write is idempotent (same input, same key, same bytes) or conditional (If-None-Match, If-Match;
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from include.errors import PipelineError


class ConditionFailedError(Exception):
    """A conditional write found another version than the one it was built on."""


class S3Client(Protocol):
    """The calls of boto3's S3 client that are used here."""

    def put_object(self, **kwargs: Any) -> dict[str, Any]: ...
    def get_object(self, **kwargs: Any) -> dict[str, Any]: ...
    def head_object(self, **kwargs: Any) -> dict[str, Any]: ...
    def delete_object(self, **kwargs: Any) -> dict[str, Any]: ...
    def get_paginator(self, operation_name: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Stored:
    """An object's bytes and the ETag that they had."""

    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as a listing shows it; ``size`` in bytes, ``modified`` in UTC."""

    key: str
    size: int
    etag: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an object; ``written`` in UTC."""

    version_id: str
    etag: str
    written: datetime


OPERATIONS = ("GetObject", "HeadObject", "PutObject", "DeleteObject", "ListObjectsV2", "ListObjectVersions")
"""S3's operations that are called."""


class Bucket:
    """One bucket through one boto3 client; S3's refusals become codes of the error registry.

    :param client: a boto3 S3 client.
    :param name: the bucket's name.
    :param on_failure: told of each call that fails, by one of :data:`OPERATIONS`. An object that is not there and a
        condition that does not hold are answers, not failures.
    """

    def __init__(self, client: S3Client, name: str, on_failure: Callable[[str], None] | None = None) -> None:
        self.client = client
        self.name = name
        self._on_failure = on_failure

    def read(self, key: str) -> bytes:
        """The object's bytes.

        :raises PipelineError: S3_NOT_FOUND and the other S3 codes.
        """
        return self.read_version(key).body

    def read_version(self, key: str) -> Stored:
        """The object's bytes with their ETag, for a later :meth:`replace`."""
        with self._calling("GetObject"):
            answer = self.client.get_object(Bucket=self.name, Key=key)
            return Stored(body=answer["Body"].read(), etag=answer["ETag"])

    def find(self, key: str) -> Stored | None:
        """As :meth:`read_version`; None where there is no such object."""
        try:
            return self.read_version(key)
        except PipelineError as error:
            if error.code != "S3_NOT_FOUND":
                raise
            return None

    def exists(self, key: str) -> bool:
        try:
            with self._calling("HeadObject"):
                self.client.head_object(Bucket=self.name, Key=key)
        except PipelineError as error:
            if error.code != "S3_NOT_FOUND":
                raise
            return False
        return True

    def write(self, key: str, body: bytes, content_type: str = "application/json", tagging: str = "") -> str:
        """Idempotent write: for keys whose bytes follow from their input. Returns the ETag."""
        extra = {"Tagging": tagging} if tagging else {}
        with self._calling("PutObject"):
            answer = self.client.put_object(
                Bucket=self.name, Key=key, Body=body, ContentType=content_type, **extra)
            return str(answer["ETag"])

    def write_file(self, key: str, path: Path, content_type: str) -> None:
        """As :meth:`write`, a file of at most 5 GB that is not read into memory."""
        with self._calling("PutObject"), path.open("rb") as stream:
            self.client.put_object(Bucket=self.name, Key=key, Body=stream, ContentType=content_type)

    def create(self, key: str, body: bytes, content_type: str = "application/json") -> str:
        """Write-once. A checksum goes with it whatever the client's settings say: Object Lock asks for one
        (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html).

        :raises ConditionFailedError: the key exists already.
        """
        with self._calling("PutObject"):
            answer = self.client.put_object(
                Bucket=self.name, Key=key, Body=body, ContentType=content_type, IfNoneMatch="*",
                ChecksumAlgorithm="SHA256")
            return str(answer["ETag"])

    def replace(self, key: str, body: bytes, etag: str, content_type: str = "application/json") -> str:
        """Write on top of exactly the version with this ETag.

        :raises ConditionFailedError: the object has changed since.
        """
        with self._calling("PutObject"):
            answer = self.client.put_object(
                Bucket=self.name, Key=key, Body=body, ContentType=content_type, IfMatch=etag)
            return str(answer["ETag"])

    def versions(self, key: str) -> list[Version]:
        """Every version that was stored under a key, oldest first; of a bucket without versioning the last alone."""
        found = []
        with self._calling("ListObjectVersions"):
            for page in self.client.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=key):
                found += [Version(entry["VersionId"], entry["ETag"], entry["LastModified"])
                          for entry in page.get("Versions", ()) if entry["Key"] == key]
        return found[::-1]

    def read_earlier(self, key: str, version_id: str) -> bytes:
        """The bytes of one of :meth:`versions`.

        :raises PipelineError: S3_NOT_FOUND and the other S3 codes.
        """
        with self._calling("GetObject"):
            body: bytes = self.client.get_object(Bucket=self.name, Key=key, VersionId=version_id)["Body"].read()
            return body

    def delete(self, key: str) -> None:
        with self._calling("DeleteObject"):
            self.client.delete_object(Bucket=self.name, Key=key)

    def list(self, prefix: str) -> Iterator[Listed]:
        """Every object below a prefix, in key order."""
        with self._calling("ListObjectsV2"):
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
                for entry in page.get("Contents", ()):
                    yield Listed(
                        key=entry["Key"], size=entry["Size"], etag=entry["ETag"], modified=entry["LastModified"])

    def list_folders(self, prefix: str, after: str = "", before: str = "") -> Iterator[str]:
        """The folders (``…/``) whose keys begin with a prefix and lie between two others, in key order; what is in
        them is neither listed nor paid for, and no listing goes on behind ``before`` (empty: to the last)."""
        with self._calling("ListObjectsV2"):
            for page in self.client.get_paginator("list_objects_v2").paginate(
                    Bucket=self.name, Prefix=prefix, StartAfter=after or prefix, Delimiter="/"):
                for entry in page.get("CommonPrefixes", ()):
                    if before and entry["Prefix"] >= before:
                        return
                    yield entry["Prefix"]

    @contextmanager
    def _calling(self, operation: str) -> Iterator[None]:
        try:
            yield
        except (PipelineError, ConditionFailedError):
            raise
        except Exception as error:
            coded = _coded(error)
            if coded is None:
                raise
            if self._on_failure and isinstance(coded, PipelineError) and coded.code != "S3_NOT_FOUND":
                self._on_failure(operation)
            raise coded from None


def _coded(error: Exception) -> PipelineError | ConditionFailedError | None:
    """Botocore's error as a code of the registry, without its message, which can quote a key; None for any other."""
    # Imported when needed: a DAG parse must not pay for botocore.
    from botocore.exceptions import BotoCoreError, ClientError

    if isinstance(error, ClientError):
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        return ConditionFailedError() if status in (409, 412) else PipelineError(_code_of_status(status))
    return PipelineError("S3_UNREACHABLE") if isinstance(error, BotoCoreError) else None


def _code_of_status(status: int) -> str:
    if status == 404:
        return "S3_NOT_FOUND"
    if status in (401, 403):
        return "S3_ACCESS_DENIED"
    if status >= 500 or status == 429:
        return "S3_UNREACHABLE"
    return "S3_REFUSED"


def document_id(source_key: str, etag: str) -> str:
    """Opaque and stable: the same object under the same key has the same id; the name cannot be read from it."""
    digest = hashlib.sha256(f"{source_key}\0{etag.strip(chr(34))}".encode()).hexdigest()
    return f"doc-{digest[:24]}"


def inbox_prefix(day: str) -> str:
    return f"inbox/{day}/"


def documents_prefix() -> str:
    """Below it each registered document has a folder."""
    return "documents/"


def document_of_folder(folder: str) -> str:
    """The document whose folder this is."""
    return folder.removeprefix(documents_prefix()).rstrip("/")


def source_key(document_id: str) -> str:
    return f"documents/{document_id}/source.json"


def manifest_key(document_id: str) -> str:
    return f"documents/{document_id}/manifest.json"


def job_key(document_id: str) -> str:
    return f"documents/{document_id}/ocr_job.json"


def reading_key(document_id: str) -> str:
    """Which run has the document's pages read one by one."""
    return f"documents/{document_id}/reading.json"


def content_key(document_id: str) -> str:
    return f"documents/{document_id}/document.json"


def bundle_key(document_id: str) -> str:
    return f"documents/{document_id}/bundle.json"


def outcome_key(document_id: str) -> str:
    """What became of a document in the last run that had it."""
    return f"documents/{document_id}/outcome.json"


def review_key(document_id: str) -> str:
    return f"documents/{document_id}/review.json"


def resolution_key(document_id: str) -> str:
    return f"documents/{document_id}/resolution.json"


def delivery_key(document_id: str) -> str:
    """What of the document is on the FHIR server."""
    return f"documents/{document_id}/delivery.json"


def merged_key(document_id: str) -> str:
    """Names the records that a document has been merged into."""
    return f"documents/{document_id}/merged.json"


def temp_prefix(ocr_s3_prefix: str, document_id: str) -> str:
    """Where a document's uploads for asynchronous OCR lie in the temporary bucket."""
    return f"{ocr_s3_prefix}{document_id}/"


def document_of_temp_key(ocr_s3_prefix: str, key: str) -> str:
    """The document whose upload this is."""
    return key.removeprefix(ocr_s3_prefix).partition("/")[0]


def page_result_key(page_hash: str, features: tuple[str, ...]) -> str:
    """One page's OCR result. Not below a document: the same page is billed once, whatever file it comes in."""
    return f"ocr/{page_hash}-{'-'.join(sorted(features)).lower()}.json"


def analysis_key(text_digest: str, operation: str) -> str:
    """An analyzer's answer to one text (its SHA-256). Not below a document: the same text is billed once."""
    return f"analysis/{text_digest}-{operation}.json"


def patient_key(patient_id: str) -> str:
    return f"patients/{patient_id}.json"


AUDIT = "audit/"
"""Below it lies the audit trail, in a bucket of its own, which is locked."""


def audit_prefix(day: str, document_id: str) -> str:
    return f"{AUDIT}{day}/{document_id}/"


def batch_prefix(day: str) -> str:
    return f"batches/{day}/"


def batch_key(day: str, number: int, digest: str) -> str:
    return f"{batch_prefix(day)}{number:04d}-{digest}.json"


def run_key(run_id: str, name: str) -> str:
    return f"runs/{run_id}/{name}"


def run_outcome_key(run_id: str, document_id: str) -> str:
    """What became of a document in this run, whatever another run has made of it since."""
    return run_key(run_id, f"outcomes/{document_id}.json")


def run_prefix(beginning: str = "") -> str:
    """Below it lie the runs whose ids begin like this."""
    return f"runs/{beginning}"


def run_of_prefix(prefix: str) -> str:
    """The run whose folder this is."""
    return prefix.removeprefix("runs/").removesuffix("/")


def export_prefix(run_id: str) -> str:
    """Where a run's NDJSON files lie, and nothing else: an import takes all that is below a prefix."""
    return run_key(run_id, "ndjson/")


ALERTS = "alerts/"
"""Below it lies what was alerted, so that nothing is alerted twice."""


def run_failed_alerts(dag_id: str, run_id: str) -> str:
    """The prefix of the alerts of a run's failures."""
    return f"{ALERTS}failed/{dag_id}/{run_id}/"


def run_late_alert(dag_id: str, run_id: str, deadline_id: str) -> str:
    return f"{ALERTS}late/{dag_id}/{run_id}/{deadline_id}.json"


def overdue_alert(digest: str) -> str:
    return f"{ALERTS}overdue/{digest}.json"


def alerted_documents_key(day: str) -> str:
    """Names the documents of an inbox partition that were alerted for their age."""
    return f"{ALERTS}days/{day}.json"
