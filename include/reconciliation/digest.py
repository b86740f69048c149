"""A digest of what the patients' records say, whatever order documents came in and whatever was tried again. Pure.

Two runs over the same files under the same keys give the same digest where they say the same. Left out is only what is
of the run and not of the documents:

| what | why two good runs differ in it |
|---|---|
| ``meta.versionId``, of the record and of each resource | counts the merges that changed it, in their order |
| ``Provenance.recorded``, ``DocumentReference.date`` | when the document was received |
| which of two statements of a Patient stands in the element, and which in ``also-stated`` | who came first |
| the order of entries | it is sorted here |

ETags and times of objects are not in a record. Everything else counts: each fact, each piece of evidence with its page,
place and confidence, who confirmed what, corrections, contradictions, the converter's version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from include.fhir.joining import ALSO_STATED, canonical

Json = dict[str, Any]

_WHEN_RECEIVED = {"Provenance": "recorded", "DocumentReference": "date"}
_LISTS_AND_FRAME = frozenset(("resourceType", "id", "meta", "extension", "identifier", "name", "telecom", "address"))


def digest_of_record(record: Json) -> str:
    """SHA-256, in hexadecimal, of what a record says."""
    said = sorted(canonical([entry["fullUrl"], _said(entry["resource"])]) for entry in record["entry"])
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def digest_of_all(records: Iterable[tuple[str, str]]) -> str:
    """SHA-256, in hexadecimal, over patients with the digests of their records, in any order."""
    return hashlib.sha256("\n".join(f"{patient} {digest}" for patient, digest in sorted(records)).encode()).hexdigest()


def _said(resource: Json) -> Json:
    kind = resource["resourceType"]
    said = {key: value for key, value in resource.items() if key != _WHEN_RECEIVED.get(kind)}
    said["meta"] = {key: value for key, value in resource.get("meta", {}).items() if key != "versionId"}
    return _of_patient(said) if kind == "Patient" else said


def _of_patient(patient: Mapping[str, Any]) -> Json:
    """Every single value as a statement beside the others, whichever came first."""
    single = {key: value for key, value in patient.items() if key not in _LISTS_AND_FRAME}
    extensions = patient.get("extension", [])
    stated = {f"{key}={value if isinstance(value, str) else canonical(value)}" for key, value in single.items()}
    stated |= {each["valueString"] for each in extensions if each.get("url") == ALSO_STATED}
    return {**{key: value for key, value in patient.items() if key not in single},
            "extension": [each for each in extensions if each.get("url") != ALSO_STATED], "stated": sorted(stated)}
