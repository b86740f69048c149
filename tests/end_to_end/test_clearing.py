"""Clearing in the UI and by the API: each way ends right, bills no page, leaves one whole chain, and leaves alone
whatever was not cleared. The CLI's way is in ``test_operating.py``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from browsing import logged_in
from component_system import ComponentSystem
from local_system import LocalSystem, until
from slips import slips

from benchmarks import letters

KEYS = ["inbox/2026-04-09/certain.pdf", "inbox/2026-04-09/slip.pdf", "inbox/2026-04-09/other.pdf"]
BODIES = [letters.certain(70320001), slips(117, 1, lines=5), letters.certain(70320002)]
CLEARED = 1
"""The row of the document that the tests clear: the one with a page of OCR."""
DAG = "documents_to_fhir"
STAGES = ("ocr", "merge_pages", "convert_to_fhir", "audit")


@dataclass(frozen=True, slots=True)
class State:
    """What has to be the same after a clear. ``seals`` are each document's outcome with the try of its seal."""

    bundles: tuple[bytes, ...]
    records: tuple[str, ...]
    billed: int
    seals: tuple[tuple[bytes, int], ...]


class Finished:
    """A green run of three documents."""

    def __init__(self, system: LocalSystem) -> None:
        self.system = system
        self.ids = [system.put(key, body) for key, body in zip(KEYS, BODIES, strict=True)]
        self.run_id = system.process(KEYS)
        assert system.finish(self.run_id) == "success"

    def state(self) -> State:
        bucket = self.system.bucket
        tries = {task["map_index"]: task["try_number"] for task in self.system.api.task_instances(DAG, self.run_id)
                 if task["task_id"] == "process_document.audit"}
        return State(
            bundles=tuple(bucket.read(f"documents/{each}/bundle.json") for each in self.ids),
            records=tuple(self._record(each) for each in self.ids),
            billed=self.system.pages_billed(),
            seals=tuple((bucket.read(f"documents/{each}/outcome.json"), tries[row])
                        for row, each in enumerate(self.ids)))

    def _record(self, document: str) -> str:
        [patient] = json.loads(self.system.bucket.read(f"documents/{document}/merged.json"))["patients"]
        return self.system.bucket.read(f"patients/{patient}.json").decode()

    def tries(self) -> dict[tuple[str, int], int]:
        return {(task["task_id"].rpartition(".")[2], task["map_index"]): task["try_number"]
                for task in self.system.api.task_instances(DAG, self.run_id)}

    def await_green(self, before: dict[tuple[str, int], int]) -> None:
        """Green again, after something has run again."""
        until(lambda: (self.tries() != before and self.system.api.run(DAG, self.run_id)["state"] == "success") or None,
              180, "the run to be green again")


@pytest.fixture(scope="module")
def finished(components: ComponentSystem) -> Finished:
    return Finished(components)


def test_what_is_cleared_is_what_runs_again_and_everything_is_as_it_was(
        finished: Finished, chromium: Path) -> None:
    """In this order, as each way finds what the one before has left."""
    _one_stage_alone(finished)
    _one_document_from_a_stage_on(finished)
    _in_the_ui(finished, chromium)
    _the_whole_run(finished)
    assert finished.system.broken_chains() == []


def _one_stage_alone(finished: Finished) -> None:
    """The stage alone, without what follows it."""
    ran = _cleared(finished, lambda: _by_api(finished, "merge_pages", downstream=False), neighbours_too=False)
    assert ran == {("merge_pages", CLEARED)}


def _one_document_from_a_stage_on(finished: Finished) -> None:
    ran = _cleared(finished, lambda: _by_api(finished, "ocr", downstream=True), neighbours_too=False)
    assert ran == {(stage, CLEARED) for stage in STAGES} | {("report", -1)}


def _in_the_ui(finished: Finished, chromium: Path) -> None:
    """What the UI's own button clears for one mapped index: the task, what follows it of this document, the report."""
    ran = _cleared(finished, lambda: _by_hand(finished, chromium, "merge_pages"), neighbours_too=False)
    assert ran == {(stage, CLEARED) for stage in STAGES[1:]} | {("report", -1)}


def _the_whole_run(finished: Finished) -> None:
    ran = _cleared(finished, lambda: finished.system.api.call(
        "POST", f"/api/v2/dags/{DAG}/dagRuns/{finished.run_id}/clear", {"dry_run": False}), neighbours_too=True)
    assert ran >= {("read_batch", -1), ("report", -1), *((stage, CLEARED) for stage in STAGES)}


def _cleared(finished: Finished, clear: Callable[[], object], *, neighbours_too: bool) -> set[tuple[str, int]]:
    """The tasks that ran again."""
    tries, before = finished.tries(), finished.state()
    clear()
    finished.await_green(tries)
    after = finished.state()
    assert (after.bundles, after.records, after.billed) == (before.bundles, before.records, before.billed)
    if not neighbours_too:
        assert [seal for row, seal in enumerate(after.seals) if row != CLEARED] == [
            seal for row, seal in enumerate(before.seals) if row != CLEARED]
    return {task for task, count in finished.tries().items() if count != tries[task]}


def _by_api(finished: Finished, stage: str, *, downstream: bool) -> None:
    finished.system.api.call("POST", f"/api/v2/dags/{DAG}/clearTaskInstances", {
        "dry_run": False, "dag_run_id": finished.run_id, "task_ids": [[f"process_document.{stage}", CLEARED]],
        "include_downstream": downstream, "only_failed": False})


def _by_hand(finished: Finished, chromium: Path, stage: str) -> None:
    local = finished.system.local
    with logged_in(chromium, local, "operator") as page:
        page.goto(f"{local.api_url}/dags/{DAG}/runs/{finished.run_id}/tasks/process_document.{stage}/mapped/{CLEARED}")
        page.get_by_role("button", name="clear").click()
        page.get_by_text("Affected Tasks: 4").wait_for()
        page.get_by_role("button", name="Confirm").click()
        page.get_by_role("dialog").wait_for(state="hidden")
