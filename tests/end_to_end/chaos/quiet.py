"""The same documents without Airflow and without faults: stage after stage in this process, in buckets of their own.

Ids follow from keys and bytes alone, so that what comes out has to be what the deployment's run leaves.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

import boto3
from botocore.config import Config

from demo.environment import Local
from include.audit.events import EventName
from include.audit.trail import AuditTrail, Writer
from include.documents import intake
from include.documents.storage import Bucket
from include.reconciliation.digest import digest_of_record
from include.settings import Settings
from include.stages import ocr
from include.stages.classify import classify
from include.stages.convert import convert, decide
from include.stages.merge import merge
from include.workspace import Workspace

Records = Mapping[str, str]
"""A digest of each patient's record, by the object's key."""

_RECORDS = "patients/"


def records(bucket: Bucket) -> Records:
    """All records of a bucket, by the digest that ``make reconcile`` has of them."""
    return {entry.key: digest_of_record(json.loads(bucket.read(entry.key))) for entry in bucket.list(_RECORDS)}


class QuietRun:
    """The stages of one deployment's documents in buckets beside it."""

    def __init__(self, local: Local, s3: Any, settings: Settings) -> None:
        self._settings = settings
        self._documents, self._temp, self._audit = (
            Bucket(s3, name) for name in ("quiet-documents", "quiet-temp", "quiet-audit"))
        self._textract = boto3.client(
            "textract", endpoint_url=local.textract_url, region_name="us-east-1", aws_access_key_id="local-sandbox",
            aws_secret_access_key="local-sandbox", config=Config(read_timeout=600, retries={"total_max_attempts": 10}))
        for bucket in (self._documents, self._temp, self._audit):
            s3.create_bucket(Bucket=bucket.name)

    def records_of(self, day: str, files: Iterable[tuple[str, bytes]]) -> Records:
        """What the records hold once these documents are through, too.

        :param files: key and content of each.
        """
        for key, body in files:
            self._documents.write(key, body)
            self._process(intake.source_of_key(self._documents, key, day))
        return records(self._documents)

    def _process(self, source: intake.Source) -> None:
        intake.register(self._documents, source)
        trail = AuditTrail(self._audit, source.day, source.document_id, Writer("quiet", "quiet", 1))
        trail.begin(EventName.DOCUMENT_RECEIVED)
        workspace = Workspace(source.document_id, self._documents, self._temp, self._settings, trail)
        classify(workspace)
        work = ocr.plan(workspace)
        if work.missing and work.asynchronous:
            self._read_by_a_job(workspace, work)
        elif work.missing:
            ocr.read_pages(workspace, work, self._analyze)
        merge(workspace)
        if convert(workspace):
            decide(workspace, approved=True, actor="quiet")

    def _analyze(self, page: bytes) -> dict[str, Any]:
        found: dict[str, Any] = self._textract.analyze_document(
            Document={"Bytes": page}, FeatureTypes=list(self._settings.textract_feature_types))
        return found

    def _read_by_a_job(self, workspace: Workspace, work: ocr.OcrWork) -> None:
        job = ocr.prepare_job(workspace, work)
        assert job is not None
        job_id = self._textract.start_document_analysis(
            DocumentLocation={"S3Object": {"Bucket": job.bucket, "Name": job.key}}, FeatureTypes=list(job.features),
            ClientRequestToken=job.token)["JobId"]
        job = ocr.note_started(workspace, job, job_id)
        while self._textract.get_document_analysis(JobId=job_id, MaxResults=1)["JobStatus"] == "IN_PROGRESS":
            time.sleep(0.2)
        chunks = [self._textract.get_document_analysis(JobId=job_id)]
        while token := chunks[-1].get("NextToken"):
            chunks.append(self._textract.get_document_analysis(JobId=job_id, NextToken=token))
        ocr.collect_job(workspace, job, iter(chunks))
        ocr.discard_upload(workspace, job)
