"""The export of a run in S3: every document accounted for, whole records, the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from demo.environment import PROJECT
from include.documents.batches import Batch, Planner, write_batch
from include.documents.storage import Bucket, Stored, bundle_key, outcome_key, run_key
from include.errors import PipelineError
from include.fhir.bundle import build_bundle
from include.fhir.export import Export, Limits, export_run
from include.fhir.export.run import LeftOut
from include.fhir.facts import (
    ConditionFact,
    DocumentFacts,
    MeasuredValue,
    ObservationFact,
    PatientFact,
    PractitionerFact,
    PrintedDate,
    PrintedIdentifier,
    Source,
)
from include.fhir.merge import resources_by_patient
from include.fhir.record import merge_into_record
from include.reporting.outcome import FAILED, SUCCESS, Outcome, to_json
from include.reporting.run_report import as_csv
from include.reporting.stored_outcomes import store

RUN = "scheduled__2026-11-23T00:00:00+00:00"
RECEIVED = "2026-01-05T10:00:00Z"
ANN = PatientFact("Ann Lee", birth_date=PrintedDate("x", "1977-05-24"), gender="female", source=Source(1, "Ann Lee"))
BOB = PatientFact("Bob Ray", birth_date=PrintedDate("x", "1950-01-02"))
UNKNOWN = PatientFact("Ann")
KIM = PractitionerFact("Dr. Kim", identifiers=(PrintedIdentifier("1234567893", label="NPI"),))


def facts(*patients: PatientFact, number: int = 138) -> DocumentFacts:
    return DocumentFacts(
        patients=patients, practitioners=(KIM,), conditions=(ConditionFact("Asthma", patient=len(patients) - 1),),
        observations=(ObservationFact("Sodium", MeasuredValue(str(number), Decimal(number)), panel="BMP",
                                      effective=PrintedDate("x", "2024-03-04"), source=Source(1, str(number))),))


def convert(bucket: Bucket, document: str, said: DocumentFacts) -> None:
    """What the pipeline leaves of a document, but for its outcome."""
    bundle = build_bundle(said, document, received=RECEIVED)
    bucket.write(bundle_key(document), json.dumps(bundle).encode())
    for patient, resources in resources_by_patient(bundle).items():
        merge_into_record(bucket, patient, resources, document)


def ended(bucket: Bucket, document: str, run_id: str, code: str | None = None) -> None:
    outcome = Outcome(document, run_id, FAILED if code else SUCCESS, error_code=code)
    bucket.write(outcome_key(document), to_json(outcome))


def reported(bucket: Bucket, run_id: str, documents: Iterable[str]) -> None:
    body = io.StringIO()
    rows = csv.DictWriter(body, ["document_id", "state"])
    rows.writeheader()
    rows.writerows({"document_id": document, "state": "success"} for document in documents)
    bucket.write(run_key(run_id, "documents.csv"), body.getvalue().encode())


def run_of(bucket: Bucket, run_id: str = RUN, **documents: DocumentFacts) -> None:
    for document, said in documents.items():
        convert(bucket, document, said)
        ended(bucket, document, run_id)
    reported(bucket, run_id, documents)


def files(bucket: Bucket, run_id: str = RUN) -> dict[str, bytes]:
    prefix = f"runs/{run_id}/ndjson/"
    return {listed.key.removeprefix(prefix): bucket.read(listed.key) for listed in bucket.list(prefix)}


def lines(bucket: Bucket) -> list[dict[str, Any]]:
    return [json.loads(line) for body in files(bucket).values() for line in body.splitlines()]


def test_a_run_is_exported_as_a_file_for_each_type_of_its_patients_records(bucket: Bucket) -> None:
    run_of(bucket, a=facts(ANN), b=facts(ANN, number=140), c=facts(BOB))
    export = export_run(bucket, RUN)
    written = files(bucket)
    assert (export.documents, export.patients, export.size) == (3, 2, sum(map(len, written.values())))
    assert {file.name: (file.resources, file.size) for file in export.files} == {
        name: (body.count(b"\n"), len(body)) for name, body in written.items()}
    assert {file.name: file.resources for file in export.files} == {
        "Condition-1.ndjson": 2, "Device-1.ndjson": 1, "DiagnosticReport-1.ndjson": 3, "DetectedIssue-1.ndjson": 1,
        "DocumentReference-1.ndjson": 3, "Observation-1.ndjson": 3, "Patient-1.ndjson": 2, "Practitioner-1.ndjson": 1,
        "Provenance-1.ndjson": 3}
    stored = json.loads(bucket.read(run_key(RUN, "export.json")))
    assert (stored["run_id"], stored["documents"], len(stored["files"])) == (RUN, 3, 9)


def test_a_record_is_in_as_a_whole_though_other_runs_have_added_to_it(bucket: Bucket) -> None:
    convert(bucket, "earlier", facts(ANN, number=120))
    run_of(bucket, a=facts(ANN))
    export_run(bucket, RUN)
    assert sorted(resource["valueQuantity"]["value"] for resource in lines(bucket)
                  if resource["resourceType"] == "Observation") == [120, 138]


def test_documents_that_are_not_in_are_listed_with_the_reason(bucket: Bucket) -> None:
    run_of(bucket, good=facts(ANN), red=facts(BOB), nobodys=facts(UNKNOWN), other=facts(BOB))
    ended(bucket, "red", RUN, "CORRUPT")
    ended(bucket, "other", "manual__another")
    reported(bucket, RUN, ["good", "red", "nobodys", "other", "lost", "bare"])
    ended(bucket, "bare", RUN)
    export = export_run(bucket, RUN)
    assert export.documents_left_out == (
        LeftOut("red", "CORRUPT"), LeftOut("nobodys", "NO_PATIENT"), LeftOut("other", "TASK_LOST"),
        LeftOut("lost", "TASK_LOST"), LeftOut("bare", "S3_NOT_FOUND"))
    assert (export.documents, export.patients) == (6, 1)


def test_facts_of_a_second_patient_who_is_unknown_are_counted(bucket: Bucket) -> None:
    run_of(bucket, a=facts(ANN, UNKNOWN))
    export = export_run(bucket, RUN)
    assert (export.documents_left_out, export.patients, export.facts_of_nobody) == ((), 1, 3)


def test_a_patient_without_a_record_is_listed(bucket: Bucket) -> None:
    run_of(bucket, a=facts(ANN), b=facts(BOB))
    gone = next(iter(resources_by_patient(build_bundle(facts(BOB), "b"))))
    bucket.delete(f"patients/{gone}.json")
    export = export_run(bucket, RUN)
    assert (export.patients, export.records_left_out) == (1, (LeftOut(gone, "S3_NOT_FOUND"),))


def test_documents_of_the_batches_that_a_day_joined_are_in_and_of_other_batches_not(bucket: Bucket) -> None:
    planner = Planner("2026-11-23", "scheduled__2026-11-24")
    batch, stranger = Batch("2026-11-23", 1, ("a",), planner), Batch("2026-11-23", 2, ("c",), planner)
    for each in (batch, stranger):
        write_batch(bucket, each)
    run_of(bucket, a=facts(ANN), b=facts(BOB))
    ended(bucket, "a", batch.run_id)
    ended(bucket, "b", stranger.run_id)
    assert export_run(bucket, RUN).documents_left_out == (LeftOut("b", "TASK_LOST"),)
    alone = export_run(bucket, batch.run_id)
    assert (alone.documents, alone.patients, alone.documents_left_out) == (1, 1, ())


def test_a_document_that_another_run_had_since_is_in_by_the_outcome_of_this_one(bucket: Bucket) -> None:
    batch = Batch("2026-11-23", 1, ("a",), Planner("2026-11-23", "scheduled__2026-11-24"))
    write_batch(bucket, batch)
    convert(bucket, "a", facts(ANN))
    outcome = Outcome("a", batch.run_id, SUCCESS)
    store(bucket, outcome)
    store(bucket, Outcome("a", "manual__since", FAILED, error_code="OCR_TIMEOUT"))
    bucket.write(run_key(RUN, "documents.csv"), as_csv([outcome]))
    assert [export_run(bucket, run).documents_left_out for run in (RUN, batch.run_id)] == [(), ()]


def test_the_same_records_give_the_same_files(bucket: Bucket) -> None:
    run_of(bucket, a=facts(ANN), b=facts(BOB))
    first_export, first = export_run(bucket, RUN), files(bucket)
    reported(bucket, RUN, ["b", "a"])
    assert (export_run(bucket, RUN), files(bucket)) == (first_export, first)


def test_a_second_export_leaves_nothing_of_a_longer_one_and_touches_no_other_run(bucket: Bucket) -> None:
    run_of(bucket, "manual__other", c=facts(BOB))
    export_run(bucket, "manual__other")
    run_of(bucket, a=facts(ANN), b=facts(BOB, number=150))
    longer = export_run(bucket, RUN, Limits(file_bytes=1_000))
    shorter = export_run(bucket, RUN)
    assert len(longer.files) > len(shorter.files)
    assert sorted(files(bucket)) == sorted(file.name for file in shorter.files)
    assert "Patient-1.ndjson" in files(bucket, "manual__other")


def test_a_resource_over_the_limit_is_listed(bucket: Bucket) -> None:
    run_of(bucket, a=DocumentFacts(patients=(ANN,), conditions=(ConditionFact("Asthma " * 500),)))
    export = export_run(bucket, RUN, Limits(resource_bytes=3_000))
    assert [left.what.partition("/")[0] for left in export.resources_left_out] == ["Condition"]
    assert [left.reason for left in export.resources_left_out] == ["over 3,000 bytes"]


def test_a_run_without_a_report_cannot_be_exported(bucket: Bucket) -> None:
    with pytest.raises(PipelineError) as raised:
        export_run(bucket, RUN)
    assert raised.value.code == "S3_NOT_FOUND"


def test_a_run_of_documents_that_touched_no_record_writes_no_file(bucket: Bucket) -> None:
    run_of(bucket, a=facts(ANN))
    export_run(bucket, RUN)
    ended(bucket, "a", RUN, "CORRUPT")
    expected = Export(RUN, 1, 0, (), (LeftOut("a", "CORRUPT"),), 0, (), ())
    assert export_run(bucket, RUN) == expected
    assert files(bucket) == {}


class Counting(Bucket):
    """A bucket that counts the records that were read."""

    reads = 0

    def find(self, key: str) -> Stored | None:
        self.reads += key.startswith("patients/")
        return super().find(key)


def test_records_are_read_a_few_at_a_time(bucket: Bucket) -> None:
    patients = [PatientFact(f"Ann Lee{number}", birth_date=ANN.birth_date) for number in range(30)]
    run_of(bucket, RUN, **{f"doc{number}": facts(patient) for number, patient in enumerate(patients)})
    counting = Counting(bucket.client, bucket.name)
    ahead: list[int] = []

    def progress(what: str, done: int, of: int) -> None:
        if what == "records":
            assert of == 30
            ahead.append(counting.reads - done)

    assert export_run(counting, RUN, progress=progress).patients == 30
    assert (len(ahead), counting.reads, max(ahead) <= 4) == (30, 30, True)


def test_the_files_are_read_by_fhir_resources_and_valid_for_the_second_validator(
        bucket: Bucket, node_project: Path) -> None:
    run_of(bucket, a=facts(ANN), b=facts(BOB, number=150), c=facts(ANN, BOB, number=160))
    export_run(bucket, RUN)
    resources = lines(bucket)
    for resource in resources:
        model = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        assert json.loads(model.model_dump_json()) == resource
    bundle = {"entry": [{"fullUrl": f"{resource['resourceType']}/{resource['id']}", "resource": resource}
                        for resource in resources]}
    done = subprocess.run(["node", "validate.mjs"], cwd=node_project, input=f"{json.dumps(bundle)}\n",
                          capture_output=True, text=True, check=True, timeout=300)
    assert json.loads(done.stdout) == []


def command(bucket: Bucket, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {
        **os.environ, "AWS_ENDPOINT_URL": bucket.client.meta.endpoint_url,  # type: ignore[attr-defined]
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "DOCUMENTS_BUCKET": bucket.name}
    return subprocess.run([sys.executable, "-m", "include.fhir.export", *arguments], cwd=PROJECT, env=variables,
                          capture_output=True, text=True, check=False)


def test_the_command_prints_what_is_in_and_what_is_not(bucket: Bucket) -> None:
    run_of(bucket, a=facts(ANN), b=facts(BOB))
    ended(bucket, "b", RUN, "CORRUPT")
    size = export_run(bucket, RUN).size
    done = command(bucket, RUN)
    printed = done.stdout.splitlines()
    assert (done.returncode, printed[:2]) == (0, ["2 documents: 1 in, 1 left out", "1 patients"])
    assert printed[-4].split() == ["all", "8", "8", f"{size:,}"]
    assert printed[-3:] == ["Left out: 1 documents", "  b  CORRUPT", f"s3://{bucket.name}/runs/{RUN}/ndjson/"]


def test_the_command_names_the_runs_that_there_are(bucket: Bucket) -> None:
    run_of(bucket, a=facts(ANN))
    store(bucket, Outcome("b", "manual__still_running", SUCCESS))
    without, unknown = command(bucket), command(bucket, "none")
    assert (without.returncode, without.stdout.splitlines()[1:]) == (1, [RUN])
    assert (unknown.returncode, "S3_NOT_FOUND" in unknown.stderr, unknown.stdout) == (1, True, "")
