"""Every setting of the pipeline, its default and its environment variable (the field's name in capitals)."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

SAFE_POLL_SECONDS = 5
"""Airflow 3.3 can lose a deferral that resumes sooner: the scheduler hears of the trigger's event before it hears
of the end of the process that deferred."""

_ANALYZERS = frozenset(("rules", "comprehend_medical"))
_CHANNELS = frozenset(("sns", "ses", "smtp"))


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can change; see ``docs/settings.md``. Every field is read from its name in capitals."""

    documents_bucket: str = "documents"
    """Bucket of the inbox, the results and the patients' records."""
    audit_bucket: str = "audit"
    """Bucket of the audit trail: versioned, under Object Lock."""
    ocr_s3_bucket: str = "ocr-temp"
    """Temporary bucket for asynchronous OCR: SSE-S3, one-day lifecycle."""
    ocr_s3_prefix: str = "ocr-temp/"
    ocr_enabled: bool = True
    """False: nothing is sent to OCR; a document that needs it fails with OCR_DISABLED."""
    ocr_selective_enabled: bool = True
    """False: a document with one page that needs OCR is sent whole."""
    ocr_text_threshold: int = 50
    """Characters that make a page a text page by the character rule alone."""
    ocr_async_threshold_mb: float = 5.0
    """From this size of the pages to send on, they go as one asynchronous job."""
    ocr_sync_max_pages: int = 15
    """More pages than this to send, and they go as one asynchronous job."""
    ocr_max_pages: int = 3000
    """Textract's limit for one asynchronous job."""
    textract_feature_types: tuple[str, ...] = ("TABLES", "FORMS")
    ocr_temp_max_age_hours: float = 12.0
    """Hours after which the day's run deletes an upload that a killed worker left; longer than any job takes."""
    textract_async_poll_interval: int = 10
    """Seconds to the first poll of a job, 5 or more; doubles up to 60."""
    textract_async_max_wait: int = 300
    """Seconds to wait for a job, beyond what its number of pages adds."""
    textract_calls_per_second: float = 10.0
    """The account's quota of AnalyzeDocument; each of the pool's slots gets an equal part of it."""
    textract_sync_concurrency: int = 4
    """Pages of one document under way at once."""
    ocr_pool_slots: int = 4
    """OCR tasks at once: the slots of Airflow's pool ``ocr``; change both together."""
    review_confidence_threshold: float = 80.0
    """Percent. A fact below it waits for a person."""
    review_timeout_hours: float = 72.0
    """Hours a document waits for a person before it fails with LOW_CONFIDENCE."""
    analyzers: tuple[str, ...] = ("rules",)
    """What finds facts: ``rules``, and ``comprehend_medical`` beside them (``docs/analyzers.md``)."""
    batch_size: int = 25
    """Documents in one run of documents_to_fhir; times BATCH_RUNS_AT_ONCE, what is at work at once."""
    batch_runs_at_once: int = 2
    """Batches at work at once: the slots of Airflow's pool ``batches``; change both together."""
    cpu_queue: str = "default"
    """Celery queue of the stages that compute (classify, merge_pages, convert_to_fhir); a worker must serve it."""
    batch_max_wait_hours: float = 72.0
    """Hours the day's run stays open for its batches to become green."""
    inbox_lookback_days: int = 2
    """Earlier days whose partitions the day's run searches for files that came late."""
    inbox_events_queue_url: str = ""
    """SQS queue with S3's notices about the inbox: runs start when documents land; empty: once a day only."""
    fhir_namespace: str = "https://example.org/documents-to-fhir"
    """Begins the URIs of our own extensions and identifiers; resource ids follow from it: set it once, a domain of
    yours, before the first document."""
    fhir_server_url: str = ""
    """Base URL of a FHIR R4 server that gets what goes into the record, too; empty: none. See docs/fhir_server.md."""
    fhir_server_timeout_seconds: float = 30.0
    """Seconds without an answer of the FHIR server before it counts as unreachable."""
    fhir_conn_id: str = "fhir_default"
    """Airflow connection with the FHIR server's login, if it wants one."""
    alert_channels: tuple[str, ...] = ()
    """How alerts are sent: any of ``sns``, ``ses``, ``smtp``; empty: the log alone says what would have been sent."""
    alert_sns_topic_arn: str = ""
    """The topic of channel ``sns``."""
    alert_mail_to: tuple[str, ...] = ()
    """Recipients of the channels ``ses`` and ``smtp``."""
    alert_mail_from: str = ""
    """Sender of the channels ``ses`` (verified there) and ``smtp``."""
    alert_smtp_conn_id: str = "smtp_default"
    """Airflow connection with the mail server of channel ``smtp``."""
    documents_inbox_deadline_hours: float = 0.0
    """Hours from its start after which a day's run that is still open is alerted; 0: never."""
    documents_to_fhir_deadline_hours: float = 0.0
    """Hours from its start after which a batch's run that is still open is alerted; 0: never."""
    document_max_age_hours: float = 0.0
    """Hours from landing in the inbox after which a document that is not in FHIR is alerted; 0: never."""
    aws_conn_id: str = "aws_default"
    aws_default_region: str = "us-east-1"

    def __post_init__(self) -> None:
        if "rules" not in self.analyzers or sorted({*self.analyzers} & _ANALYZERS) != sorted(self.analyzers):
            raise ValueError("ANALYZERS is rules, or rules,comprehend_medical")
        if self.batch_size < 1:
            raise ValueError("BATCH_SIZE must be at least 1")
        if self.batch_runs_at_once < 1 or self.inbox_lookback_days < 0:
            raise ValueError("BATCH_RUNS_AT_ONCE must be at least 1 and INBOX_LOOKBACK_DAYS at least 0")
        if self.textract_async_poll_interval < SAFE_POLL_SECONDS:
            raise ValueError(f"TEXTRACT_ASYNC_POLL_INTERVAL must be at least {SAFE_POLL_SECONDS}")
        if self.textract_calls_per_second <= 0 or self.ocr_pool_slots < 1:
            raise ValueError("TEXTRACT_CALLS_PER_SECOND must be above 0 and OCR_POOL_SLOTS at least 1")
        if not 0 <= self.review_confidence_threshold <= 100:
            raise ValueError("REVIEW_CONFIDENCE_THRESHOLD is a percentage between 0 and 100")
        if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*[^\s/?#])?", self.fhir_namespace):
            raise ValueError("FHIR_NAMESPACE must be an http or https URI without a slash at its end")
        if self.fhir_server_timeout_seconds <= 0:
            raise ValueError("FHIR_SERVER_TIMEOUT_SECONDS must be above 0")
        if self.fhir_server_url:
            _check_fhir_server(self.fhir_server_url)
        self._check_alerts()

    def _check_alerts(self) -> None:
        if sorted({*self.alert_channels} & _CHANNELS) != sorted(self.alert_channels):
            raise ValueError("ALERT_CHANNELS is any of sns, ses, smtp, each at most once")
        if "sns" in self.alert_channels and not self.alert_sns_topic_arn:
            raise ValueError("ALERT_SNS_TOPIC_ARN must name a topic for ALERT_CHANNELS=sns")
        if {"ses", "smtp"} & {*self.alert_channels} and not (self.alert_mail_to and self.alert_mail_from):
            raise ValueError("ALERT_MAIL_TO and ALERT_MAIL_FROM must name somebody for ALERT_CHANNELS=ses or smtp")
        for variable in ("documents_inbox_deadline_hours", "documents_to_fhir_deadline_hours",
                         "document_max_age_hours"):
            if getattr(self, variable) < 0:
                raise ValueError(f"{variable.upper()} must not be below 0")

    @property
    def textract_calls_per_second_of_a_task(self) -> float:
        """What an OCR task may send, so that all slots of the pool together stay within the account's quota."""
        return self.textract_calls_per_second / self.ocr_pool_slots

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read every setting.

        :raises ValueError: a variable does not have its setting's type; the message names the variable.
        """
        environment = os.environ if environment is None else environment
        values: dict[str, object] = {}
        for setting in fields(cls):
            variable = setting.name.upper()
            if variable in environment:
                values[setting.name] = _parse(variable, environment[variable], type(setting.default))
        return cls(**values)  # type: ignore[arg-type]


def _check_fhir_server(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise ValueError("FHIR_SERVER_URL must be an http or https URL") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("FHIR_SERVER_URL must be an http or https URL")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("FHIR_SERVER_URL must be a base URL without login, query and fragment")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("FHIR_SERVER_URL must be https: patient data needs TLS beyond this machine")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parse(variable: str, text: str, kind: type) -> object:
    if kind is bool:
        if text.lower() not in ("true", "false", "1", "0", "yes", "no"):
            raise ValueError(f"{variable} must be true or false")
        return text.lower() in ("true", "1", "yes")
    if kind is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        return kind(text)
    except ValueError:
        raise ValueError(f"{variable} must be of type {kind.__name__}") from None


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings.from_environment()
