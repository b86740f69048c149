"""Documents in, documents accounted for, and no false success: each way to lose one is found."""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.documents.storage import bundle_key, outcome_key, run_outcome_key, source_key
from include.reconciliation.place import DocumentRun, Place
from include.reporting.outcome import FAILED, RESOLVED, SUCCESS, Outcome
from include.reporting.stored_outcomes import store
from tests.reconciliation.conftest import Three
from tests.reconciliation.deployment import GREEN, INBOX_RUN, RED, Deployment, now

ACCOUNTED, TRUE = "documents-accounted-for", "no-false-success"


def states(deployment: Deployment) -> dict[str, int]:
    [counts] = [each.counts for each in deployment.verdict().invariants if each.name == ACCOUNTED]
    return {name: count for name, count in counts.items() if count and not name.startswith(("in", "registered"))}


def test_a_registration_that_is_gone_is_found(three: Three) -> None:
    document = three.typed.document_id
    three.deployment.bucket.delete(source_key(document))
    assert three.deployment.violated()[ACCOUNTED] == (
        f"{document}: is not registered (no source.json): run documents_inbox of its day",)


def test_a_document_in_two_batches_is_found(three: Three) -> None:
    three.deployment.plan(three.typed.document_id, number=2)
    [problem] = three.deployment.violated()[ACCOUNTED]
    assert problem.startswith(f"{three.typed.document_id}: is in 2 batches: batch__")


def test_what_nobody_has_looked_for_since_it_landed_is_no_loss(deployment: Deployment) -> None:
    deployment.airflow.looked = [now() - timedelta(days=1)]
    deployment.land("new.pdf")
    assert deployment.violated() == {}
    assert states(deployment) == {"out": 1, "landed": 1}


def test_what_a_run_of_the_inbox_has_passed_over_is_found(deployment: Deployment) -> None:
    document = deployment.land("new.pdf")
    deployment.airflow.looked = [now() + timedelta(seconds=2)]
    assert deployment.violated()[ACCOUNTED] == (
        f"{document}: is not registered (no source.json): run documents_inbox of its day",
        f"{document}: lies in the inbox and is in no batch: run documents_inbox of its day",
        f"{document}: has no run: clear run_batch of the day's run of documents_inbox")


def test_a_batch_waits_for_a_slot_while_the_run_that_planned_it_is_open(deployment: Deployment) -> None:
    workspace = deployment.register("new.pdf")
    deployment.plan(workspace.document_id)
    deployment.airflow.open_inbox_runs = frozenset((INBOX_RUN,))
    assert deployment.violated() == {}
    assert states(deployment) == {"out": 1, "planned": 1}
    deployment.airflow.open_inbox_runs = frozenset()
    [problem] = deployment.violated()[ACCOUNTED]
    assert "has no run, though it is in the batch of batch__2026-11-23__0001__" in problem


def test_a_document_under_way_or_waiting_is_accounted_for(three: Three) -> None:
    three.deployment.airflow.change(three.typed.document_id, "running", audit=None)
    three.deployment.airflow.change(three.scanned.document_id, "running", convert_to_fhir="awaiting_input", audit=None)
    assert three.deployment.violated() == {}
    assert states(three.deployment) == {"out": 3, "failed": 1, "under way": 1, "waiting for a person": 1}


@pytest.mark.parametrize(("states", "place"), [
    ({**GREEN, "audit": None}, Place.LOST),
    ({**GREEN, "audit": "failed"}, Place.UNSEALED),
    ({}, Place.NOT_BEGUN)])
def test_a_run_that_ends_without_its_documents_is_found(
        three: Three, states: dict[str, str | None], place: Place) -> None:
    document = three.locked.document_id
    run = DocumentRun(document, "manual__1", "failed", states)
    assert run.place is place
    three.deployment.airflow.runs[-1] = run
    [problem] = three.deployment.violated()[ACCOUNTED]
    assert problem.startswith(f"{document}: its ")
    assert problem.endswith("(run manual__1, failed)")


def test_a_document_whose_run_airflow_has_forgotten_is_what_was_stored_of_it(three: Three) -> None:
    """Metadata is cleaned up after 90 days; outcomes stay."""
    three.deployment.airflow.runs = []
    assert three.deployment.violated() == {}
    assert states(three.deployment) == {"out": 3, "failed": 1, "success": 2}


def test_a_success_without_an_outcome_is_found(three: Three) -> None:
    document = three.typed.document_id
    run_id = three.deployment.airflow.runs[0].run_id
    for key in (outcome_key(document), run_outcome_key(run_id, document)):
        three.deployment.bucket.delete(key)
    found = three.deployment.violated()
    assert found[ACCOUNTED] == (f"{document}: has no outcome: clear its task audit",)
    assert found[TRUE] == (f"{document}: is success in Airflow and has no outcome of this run (run {run_id})",)


def test_a_success_without_a_bundle_is_found(three: Three) -> None:
    three.deployment.bucket.delete(bundle_key(three.typed.document_id))
    assert three.deployment.violated()[TRUE] == (
        f"{three.typed.document_id}: its outcome is success and it has no bundle",)


def test_an_outcome_of_success_whose_task_is_red_is_found(three: Three) -> None:
    store(three.deployment.bucket, Outcome(three.locked.document_id, "manual__1", SUCCESS))
    assert three.deployment.violated()[TRUE][0] == (
        f"{three.locked.document_id}: is failed in Airflow and success in its outcome (run manual__1)")


def test_a_task_that_was_marked_as_a_success_is_found(three: Three) -> None:
    three.deployment.airflow.change(three.locked.document_id, **GREEN)
    assert three.deployment.violated() == {TRUE: (
        f"{three.locked.document_id}: is success in Airflow and failed in its outcome (run manual__1)",)}


def test_a_failure_without_a_code_is_found(three: Three) -> None:
    store(three.deployment.bucket, Outcome(three.locked.document_id, "manual__1", FAILED))
    assert three.deployment.violated() == {TRUE: (
        f"{three.locked.document_id}: has failed without a code (run manual__1)",)}


def test_a_green_run_with_a_red_document_is_found(three: Three) -> None:
    three.deployment.airflow.change(three.locked.document_id, "success", **RED)
    assert three.deployment.violated() == {TRUE: ("manual__1: the run is green and 1 of its documents are not",)}


def test_a_document_that_a_person_has_resolved_is_accounted_for(three: Three) -> None:
    store(three.deployment.bucket, Outcome(three.locked.document_id, "manual__1", RESOLVED))
    three.deployment.airflow.change(three.locked.document_id, "success", **dict.fromkeys(RED, "skipped"))
    assert three.deployment.violated() == {}
    assert states(three.deployment) == {"out": 3, "resolved": 1, "success": 2}
