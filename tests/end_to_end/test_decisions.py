"""What a person decides about a document, on a real Airflow: one that nobody can open is resolved by hand."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from local_system import LocalSystem

from benchmarks import letters
from demo.inbox import s3_client
from include.audit.trail import AuditTrail, Writer
from include.documents.intake import read_source
from include.documents.storage import Bucket
from include.review.resolutions import resolve
from include.samples import samples
from include.settings import Settings
from include.workspace import Workspace


def codes(system: LocalSystem, run_id: str, task: str, index: int) -> Any:
    """The XCom of a mapped task, as the page of the queue asks for it."""
    path = (f"/api/v2/dags/documents_to_fhir/dagRuns/{quote(run_id, safe='')}/taskInstances/process_document.{task}/"
            f"xcomEntries/codes?map_index={index}&deserialize=true")
    return system.api.call("GET", path)["value"]


def workspace_of(system: LocalSystem, document: str, run_id: str) -> Workspace:
    """As the API server opens one for a person."""
    bucket = Bucket(s3_client(system.local), system.bucket.name)
    trail = AuditTrail(bucket, read_source(bucket, document).day, document, Writer(run_id, "review_queue", 1))
    return Workspace(document, bucket, bucket, Settings(), trail)


def test_a_document_that_cannot_be_opened_is_resolved_by_hand_and_its_run_turns_green(system: LocalSystem) -> None:
    """Its neighbour waits for a person meanwhile and is not run again; either says why in Airflow's own database."""
    keys = [system.key(21, "locked.pdf"), system.key(21, "note.pdf")]
    locked = system.put(keys[0], (samples.DOCUMENTS / "encrypted.pdf").read_bytes() + b"\n%1")
    note = system.put(keys[1], letters.of_nobody() + b"\n%1")
    run_id = system.process(keys)
    system.await_state(run_id, locked, "failed")
    system.await_state(run_id, note, "awaiting_input")
    index = {document: number for number, document in enumerate(system.rows(run_id))}
    assert codes(system, run_id, "classify", index[locked]) == ["ENCRYPTED"]
    assert codes(system, run_id, "convert_to_fhir", index[note]) == ["NO_PATIENT"]

    before = system.events(note)
    resolve(workspace_of(system, locked, run_id), "duplicate", "as on Monday", run_id, "admin")
    system.api.clear("documents_to_fhir", run_id, [["process_document.classify", index[locked]]])
    row = system.await_state(run_id, locked, "success")
    assert row.states == {"classify": "skipped", "ocr": "skipped", "merge_pages": "skipped",
                          "convert_to_fhir": "skipped", "audit": "success"}
    assert system.outcome(locked)["state"] == "resolved"
    assert system.events(note) == before

    assert system.finish(run_id) == "success"
    assert [name for name in system.events(locked) if name.startswith("review")] == ["review_decided"]
    assert system.events(note).count("fhir_converted") == 1
    assert codes(system, run_id, "convert_to_fhir", index[note]) == []
    assert system.broken_chains() == []
