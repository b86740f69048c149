"""Permissions tried out: what the pipeline's role may do is done, and what it may not is attempted.

Nothing is left behind and nothing is billed. A write carries the checksum of other bytes, so that S3, which asks for
permission first, answers an allowed one with BadDigest and stores nothing; Textract gets a page, a job and an object
that it refuses; whatever would be deleted does not exist.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from include.documents.storage import AUDIT
from include.infrastructure.verification.findings import Finding, Verdict

PLACE = "aws-verify/none"
"""Below each prefix: no document and no day is called so."""
SUBJECT = "permission"

_DENIED = frozenset({
    "AccessDenied", "AccessDeniedException", "AllAccessDisabled", "UnauthorizedOperation", "403", "Forbidden"})
_OTHER_BYTES = base64.b64encode(hashlib.md5(b"other", usedforsecurity=False).digest()).decode()
_CONDITIONS = "the emulator knows no conditions of a policy"
_BUCKET_POLICY = "the emulator has no bucket policy: it ignores their conditions"


@dataclass(frozen=True, slots=True)
class Clients:
    """boto3's clients with the rights that are tried."""

    s3: Any
    s3_without_tls: Any
    textract: Any
    comprehend_medical: Any


@dataclass(frozen=True, slots=True)
class Places:
    """The names of the buckets, and the prefix of the temporary one."""

    documents: str
    temp: str
    audit: str
    temp_prefix: str


@dataclass(frozen=True, slots=True)
class Trial:
    """One attempt.

    :param statement: the statement that allows it, or what refuses it.
    :param not_emulated: why an emulator's answer says nothing; None: it does.
    """

    what: str
    allowed: bool
    statement: str
    attempt: Callable[[], object]
    not_emulated: str | None = None


def run(clients: Clients, places: Places, *, analyzes_texts: bool, emulated: bool) -> Iterator[Finding]:
    """A finding for each trial.

    :param analyzes_texts: the stack has ComprehendMedical=true.
    """
    for trial in (*_allowed(clients, places), *_refused(clients, places), *_texts(clients, analyzes_texts)):
        if emulated and trial.not_emulated:
            yield Finding(SUBJECT, trial.what, Verdict.NOT_CHECKED, advice=trial.not_emulated)
        else:
            yield _tried(trial)


def not_run(clients: Clients, places: Places, why: str) -> Iterator[Finding]:
    """The same lines where nobody can take on the role."""
    for trial in (*_allowed(clients, places), *_refused(clients, places)):
        yield Finding(SUBJECT, trial.what, Verdict.NOT_CHECKED, advice=why)


def _tried(trial: Trial) -> Finding:
    try:
        trial.attempt()
        code = "done"
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
    allowed = code not in _DENIED
    found = f"{'allowed' if allowed else 'refused'} ({code})"
    wanted = "allowed" if trial.allowed else "refused"
    if allowed is trial.allowed:
        return Finding(SUBJECT, trial.what, Verdict.OK, found, wanted)
    return Finding(SUBJECT, trial.what, Verdict.WRONG, found, wanted,
                   f"look at {trial.statement}, at bucket policies and at what else is above the role")


def _allowed(clients: Clients, places: Places) -> Iterator[Trial]:
    s3, documents, temp, audit = clients.s3, places.documents, places.temp, places.audit
    upload = f"{places.temp_prefix}{PLACE}"

    def round_trip() -> None:
        s3.put_object(Bucket=temp, Key=upload, Body=b"aws-verify", Tagging="purpose=ocr-temp")
        s3.get_object(Bucket=temp, Key=upload)
        s3.delete_object(Bucket=temp, Key=upload)

    yield Trial("write with a tag, read and delete an upload", True, "PassPagesToOcr", round_trip)
    yield Trial("list uploads", True, "ListOcrTemp",
                lambda: s3.list_objects_v2(Bucket=temp, Prefix=places.temp_prefix, MaxKeys=1))
    for prefix in ("documents", "ocr", "analysis", "patients", "runs", "batches", "alerts"):
        yield Trial(f"write below {prefix}/", True, "WriteResults", _write(s3, documents, f"{prefix}/{PLACE}"))
    for prefix in ("inbox", "documents", "ocr", "analysis", "patients", "runs", "batches", "alerts"):
        yield Trial(f"read below {prefix}/", True, "ReadDocuments", _read(s3, documents, f"{prefix}/{PLACE}"))
        yield Trial(f"list {prefix}/", True, "ListDocuments", _list(s3, documents, f"{prefix}/"))
    yield Trial("add an audit event", True, "AppendAudit", _write(s3, audit, f"{AUDIT}{PLACE}", IfNoneMatch="*"))
    yield Trial("read an audit event", True, "ReadAudit", _read(s3, audit, f"{AUDIT}{PLACE}"))
    yield Trial("list the audit trail", True, "ListAudit", _list(s3, audit, AUDIT))
    yield Trial("textract:AnalyzeDocument", True, "ReadPages", lambda: clients.textract.analyze_document(
        Document={"Bytes": b"no page"}, FeatureTypes=["TABLES"]))
    yield Trial("textract:StartDocumentAnalysis", True, "ReadPages", lambda: clients.textract.start_document_analysis(
        DocumentLocation={"S3Object": {"Bucket": temp, "Name": upload}}, FeatureTypes=["TABLES"]))
    yield Trial("textract:GetDocumentAnalysis", True, "ReadPages",
                lambda: clients.textract.get_document_analysis(JobId="0" * 64))


def _refused(clients: Clients, places: Places) -> Iterator[Trial]:
    s3, documents, temp, audit = clients.s3, places.documents, places.temp, places.audit
    event, elsewhere = f"{AUDIT}{PLACE}", f"elsewhere/{PLACE}"
    yield Trial("change the inbox", False, "WriteResults", _write(s3, documents, f"inbox/{PLACE}"))
    yield Trial("write elsewhere", False, "WriteResults", _write(s3, documents, elsewhere))
    yield Trial("read elsewhere", False, "ReadDocuments", _read(s3, documents, elsewhere))
    yield Trial("list elsewhere", False, "ListDocuments", _list(s3, documents, "elsewhere/"), _CONDITIONS)
    yield Trial("list the whole temporary bucket", False, "ListOcrTemp",
                lambda: s3.list_objects_v2(Bucket=temp, MaxKeys=1), _CONDITIONS)
    yield Trial("upload outside of the prefix", False, "PassPagesToOcr", _write(s3, temp, elsewhere))
    yield Trial("list the account's buckets", False, "a policy", s3.list_buckets)
    for prefix in ("inbox", "documents", "patients"):
        yield Trial(f"delete below {prefix}/", False, "a policy", _delete(s3, documents, f"{prefix}/{PLACE}"))
    yield Trial("write over an audit event", False, "DenyOverwriting", _write(s3, audit, event), _BUCKET_POLICY)
    yield Trial("write an event outside of the trail", False, "AppendAudit",
                _write(s3, audit, elsewhere, IfNoneMatch="*"))
    yield Trial("hide an audit event", False, "DenyHiding", _delete(s3, audit, event))
    yield Trial("delete a version of an audit event", False, "a policy", _delete(s3, audit, event, VersionId="null"))
    yield Trial("change an event's lock", False, "a policy", lambda: s3.put_object_retention(
        Bucket=audit, Key=event, BypassGovernanceRetention=True,
        Retention={"Mode": "GOVERNANCE", "RetainUntilDate": datetime.now(UTC) + timedelta(days=1)}),
        "the emulator asks for no right to it")
    yield Trial("call without TLS", False, "DenyWithoutTLS",
                _list(clients.s3_without_tls, documents, "documents/"), _BUCKET_POLICY)
    yield Trial("textract:DetectDocumentText", False, "ReadPages",
                lambda: clients.textract.detect_document_text(Document={"Bytes": b"no page"}),
                "the emulator does not know this operation")


def _texts(clients: Clients, analyzes_texts: bool) -> Iterator[Trial]:
    """A text that is too long is refused, and costs nothing."""
    too_long = "a" * 20_001
    yield Trial("comprehendmedical:DetectEntitiesV2", analyzes_texts, "AnalyzeTexts",
                lambda: clients.comprehend_medical.detect_entities_v2(Text=too_long),
                "the emulator has no Comprehend Medical")


def _write(s3: Any, bucket: str, key: str, **more: str) -> Callable[[], object]:
    return lambda: s3.put_object(Bucket=bucket, Key=key, Body=b"aws-verify", ContentMD5=_OTHER_BYTES, **more)


def _read(s3: Any, bucket: str, key: str) -> Callable[[], object]:
    return lambda: s3.get_object(Bucket=bucket, Key=key)


def _list(s3: Any, bucket: str, prefix: str) -> Callable[[], object]:
    return lambda: s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)


def _delete(s3: Any, bucket: str, key: str, **more: str) -> Callable[[], object]:
    return lambda: s3.delete_object(Bucket=bucket, Key=key, **more)
