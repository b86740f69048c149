"""A small deployment in real buckets: what the stages write of documents, and what Airflow says of their runs."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from include.audit.events import EventName
from include.audit.trail import AuditTrail, Writer
from include.documents import batches, intake, manifest
from include.documents.batches import Batch, Planner
from include.documents.content import DocumentContent, Origin, PageContent, to_json
from include.documents.manifest import Manifest, MediaType, PageEntry, PageKind, PageSigns, Route
from include.documents.storage import Bucket, content_key, document_id, manifest_key
from include.ocr.page_store import store_page
from include.reconciliation.airflow_runs import ReadBatch
from include.reconciliation.billing import Allowed
from include.reconciliation.place import SEAL, STAGES, DocumentRun
from include.reconciliation.reading import Progress
from include.reconciliation.snapshot import Buckets, read
from include.reconciliation.verdict import Verdict, judge
from include.reporting.outcome import FAILED, SUCCESS, Outcome
from include.reporting.stored_outcomes import store
from include.settings import Settings
from include.stages import convert
from include.workspace import Workspace
from tests.stages.test_convert_stage import LAB, page

DAY, INBOX_RUN = "2026-11-23", "manual__inbox"
FEATURES = ("TABLES", "FORMS")
GREEN = dict.fromkeys((*STAGES, SEAL), "success")
RED = {"classify": "failed", "ocr": "upstream_failed", "merge_pages": "upstream_failed",
       "convert_to_fhir": "upstream_failed", "audit": "success"}
NO_CODES = Allowed()


@dataclass
class AirflowStates:
    """What Airflow is taken to say; ``read_batch`` stays unused, the runs' documents are known."""

    runs: list[DocumentRun] = field(default_factory=list)
    open_inbox_runs: frozenset[str] = frozenset()
    looked: list[datetime] = field(default_factory=list)

    def document_runs(
        self, read_batch: ReadBatch, progress: Progress, days: Collection[str] | None = None
    ) -> list[DocumentRun]:
        return list(self.runs)

    def planning(self) -> frozenset[str]:
        return self.open_inbox_runs

    def looks(self, day: str) -> list[datetime]:
        return self.looked

    def change(self, document: str, run_state: str | None = None, tries: int = 0, **states: str | None) -> None:
        """Tasks of a document are in other states; states that are None have no task."""
        self.runs = [each if each.document_id != document else replace(
            each, run_state=run_state or each.run_state, ocr_tries=tries or each.ocr_tries,
            states={**each.states, **states}) for each in self.runs]


class Deployment:
    """One bucket plays all three: their keys differ."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        self.airflow = AirflowStates()
        self.batch: Batch | None = None

    def land(self, name: str) -> str:
        """A file in the inbox; its document."""
        key = f"inbox/{DAY}/{name}"
        return document_id(key, self.bucket.write(key, b"%PDF " + name.encode()))

    def register(self, name: str) -> Workspace:
        document = self.land(name)
        intake.register(self.bucket, intake.source_of_key(self.bucket, f"inbox/{DAY}/{name}", DAY))
        trail = AuditTrail(self.bucket, DAY, document, Writer("run", "task", 1))
        trail.begin(EventName.DOCUMENT_RECEIVED)
        return Workspace(document, self.bucket, self.bucket, Settings(), trail)

    def plan(self, *documents: str, number: int = 1) -> Batch:
        """A batch manifest."""
        batch = Batch(DAY, number, documents, Planner(DAY, INBOX_RUN))
        batches.write_batch(self.bucket, batch)
        return batch

    def text(self, name: str, lines: tuple[str, ...] = LAB) -> Workspace:
        """A registered document whose text is in the file, classified and merged."""
        workspace = self.register(name)
        entry = PageEntry(1, PageKind.TEXT, ("text",), needs_ocr=False, signs=PageSigns(characters=500))
        self._content(workspace, Route.EMBEDDED_TEXT, (entry,), (page(lines),))
        return workspace

    def scan(self, name: str, *sheets: str, lines: tuple[str, ...] = LAB, read: bool = True) -> Workspace:
        """A registered scan of these sheets, each read by OCR once."""
        workspace = self.register(name)
        hashes = [hashlib.sha256(sheet.encode()).hexdigest() for sheet in sheets]
        entries = tuple(PageEntry(number, PageKind.IMAGE, ("image",), needs_ocr=True, page_hash=page_hash)
                        for number, page_hash in enumerate(hashes, start=1))
        pages = tuple(replace(page(lines, Origin.OCR), number=entry.number) for entry in entries)
        for page_hash in hashes if read else ():
            self.read_page(workspace, page_hash)
        self._content(workspace, Route.EXTERNAL_OCR, entries, pages)
        return workspace

    def read_page(self, workspace: Workspace, page_hash: str) -> None:
        store_page(self.bucket, page_hash, FEATURES, [], {})
        workspace.trail.write(EventName.OCR_SYNC_COMPLETED, page_count=1, duration_ms=1)

    def convert(self, *workspaces: Workspace) -> None:
        """A green run of a batch of these."""
        batch = self.plan(*(workspace.document_id for workspace in workspaces))
        for workspace in workspaces:
            assert convert.convert(workspace) == ()
            self.seal(workspace, batch.run_id, SUCCESS)
            self.airflow.runs.append(DocumentRun(workspace.document_id, batch.run_id, "success", GREEN, ocr_tries=1))

    def fail(self, workspace: Workspace, code: str | None = "ENCRYPTED") -> None:
        """A run by hand in which a document fails."""
        self.seal(workspace, "manual__1", FAILED, code)
        self.airflow.runs.append(DocumentRun(workspace.document_id, "manual__1", "failed", RED))

    def seal(self, workspace: Workspace, run_id: str, state: str, code: str | None = None) -> None:
        store(self.bucket, Outcome(workspace.document_id, run_id, state, error_code=code))
        workspace.trail.write(EventName.DOCUMENT_SEALED, error_code=code)

    def verdict(self, allowed: Allowed = NO_CODES, days: tuple[str, ...] = ()) -> Verdict:
        buckets = Buckets(self.bucket, self.bucket, self.bucket, "ocr-temp/")
        return judge(read(self.airflow, buckets, days, Progress()), allowed)

    def violated(self, allowed: Allowed = NO_CODES, days: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
        """The problems of what does not hold."""
        return {each.name: each.problems for each in self.verdict(allowed, days).invariants if not each.holds}

    def _content(
        self, workspace: Workspace, route: Route, entries: tuple[PageEntry, ...], pages: tuple[PageContent, ...]
    ) -> None:
        document = workspace.document_id
        self.bucket.write(manifest_key(document), manifest.to_json(
            Manifest(document, MediaType.PDF, 4, "0", route, entries)))
        self.bucket.write(content_key(document), to_json(DocumentContent(document, pages)))


def now() -> datetime:
    return datetime.now(UTC)
