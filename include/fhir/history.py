"""The history of a patient's record: what each version brought. The versions are those of the object in S3.

``python -m include.fhir.history <patient id> [number]`` lists them, or prints one; S3 is found by boto3's own settings
(``AWS_ENDPOINT_URL_S3``, ``AWS_PROFILE``, ...).
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from include.documents.storage import Bucket, patient_key

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """One version of a record: its number, when it was written (UTC), and how many resources of each type came new,
    changed or left. ``documents`` are those that it holds for the first time."""

    number: int
    written: datetime
    record: Json
    documents: tuple[str, ...]
    added: dict[str, int]
    changed: dict[str, int]
    removed: dict[str, int]


def history(bucket: Bucket, patient_id: str) -> list[RecordVersion]:
    """Oldest first; empty for a patient without a record. The bucket has to be versioned, as the template makes it.

    :raises PipelineError: the S3 codes.
    """
    key = patient_key(patient_id)
    found: list[RecordVersion] = []
    before: dict[str, Json] = {}
    for version in bucket.versions(key):
        record = json.loads(bucket.read_earlier(key, version.version_id))
        after = {entry["fullUrl"]: entry["resource"] for entry in record["entry"]}
        found.append(_compared(record, version.written, before, after))
        before = after
    return found


def _compared(record: Json, written: datetime, before: dict[str, Json], after: dict[str, Json]) -> RecordVersion:
    documents = tuple(
        resource["identifier"][0]["value"] for url, resource in after.items()
        if resource["resourceType"] == "DocumentReference" and url not in before)
    return RecordVersion(
        number=int(record.get("meta", {}).get("versionId", 0)), written=written, record=record, documents=documents,
        added=_types(after[url] for url in after.keys() - before.keys()),
        changed=_types(after[url] for url in after.keys() & before.keys() if after[url] != before[url]),
        removed=_types(before[url] for url in before.keys() - after.keys()))


def _types(resources: Any) -> dict[str, int]:
    return dict(sorted(Counter(resource["resourceType"] for resource in resources).items()))


def main(arguments: list[str]) -> int:
    """Exit code 1 where there is no such record or version."""
    import boto3

    from include.settings import settings

    if len(arguments) not in (1, 2):
        print(__doc__)
        return 1
    bucket = Bucket(boto3.client("s3", region_name=settings().aws_default_region), settings().documents_bucket)
    found = history(bucket, arguments[0])
    if len(arguments) == 2:
        chosen = next((version for version in found if str(version.number) == arguments[1]), None)
        if chosen:
            print(json.dumps(chosen.record, indent=1, ensure_ascii=False))
        return 0 if chosen else 1
    for version in found:
        changes = [f"{sign}{count} {kind}" for sign, counts in
                   (("+", version.added), ("~", version.changed), ("-", version.removed))
                   for kind, count in counts.items()]
        print(f"{version.number:4}  {version.written:%Y-%m-%d %H:%M:%S}  {', '.join(version.documents) or '-'}  "
              f"{', '.join(changes)}")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
