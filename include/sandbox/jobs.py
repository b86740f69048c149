"""Asynchronous jobs: started by token, worked on in the background, read page by page."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from include.sandbox.blocks import Block
from include.sandbox.faults import Fault
from include.sandbox.pages import Document
from include.sandbox.refusals import Refusal

MOST_JOBS = 100
"""Jobs under way at once; Textract's default quota of concurrent jobs in us-east-1."""
MOST_RESULTS = 1000

PageReader = Callable[[Document, int], list[Block]]
"""Blocks of one page; its index counts from 0."""


@dataclass(slots=True)
class Job:
    """One job. ``failed_pages`` count from 1."""

    job_id: str
    pages: int
    tag: str | None
    status: str = "IN_PROGRESS"
    message: str | None = None
    blocks: list[Block] = field(default_factory=list)
    failed_pages: dict[int, str] = field(default_factory=dict)
    lost: threading.Event = field(default_factory=threading.Event)


class Jobs:
    """All jobs of this process.

    :param seconds_per_page: least time that a page takes.
    :param billed: called with the number of pages that a job read.
    :param most: jobs under way, those that wait for their turn among them; one more is refused.
    :param at_once: jobs that are worked on.
    """

    def __init__(self, seconds_per_page: float, billed: Callable[[int], None], most: int = MOST_JOBS,
                 at_once: int = 2) -> None:
        self._seconds_per_page = seconds_per_page
        self._billed = billed
        self._most = most
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._tokens: dict[str, tuple[str, str]] = {}
        self._most_met = 0
        self._secret = secrets.token_bytes(16)
        self._workers = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="job")

    def known(self, token: str | None, parameters: Mapping[str, Any]) -> str | None:
        """The job that this token has started.

        :raises Refusal: IdempotentParameterMismatchException.
        """
        with self._lock:
            if token is None or token not in self._tokens:
                return None
            job_id, fingerprint = self._tokens[token]
        if fingerprint != _fingerprint(parameters):
            raise Refusal("IdempotentParameterMismatchException", "The token was used with other parameters")
        return job_id

    def start(self, document: Document, parameters: Mapping[str, Any], read: PageReader, fault: Fault | None) -> str:
        """Begin a job and return its id.

        :raises Refusal: LimitExceededException.
        """
        token = parameters.get("ClientRequestToken")
        with self._lock:
            running = self._running()
            if running >= self._most:
                raise Refusal("LimitExceededException", "Open jobs exceed maximum concurrent job limit")
            job = Job(secrets.token_hex(32), document.page_count, parameters.get("JobTag"))
            self._jobs[job.job_id] = job
            self._most_met = max(self._most_met, running + 1)
            if token is not None:
                self._tokens[token] = job.job_id, _fingerprint(parameters)
        self._workers.submit(self._work, job, document, read, fault)
        return job.job_id

    def _work(self, job: Job, document: Document, read: PageReader, fault: Fault | None) -> None:
        started = time.monotonic()
        if fault is not None and fault.slow_seconds:
            job.lost.wait(fault.slow_seconds)
        lost = set(fault.pages or (1,)) if fault is not None and fault.job == "PARTIAL_SUCCESS" else set()
        if fault is not None and fault.job == "FAILED":
            job.lost.wait(max(0.0, started + self._seconds_per_page * job.pages - time.monotonic()))
            self._finish(job, "FAILED", "Internal error while processing the job")
            return
        for index in range(job.pages):
            if job.lost.is_set():
                return
            if index + 1 in lost:
                job.failed_pages[index + 1] = "INTERNAL_SERVER_ERROR"
                continue
            self._read_page(job, document, index, read)
        job.lost.wait(max(0.0, started + self._seconds_per_page * job.pages - time.monotonic()))
        done = job.pages - len(job.failed_pages)
        self._billed(done)
        if not done:
            self._finish(job, "FAILED", "No page could be read")
        else:
            self._finish(job, "PARTIAL_SUCCESS" if job.failed_pages else "SUCCEEDED", None)

    @staticmethod
    def _read_page(job: Job, document: Document, index: int, read: PageReader) -> None:
        try:
            job.blocks += read(document, index)
        except Refusal as refusal:
            job.failed_pages[index + 1] = refusal.code
        except Exception:  # a job must end, whatever its page did to our code
            job.failed_pages[index + 1] = "INTERNAL_SERVER_ERROR"

    def _finish(self, job: Job, status: str, message: str | None) -> None:
        with self._lock:
            job.message = message
            job.status = status

    def _running(self) -> int:
        return sum(1 for job in self._jobs.values() if job.status == "IN_PROGRESS")

    def counts(self) -> dict[str, int]:
        """Jobs under way now, and at most since the last reset."""
        with self._lock:
            return {"under_way": self._running(), "most_under_way": self._most_met}

    def reset(self) -> None:
        """Count anew; the jobs go on."""
        with self._lock:
            self._most_met = self._running()

    def lose_all(self) -> None:
        """Forget every job, as if its seven days were over; its token starts a new one."""
        with self._lock:
            for job in self._jobs.values():
                job.lost.set()
            self._jobs.clear()
            self._tokens.clear()

    def answer(self, job_id: str, most: int, next_token: str | None) -> dict[str, Any]:
        """GetDocumentAnalysis' answer.

        :raises Refusal: InvalidJobIdException, or InvalidParameterException for a foreign NextToken.
        """
        with self._lock:
            job = self._jobs.get(job_id)
            status = job.status if job else ""
        if job is None:
            raise Refusal("InvalidJobIdException", "Request has invalid Job Id")
        offset = self._offset(job_id, next_token)
        answer: dict[str, Any] = {"JobStatus": status}
        if job.message:
            answer["StatusMessage"] = job.message
        if status in ("IN_PROGRESS", "FAILED"):
            return answer
        part = job.blocks[offset:offset + most]
        answer |= {
            "DocumentMetadata": {"Pages": job.pages}, "AnalyzeDocumentModelVersion": "1.0", "Blocks": part}
        if job.failed_pages:
            answer["Warnings"] = [
                {"ErrorCode": code, "Pages": [page]} for page, code in sorted(job.failed_pages.items())]
        if offset + most < len(job.blocks):
            answer["NextToken"] = self._token(job_id, offset + most)
        return answer

    def _token(self, job_id: str, offset: int) -> str:
        seal = hmac.new(self._secret, f"{job_id}:{offset}".encode(), hashlib.sha256).hexdigest()
        return base64.b64encode(f"{offset}:{seal}".encode()).decode()

    def _offset(self, job_id: str, token: str | None) -> int:
        if token is None:
            return 0
        try:
            offset = int(base64.b64decode(token, validate=True).split(b":")[0])
        except (ValueError, binascii.Error):
            raise Refusal("InvalidParameterException", "Request has invalid NextToken") from None
        if not hmac.compare_digest(token.encode(), self._token(job_id, offset).encode()):
            raise Refusal("InvalidParameterException", "Request has invalid NextToken")
        return offset

    def stop(self) -> None:
        self.lose_all()
        self._workers.shutdown(wait=False, cancel_futures=True)


def _fingerprint(parameters: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()
