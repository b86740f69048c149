"""What documents state is in the records once, and nobody else's is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from include.audit.events import EventName
from include.documents.storage import merged_key, patient_key
from include.stages import convert
from tests.reconciliation.conftest import Three
from tests.reconciliation.deployment import Deployment

Json = dict[str, Any]
RECORDS = "records-complete"


def patient_of(three: Three) -> str:
    [patient] = json.loads(three.deployment.bucket.read(merged_key(three.typed.document_id)))["patients"]
    return str(patient)


def change(three: Three, entries: Callable[[list[Json]], list[Json]]) -> None:
    """The typed document's record holds other entries."""
    key = patient_key(patient_of(three))
    record = json.loads(three.deployment.bucket.read(key))
    three.deployment.bucket.write(key, json.dumps({**record, "entry": entries(record["entry"])}).encode())


def is_sodium(entry: Json) -> bool:
    return bool(entry["resource"].get("code", {}).get("text") == "Sodium")


def test_a_fact_that_is_gone_is_found(three: Three) -> None:
    change(three, lambda entries: [entry for entry in entries if not is_sodium(entry)])
    assert three.deployment.violated() == {RECORDS: (
        f"{three.typed.document_id}: 1 of its statements are named in {patient_of(three)} and not there",)}


def test_a_fact_that_is_there_twice_is_found(three: Three) -> None:
    change(three, lambda entries: [*entries, *filter(is_sodium, entries)])
    [problem] = three.deployment.violated()[RECORDS]
    assert problem.startswith(f"{patient_of(three)}: has urn:uuid:")
    assert problem.endswith(" twice")


def test_a_fact_that_does_not_name_its_document_is_found(three: Three) -> None:
    change(three, lambda entries: [
        {**entry, "resource": {key: value for key, value in entry["resource"].items() if key != "extension"}}
        if is_sodium(entry) else entry for entry in entries])
    assert three.deployment.violated() == {RECORDS: (
        f"{three.typed.document_id}: 1 facts in {patient_of(three)} do not name it",)}


def test_a_fact_that_its_bundle_does_not_state_is_found(three: Three) -> None:
    change(three, lambda entries: [*entries, *(
        {**entry, "fullUrl": "urn:uuid:another"} for entry in entries if is_sodium(entry))])
    assert three.deployment.violated() == {RECORDS: (
        f"{three.typed.document_id}: 1 facts that its bundle does not state are in {patient_of(three)}",)}


def test_a_document_that_was_never_merged_is_found(three: Three) -> None:
    change(three, lambda entries: [entry for entry in entries if entry["resource"]["resourceType"] != "Provenance"])
    [problem] = three.deployment.violated()[RECORDS]
    assert problem.endswith(f"statements are not in {patient_of(three)}")


def test_a_record_that_is_gone_is_found(three: Three) -> None:
    three.deployment.bucket.delete(patient_key(patient_of(three)))
    assert three.deployment.violated() == {RECORDS: (
        f"{three.typed.document_id}: there is no record of {patient_of(three)}",)}


def test_a_document_that_has_forgotten_its_record_is_found(three: Three) -> None:
    patient = patient_of(three)
    three.deployment.bucket.delete(merged_key(three.typed.document_id))
    assert three.deployment.violated() == {RECORDS: (
        f"{three.typed.document_id}: its merged.json does not name a record that it is in: {patient}",)}


def test_a_failed_document_in_a_record_is_found(deployment: Deployment) -> None:
    workspace = deployment.text("a.pdf")
    convert.convert(workspace)
    deployment.fail(workspace, "TASK_LOST")
    [problem] = deployment.violated()[RECORDS]
    assert problem.startswith(f"{workspace.document_id}: is failed and in the record of pat-")


def test_what_is_certain_of_a_rejected_document_stays_in_the_record(deployment: Deployment) -> None:
    workspace = deployment.text("a.pdf")
    convert.convert(workspace)
    workspace.trail.write(EventName.REVIEW_REQUESTED, error_code="LOW_CONFIDENCE")
    deployment.fail(workspace, "LOW_CONFIDENCE")
    assert deployment.violated() == {}


def test_a_document_that_nobody_knows_is_found(three: Three) -> None:
    document = three.typed.document_id
    three.deployment.airflow.runs = three.deployment.airflow.runs[1:]
    for prefix in ("inbox/", f"documents/{document}/", "batches/", "audit/"):
        for listed in three.deployment.bucket.list(prefix):
            three.deployment.bucket.delete(listed.key)
    assert three.deployment.violated()[RECORDS] == (
        f"{document}: is no document that we know and is in the record of pat-" + three.deployment.violated()[
            RECORDS][0].rpartition("pat-")[2],)
