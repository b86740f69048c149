"""``make reconcile`` on a running deployment: it holds, and it tells of what is not accounted for."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from local_system import LocalSystem, until

from demo.environment import PROJECT, environ
from demo.system_command import login

DOCUMENTS = PROJECT / "include" / "samples" / "documents"
NAMES = ("lab_report_text.pdf", "referral_hybrid.pdf", "encrypted.pdf")
DAY = 27


def reconcile(system: LocalSystem, *arguments: str) -> tuple[int, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "include.reconciliation", "--json", *arguments], cwd=PROJECT, capture_output=True,
        text=True, timeout=120, env={**environ(system.local), **login(system.local, "viewer")}, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def violated(told: Any) -> dict[str, list[str]]:
    return {each["name"]: each["problems"] for each in told["invariants"] if not each["holds"]}


def test_a_day_is_accounted_for_until_something_is_lost(system: LocalSystem) -> None:
    day = system.day(DAY)
    text, _, locked = (system.put(system.key(DAY, name), (DOCUMENTS / name).read_bytes()) for name in NAMES)
    system.process_day(DAY)
    batch = until(lambda: next((run["dag_run_id"] for run in system.api.runs("documents_to_fhir")
                                if run["dag_run_id"].startswith(f"batch__{day}")), None), 60, "the batch's run")
    assert system.finish(batch) == "failed"
    code, told = reconcile(system, "--day", day)
    assert violated(told) == {}
    assert code == 0
    print(json.dumps(told, indent=1))
