"""The package's place in the plugins folder."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import textract_provider

PACKAGE = Path(textract_provider.__file__).parent


LOADED = f"""
import sys
from airflow.plugins_manager import ensure_plugins_loaded, get_import_errors
ensure_plugins_loaded()
print("errors", sorted(get_import_errors()))
print("twice", sorted(name for name, module in sys.modules.items()
                      if str(getattr(module, "__file__", "")).startswith({str(PACKAGE)!r})
                      and not name.startswith("textract_provider")))
"""


def test_airflow_does_not_execute_its_files_as_top_level_plugins(tmp_path: Path) -> None:
    """Airflow imports each file that it finds under its own bare name, so that every class would exist twice."""
    environment = os.environ | {"AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__PLUGINS_FOLDER": str(PACKAGE.parent)}
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED], env=environment, capture_output=True, text=True, check=True, cwd=tmp_path)
    said = dict(line.split(" ", 1) for line in loaded.stdout.splitlines() if line.startswith(("errors", "twice")))
    assert said["twice"] == "[]"
    assert str(PACKAGE) not in said["errors"]


def test_it_imports_nothing_of_the_pipeline() -> None:
    imported = {
        name.partition(".")[0]
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else [str(node.module)] if isinstance(node, ast.ImportFrom) else [])
    }
    assert not imported & {"include", "document_tasks", "review_queue", "dags"}
