"""What a run of the tests leaves in an account, found from its documents in the inbox, and its removal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from include.documents import manifest as manifests
from include.documents.intake import Source
from include.documents.storage import (
    Bucket,
    audit_prefix,
    batch_prefix,
    bundle_key,
    document_id,
    manifest_key,
    patient_key,
    source_key,
    temp_prefix,
)
from include.fhir.merge import resources_by_patient

_PLACE = re.compile(r"inbox/(\d{4}-\d{2}-\d{2})/test-aws-(\d{8})/")
_BEFORE_1970 = "inbox/19"
"""Where the runs' own partitions lie: no inbox of this pipeline has a day before there was S3."""
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object, or the marker that one was deleted (``etag`` is None)."""

    key: str
    version_id: str
    etag: str | None
    modified: datetime


def versions(bucket: Bucket, prefix: str) -> Iterator[Version]:
    """Every version and delete marker below a prefix; in a bucket without versions, its objects."""
    client: Any = bucket.client
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket.name, Prefix=prefix):
        for entry in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            yield Version(entry["Key"], entry["VersionId"], entry.get("ETag"), entry["LastModified"])


def inbox_prefix(day: str, mark: str) -> str:
    """Where a run's documents of a day lie."""
    return f"inbox/{day}/test-aws-{mark}/"


def run_name(mark: str) -> str:
    """How the ids of the runs that the tests start begin."""
    return f"test-aws-{mark}"


def marks_left(documents: Bucket, before: datetime) -> set[str]:
    """The marks of runs that were killed: the newest trace in their inbox is from before this moment (UTC)."""
    newest: dict[str, datetime] = {}
    for version in versions(documents, _BEFORE_1970):
        if place := _PLACE.match(version.key):
            newest[place[2]] = max(version.modified, newest.get(place[2], version.modified))
    return {mark for mark, moment in newest.items() if moment < before}


def remove(documents: Bucket, temp: Bucket, audit: Bucket, mark: str, ocr_s3_prefix: str) -> int:
    """Delete every version of everything that came of the run's documents; how many versions there were.

    The documents themselves go last: what was interrupted can be done again.

    :raises RuntimeError: S3 has kept something.
    """
    inbox = [version for version in versions(documents, _BEFORE_1970)
             if (place := _PLACE.match(version.key)) and place[2] == mark]
    days = sorted({version.key.split("/")[1] for version in inbox})
    ids = sorted({document_id(version.key, version.etag) for version in inbox if version.etag})
    count = sum(_delete(temp, temp_prefix(ocr_s3_prefix, each)) for each in ids)
    count += _delete(documents, f"runs/{run_name(mark)}")
    for day in days:
        count += _delete(documents, batch_prefix(day)) + _delete(documents, f"runs/batch__{day}__")
    for each in ids:
        if source := documents.find(source_key(each)):
            count += _delete(audit, audit_prefix(Source(**json.loads(source.body)).day, each), locked=True)
        count += sum(_delete(documents, prefix) for prefix in _derived(documents, each))
        count += _delete(documents, f"documents/{each}/")
    return count + sum(_delete(documents, inbox_prefix(day, mark)) for day in days)


def _derived(documents: Bucket, document: str) -> Iterator[str]:
    """What a document left outside of its own folder: page results, patients' records."""
    if manifest := documents.find(manifest_key(document)):
        yield from (f"ocr/{page.page_hash}-" for page in manifests.from_json(manifest.body).ocr_pages)
    if bundle := documents.find(bundle_key(document)):
        yield from map(patient_key, resources_by_patient(json.loads(bundle.body)))


def _delete(bucket: Bucket, prefix: str, *, locked: bool = False) -> int:
    """:param locked: the versions are under Object Lock in the mode GOVERNANCE."""
    client: Any = bucket.client
    bypass = {"BypassGovernanceRetention": True} if locked else {}
    found = [{"Key": each.key, "VersionId": each.version_id} for each in versions(bucket, prefix)]
    for start in range(0, len(found), _AT_ONCE):
        answer = client.delete_objects(
            Bucket=bucket.name, Delete={"Objects": found[start:start + _AT_ONCE], "Quiet": True}, **bypass)
        if answer.get("Errors"):
            raise RuntimeError(f"S3 keeps {len(answer['Errors'])} objects: {answer['Errors'][0]['Code']}")
    return len(found)
