"""The patient's record in S3: read with its ETag, merged, written back only onto that very version."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from include.documents.storage import Bucket, ConditionFailedError, Stored, patient_key
from include.errors import PipelineError
from include.fhir.joining import canonical
from include.fhir.merge import Merged, merge, withdraw

Json = dict[str, Any]

# With as many writers at one record as a run has task slots (32), the last one loses at most 31 times.
_ATTEMPTS = 40
_FIRST_WAIT, _LONGEST_WAIT = 0.02, 1.0
_CHANCE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class MergeOutcome:
    """``version`` is the ETag of the record after the merge; ``conflicts_met`` the writes that others came before;
    ``record`` what it holds."""

    version: str
    added: int
    already_there: int
    conflicts_met: int
    record: Json = field(default_factory=dict, repr=False, compare=False)


def merge_into_record(bucket: Bucket, patient_id: str, bundle_resources: Sequence[Json], document_id: str, *,
                      confirmed: bool = False, decided_anew: bool = False, attempts: int = _ATTEMPTS,
                      wait: Callable[[float], None] = time.sleep) -> MergeOutcome:
    """Merge one document's resources about this patient into ``patients/<patient_id>.json``.

    Optimistic: on a conflict the record is read and merged anew, after a random wait that grows (full jitter,
    0.02 to 1 s). A record that holds everything already is not written.

    :param confirmed: a person has approved the resources.
    :param decided_anew: as in :func:`include.fhir.merge.merge`.
    :raises PipelineError: MERGE_CONFLICT after ``attempts`` writes that others came before; the S3 codes.
    """
    def merged(stored: Stored | None) -> Merged:
        return merge(json.loads(stored.body) if stored else None, bundle_resources, patient_id, document_id,
                     confirmed=confirmed, decided_anew=decided_anew)

    return _rewritten(bucket, patient_key(patient_id), merged, attempts, wait)


def withdraw_from_record(bucket: Bucket, patient_id: str, document_id: str, *, decided_anew: bool = False,
                         attempts: int = _ATTEMPTS, wait: Callable[[float], None] = time.sleep) -> None:
    """Take what a document said out of a record, but for what a person has confirmed; no record, nothing to do.

    :param decided_anew: as in :func:`include.fhir.merge.merge`.
    :raises PipelineError: MERGE_CONFLICT; the S3 codes.
    """
    key = patient_key(patient_id)
    if bucket.find(key) is not None:
        def without(stored: Stored | None) -> Merged:
            return withdraw(json.loads(stored.body) if stored else None, patient_id, document_id,
                            decided_anew=decided_anew)

        _rewritten(bucket, key, without, attempts, wait)


def _rewritten(bucket: Bucket, key: str, change: Callable[[Stored | None], Merged], attempts: int,
               wait: Callable[[float], None]) -> MergeOutcome:
    for conflicts in range(attempts):
        stored = bucket.find(key)
        merged = change(stored)
        try:
            version = _write(bucket, key, stored, merged)
        except ConditionFailedError:
            wait(_CHANCE.uniform(0, min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(conflicts, 10))))
            continue
        return MergeOutcome(version, merged.added, merged.already_there, conflicts, merged.record)
    raise PipelineError("MERGE_CONFLICT")


def _write(bucket: Bucket, key: str, stored: Stored | None, merged: Merged) -> str:
    body = canonical(merged.record).encode()
    if stored is None:
        return bucket.create(key, body)
    return stored.etag if body == stored.body else bucket.replace(key, body, stored.etag)
