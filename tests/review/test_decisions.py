"""A person's decisions in S3: a later one replaces an earlier, each has its event, the same again writes nothing."""

from __future__ import annotations

import pytest

from include.audit import chain
from include.audit.events import AuditEvent, EventName
from include.audit.verification import verify_all
from include.documents.storage import Bucket, resolution_key, review_key
from include.errors import PipelineError
from include.review.amendments import remove
from include.review.decisions import APPROVED, CORRECTED, REJECTED, find_decision, store_decision
from include.review.resolutions import REASONS, find_resolution, reopen, resolve
from include.review.writing import write_on
from include.workspace import Workspace
from tests.stages.test_convert_stage import LAB, page, workspace_of

REMOVED = remove("observations", 0, "f")


@pytest.fixture
def workspace(bucket: Bucket) -> Workspace:
    return workspace_of(bucket, page(LAB))


def decided(workspace: Workspace) -> list[tuple[str, str | None]]:
    return [(event.actor, event.decision) for event in workspace.trail.events()
            if event.event is EventName.REVIEW_DECIDED]


def test_a_later_decision_replaces_an_earlier_and_both_have_their_event(workspace: Workspace) -> None:
    store_decision(workspace, REJECTED, "ann")
    store_decision(workspace, CORRECTED, "eve", [REMOVED])
    found = find_decision(workspace)
    assert found is not None
    assert (found.decision, found.actor, found.amendments) == (CORRECTED, "eve", (REMOVED,))
    assert decided(workspace) == [("ann", "rejected"), ("eve", "corrected")]
    assert [report.problems for report in verify_all(workspace.documents)] == [()]


def test_the_same_decision_again_writes_nothing_new(workspace: Workspace) -> None:
    store_decision(workspace, APPROVED, "ann")
    before = workspace.documents.find(review_key(workspace.document_id))
    store_decision(workspace, APPROVED, "eve")
    assert workspace.documents.find(review_key(workspace.document_id)) == before
    assert decided(workspace) == [("ann", "approved")]


def test_a_decision_whose_event_was_lost_gets_it_when_it_is_repeated(workspace: Workspace) -> None:
    workspace.documents.write(review_key(workspace.document_id), b'{"decision": "approved", "actor": "ann"}')
    store_decision(workspace, APPROVED, "ann")
    assert decided(workspace) == [("ann", "approved")]


def test_a_decision_of_an_earlier_version_is_read(workspace: Workspace) -> None:
    workspace.documents.write(review_key(workspace.document_id), b'{"decision": "approved"}')
    found = find_decision(workspace)
    assert found is not None
    assert (found.decision, found.amendments) == (APPROVED, ())


def test_who_decides_at_the_same_moment_is_told(workspace: Workspace) -> None:
    key = review_key(workspace.document_id)
    store_decision(workspace, APPROVED, "ann")
    seen = workspace.documents.find(key)
    store_decision(workspace, REJECTED, "eve")
    with pytest.raises(PipelineError, match="DECISION_CONFLICT"):
        write_on(workspace.documents, key, b"{}", seen)
    with pytest.raises(PipelineError, match="DECISION_CONFLICT"):
        write_on(workspace.documents, key, b"{}", None)
    assert find_decision(workspace).decision == REJECTED  # type: ignore[union-attr]


@pytest.mark.parametrize(("decision", "amendments"), [("maybe", ()), (APPROVED, (REMOVED,)), (CORRECTED, ())])
def test_a_decision_goes_with_its_amendments(
        workspace: Workspace, decision: str, amendments: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match=r"decision|document"):
        store_decision(workspace, decision, "ann", amendments)  # type: ignore[arg-type]


def test_a_resolution_belongs_to_one_run(workspace: Workspace) -> None:
    resolve(workspace, "duplicate", "see the one of Monday", "run 1", "ann")
    resolve(workspace, "not_medical", "", "run 2", "eve")
    found = find_resolution(workspace, "run 1")
    assert found is not None
    assert (found.reason, found.comment, found.actor) == ("duplicate", "see the one of Monday", "ann")
    assert find_resolution(workspace, "run 3") is None
    assert decided(workspace) == [("ann", "resolved:duplicate"), ("eve", "resolved:not_medical")]


def test_a_comment_stays_in_s3(workspace: Workspace) -> None:
    resolve(workspace, "duplicate", "Jane Doe", "run", "ann")
    assert "Jane" not in repr(find_resolution(workspace, "run"))
    assert not any(b"Jane" in body for body in workspace.trail.read())
    assert b"Jane" in workspace.documents.read(resolution_key(workspace.document_id))


def test_the_same_resolution_again_writes_nothing_new(workspace: Workspace) -> None:
    resolve(workspace, "duplicate", "", "run", "ann")
    before = workspace.documents.find(resolution_key(workspace.document_id))
    resolve(workspace, "duplicate", "", "run", "eve")
    assert workspace.documents.find(resolution_key(workspace.document_id)) == before
    assert decided(workspace) == [("ann", "resolved:duplicate")]


def test_a_decision_on_the_facts_lifts_the_resolution_of_its_run(workspace: Workspace) -> None:
    """The workspace's own run is ``run``."""
    for run in ("run", "another"):
        resolve(workspace, "duplicate", "", run, "ann")
    store_decision(workspace, APPROVED, "ann")
    assert find_resolution(workspace, "run") is None
    assert find_resolution(workspace, "another") is not None
    resolve(workspace, "duplicate", "", "run", "ann")
    assert find_resolution(workspace, "run") is not None


@pytest.mark.parametrize(("reason", "comment"), [("because", ""), ("duplicate", "x" * 2001)])
def test_a_reason_is_one_of_the_list_and_a_comment_is_short(workspace: Workspace, reason: str, comment: str) -> None:
    with pytest.raises(ValueError, match=r"reason|comment"):
        resolve(workspace, reason, comment, "run", "ann")


def test_every_reason_fits_into_an_event_and_has_its_sentence() -> None:
    for reason, sentence in REASONS.items():
        event = AuditEvent(1, "t", EventName.REVIEW_DECIDED, "d", "r", "t", 1, "a", "", decision=f"resolved:{reason}")
        assert chain.decode(chain.encode(event)) == event
        assert sentence.endswith(".")


def test_a_resolution_is_taken_back_once(workspace: Workspace) -> None:
    resolve(workspace, "duplicate", "", "run-1", "eve")
    assert reopen(workspace, "run-1", "ann")
    assert find_resolution(workspace, "run-1") is None
    assert not reopen(workspace, "run-1", "ann")
    assert [event.decision for event in workspace.trail.events() if event.decision] == [
        "resolved:duplicate", "reopened"]
