"""Everything stops cleanly, also when a person has seen enough."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from local_system import processes_of, until

from demo.environment import PROJECT


def test_ctrl_c_leaves_no_process_behind(tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "demo", "run", "--home", str(tmp_path)], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    seen = [next(line for line in demo.stdout if line.startswith("Waiting for"))]
    until(lambda: len(processes_of(tmp_path)) >= 5 or None, 60, f"the processes after {seen}")
    demo.send_signal(signal.SIGINT)
    rest, _ = demo.communicate(timeout=60)
    assert demo.returncode == 130, rest
    assert processes_of(tmp_path) == []


def test_what_cannot_work_is_said_in_a_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "demo", "run", "--home", str(tmp_path), str(tmp_path / "nowhere")]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "is not a folder" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert not list(tmp_path.iterdir())
