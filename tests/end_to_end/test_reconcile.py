"""``make reconcile`` beside a real Airflow: a day is accounted for, and what is lost is told."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from local_system import LocalSystem, until

from demo.environment import PROJECT, environ
from demo.system_command import login
from include.documents.storage import outcome_key, run_outcome_key

DOCUMENTS = PROJECT / "include" / "samples" / "documents"
NAMES = ("lab_report_text.pdf", "referral_hybrid.pdf", "encrypted.pdf")
DAY = 27


def reconcile(system: LocalSystem, day: str) -> tuple[int, Any]:
    """Exit code and what is told."""
    done = subprocess.run(
        [sys.executable, "-m", "include.reconciliation", "--json", "--day", day], cwd=PROJECT, capture_output=True,
        text=True, timeout=120, env={**environ(system.local), **login(system.local, "viewer")}, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def violated(told: Any) -> dict[str, list[str]]:
    return {each["name"]: each["problems"] for each in told["invariants"] if not each["holds"]}


def test_a_day_is_accounted_for_until_something_is_lost(system: LocalSystem) -> None:
    day = system.day(DAY)
    documents = [system.put(system.key(DAY, name), (DOCUMENTS / name).read_bytes()) for name in NAMES]
    system.process_day(DAY)
    batch = until(lambda: next((run["dag_run_id"] for run in system.api.runs("documents_to_fhir")
                                if run["dag_run_id"].startswith(f"batch__{day}")), None), 60, "the batch's run")
    assert system.finish(batch) == "failed"

    code, told = reconcile(system, day)
    assert (code, violated(told), told["documents"]) == (0, {}, 3)
    counted = {each["name"]: each["counts"] for each in told["invariants"]}
    assert counted["no-false-success"]["success in Airflow"] == 2
    assert counted["no-page-lost"] == {"documents": 2, "pages in manifests": 5, "pages merged": 5}

    system.bucket.delete(outcome_key(documents[0]))
    system.bucket.delete(run_outcome_key(batch, documents[0]))
    code, told = reconcile(system, day)
    assert code == 1
    assert violated(told) == {
        "documents-accounted-for": [f"{documents[0]}: has no outcome: clear its task audit"],
        "no-false-success": [f"{documents[0]}: is success in Airflow and has no outcome of this run (run {batch})"]}
