"""cfn-lint finds nothing in the template."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from include.infrastructure import template


def lint(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "cfn-lint", path], capture_output=True, text=True, cwd=path.parent)


def test_cfn_lint_finds_nothing() -> None:
    done = lint(template.PATH)
    assert (done.returncode, done.stdout) == (0, "")


def test_cfn_lint_would_find_a_mistake(tmp_path: Path) -> None:
    wrong = tmp_path / "template.yaml"
    wrong.write_text(template.PATH.read_text().replace("Status: Enabled", "Status: Perhaps", 1))
    assert lint(wrong).returncode != 0
