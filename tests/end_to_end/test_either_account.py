"""The pipeline on S3 and Textract, be they the sandbox's or, with ``make test-aws``, an AWS account's: one run of
documents for each route, and of what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import papers
import pytest
from local_system import LocalSystem

from include.documents.content import document_from_json
from include.documents.storage import bundle_key, content_key, patient_key
from include.fhir.merge import resources_by_patient
from include.samples import samples

pytestmark = pytest.mark.aws

DAY = 11


@dataclass(frozen=True, slots=True)
class Run:
    """A run that has ended. ``documents`` are their ids by file name, in the order of their rows."""

    run_id: str
    state: str
    documents: Mapping[str, str]
    pages_billed: int


@pytest.fixture(scope="module")
def run(system: LocalSystem) -> Run:
    bodies = {
        "packet.pdf": papers.text_and_scan(system.mark),
        "large.pdf": papers.large_scan(system.mark),
        "chemistry.pdf": papers.chemistry(system.mark),
        "count.pdf": papers.blood_count(system.mark),
        "locked.pdf": (samples.DOCUMENTS / "encrypted.pdf").read_bytes(),
    }
    before = system.pages_billed()
    documents = {name: system.put(system.key(DAY, name), body) for name, body in bodies.items()}
    run_id = system.process([system.key(DAY, name) for name in bodies])
    state = system.finish(run_id, seconds=600)
    return Run(run_id, state, documents, system.pages_billed() - before)


def test_only_the_page_that_needs_it_is_sent_and_each_ends_in_its_place(system: LocalSystem, run: Run) -> None:
    document = run.documents["packet.pdf"]
    outcome = system.outcome(document)
    assert (outcome["route"], outcome["pages"], outcome["pages_billed"]) == ("hybrid", ["text", "image"], 1)
    text = document_from_json(system.bucket.read(content_key(document))).text
    assert text.index("Potassium") < text.index("--- Page 2 (OCR) ---") < text.index("Platelets")


def test_a_large_scan_is_one_job_that_is_waited_for_and_its_upload_is_deleted(system: LocalSystem, run: Run) -> None:
    document = run.documents["large.pdf"]
    assert (system.outcome(document)["route"], system.outcome(document)["pages_billed"]) == ("async_ocr", 2)
    assert [event for event in system.events(document) if event.startswith("ocr")] == [
        "ocr_temp_upload", "ocr_async_job_started", "ocr_async_job_polling", "ocr_async_job_completed",
        "ocr_temp_delete"]
    assert system.temp_objects() == []


def test_two_documents_of_one_patient_at_once_are_both_in_the_record(system: LocalSystem, run: Run) -> None:
    """Conditional writes: the record is created once, and every other version is written on top of the one before."""
    patients = {patient for name in ("chemistry.pdf", "count.pdf") for patient in
                resources_by_patient(json.loads(system.bucket.read(bundle_key(run.documents[name]))))}
    assert len(patients) == 1
    record = system.bucket.read(patient_key(patients.pop())).decode()
    assert [name for name in ("Potassium", "Platelets") if name not in record] == []


def test_a_file_that_cannot_be_opened_fails_alone_and_costs_nothing(system: LocalSystem, run: Run) -> None:
    assert run.state == "failed"
    codes = {name: system.outcome(document)["error_code"] for name, document in run.documents.items()}
    assert codes == {**dict.fromkeys(run.documents), "locked.pdf": "ENCRYPTED"}
    assert run.pages_billed == 3
    assert system.broken_chains() == []


def test_a_document_that_is_gone_is_named_and_goes_on_when_it_is_put_back(system: LocalSystem, run: Run) -> None:
    key, document = system.key(DAY, "count.pdf"), run.documents["count.pdf"]
    first_task = [["process_document.classify", list(run.documents).index("count.pdf")]]
    system.bucket.delete(key)
    assert system.api.clear("documents_to_fhir", run.run_id, first_task) == 6
    system.await_run(run.run_id)
    assert system.outcome(document)["error_code"] == "S3_NOT_FOUND"
    assert system.put(key, papers.blood_count(system.mark)) == document
    system.api.clear("documents_to_fhir", run.run_id, first_task)
    system.await_run(run.run_id)
    assert system.outcome(document)["error_code"] is None
    assert system.broken_chains() == []


def test_in_an_account_nothing_is_started_that_nobody_asked_for(system: LocalSystem, run: Run) -> None:
    """A new Airflow would else begin with yesterday's inbox, which is real."""
    if system.local.account is None:
        pytest.skip("beside the sandbox Airflow follows its schedule")
    assert [each for each in system.api.runs("documents_inbox") if each["run_type"] == "scheduled"] == []
