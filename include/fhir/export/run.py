"""The export of one run: the whole records of all patients whom its documents touched.

A document of the run may have changed what an earlier one said (a correction, a contradiction), so a record is exported
as it stands, not only what the run added to it. The same records give the same files.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from include.documents.storage import Bucket, Stored, export_prefix, patient_key, run_key
from include.fhir.export.documents import RunDocument, documents_of_run, look_up
from include.fhir.export.files import NdjsonFile, Spool
from include.fhir.export.limits import Limits
from include.fhir.export.resources import Line, SharedResources, lines_of_record

_RECORDS_AHEAD = 4

Progress = Callable[[str, int, int], None]
"""What is counted (``documents``, ``records``), how many of them are done, and of how many."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not in the export: a document's or patient's id, or a resource's ``Type/id``. The reason is a code of the
    error registry, or the size that it is over."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Export:
    """What was written, and what was not.

    :param documents: of the run; all but those in ``documents_left_out`` are in.
    :param patients: whose records are in.
    :param facts_of_nobody: of documents that are in: facts of a second patient who cannot be identified.
    """

    run_id: str
    documents: int
    patients: int
    files: tuple[NdjsonFile, ...]
    documents_left_out: tuple[LeftOut, ...]
    facts_of_nobody: int
    records_left_out: tuple[LeftOut, ...]
    resources_left_out: tuple[LeftOut, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def _silent(_what: str, _done: int, _of: int) -> None:
    """No progress is shown."""


def export_run(bucket: Bucket, run_id: str, limits: Limits | None = None, progress: Progress = _silent) -> Export:
    """Write ``runs/<run id>/ndjson/<type>-<n>.ndjson`` and ``export.json`` beside that folder.

    A second export of a run takes the place of the first: what a longer one left is deleted.

    :raises PipelineError: S3_NOT_FOUND, there is no such run or it has no report yet; the other S3 codes.
    """
    limits = limits or Limits()
    documents = _documents(bucket, run_id, progress)
    patients = sorted({patient for document in documents for patient in document.patients})
    written = _Written(limits)
    _write(bucket, run_id, patients, written, progress)
    _delete_leftovers(bucket, run_id, written.files)
    export = Export(
        run_id=run_id, documents=len(documents), patients=len(patients) - len(written.records_left_out),
        files=tuple(sorted(written.files, key=lambda file: (file.kind, file.number))),
        documents_left_out=tuple(LeftOut(d.document_id, d.reason) for d in documents if d.reason),
        facts_of_nobody=sum(d.nobodys for d in documents if not d.reason),
        records_left_out=tuple(written.records_left_out), resources_left_out=tuple(written.resources_left_out))
    bucket.write(run_key(run_id, "export.json"), json.dumps(asdict(export), indent=1).encode())
    return export


@dataclass(slots=True)
class _Written:
    """What has come of the records so far."""

    limits: Limits
    files: list[NdjsonFile] = field(default_factory=list)
    records_left_out: list[LeftOut] = field(default_factory=list)
    resources_left_out: list[LeftOut] = field(default_factory=list)

    def lines(self, records: Iterable[tuple[str, Stored | None]]) -> Iterator[Line]:
        """Every line of the records, what they share last."""
        too_large = f"over {self.limits.resource_bytes:,} bytes"
        shared = SharedResources(self.limits.resource_bytes)
        for patient, stored in records:
            if stored is None:
                self.records_left_out.append(LeftOut(patient, "S3_NOT_FOUND"))
                continue
            lines = lines_of_record(json.loads(stored.body), self.limits.resource_bytes)
            if not lines.own:
                self.records_left_out.append(LeftOut(patient, too_large))
            yield from lines.own
            names = (*lines.too_large, *shared.add(lines.shared))
            self.resources_left_out += [LeftOut(name, too_large) for name in names]
        yield from shared.lines()


def _documents(bucket: Bucket, run_id: str, progress: Progress) -> list[RunDocument]:
    documents = documents_of_run(bucket, run_id)
    found = []
    for document in look_up(bucket, run_id, documents):
        found.append(document)
        progress("documents", len(found), len(documents))
    return found


def _write(bucket: Bucket, run_id: str, patients: Sequence[str], written: _Written, progress: Progress) -> None:
    def upload(file: NdjsonFile, path: Path) -> None:
        bucket.write_file(f"{export_prefix(run_id)}{file.name}", path, content_type="application/fhir+ndjson")
        written.files.append(file)

    with TemporaryDirectory(prefix="export-") as folder:
        spool = Spool(Path(folder), written.limits, upload)
        try:
            for line in written.lines(_records(bucket, patients, progress)):
                spool.write(line.kind, line.text)
            spool.finish()
        finally:
            spool.close()


def _records(bucket: Bucket, patients: Sequence[str], progress: Progress) -> Iterator[tuple[str, Stored | None]]:
    """Each patient's record, a few of them read ahead; None where there is none."""
    waiting: deque[tuple[str, Future[Stored | None]]] = deque()
    left = iter(patients)
    with ThreadPoolExecutor(_RECORDS_AHEAD) as pool:
        for done in range(len(patients)):
            for patient in islice(left, _RECORDS_AHEAD - len(waiting)):
                waiting.append((patient, pool.submit(bucket.find, patient_key(patient))))
            first, read = waiting.popleft()
            yield first, read.result()
            progress("records", done + 1, len(patients))


def _delete_leftovers(bucket: Bucket, run_id: str, files: Sequence[NdjsonFile]) -> None:
    prefix = export_prefix(run_id)
    written = {f"{prefix}{file.name}" for file in files}
    for key in [listed.key for listed in bucket.list(prefix) if listed.key not in written]:
        bucket.delete(key)
