"""Who may know whom: the import rules of the house, read from the source."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def imports_of(folder: str) -> Iterator[tuple[Path, str]]:
    """Every module that the files below a folder import, also inside functions."""
    files = sorted((PROJECT / folder).rglob("*.py"))
    assert files, f"{folder} has no Python files"
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: imports are absolute here"
                yield path, f"{node.module}"
                yield from ((path, f"{node.module}.{alias.name}") for alias in node.names)


def offenders(folder: str, *forbidden: str) -> list[str]:
    return [
        f"{path.relative_to(PROJECT)} imports {module}"
        for path, module in imports_of(folder)
        for name in forbidden
        if module == name or module.startswith(f"{name}.")
    ]


def test_include_never_imports_airflow() -> None:
    assert offenders("include", "airflow", "document_tasks", "textract_provider", "review_queue") == []


def test_the_textract_module_knows_nothing_of_the_pipeline() -> None:
    assert offenders("plugins/textract_provider", "include", "document_tasks", "review_queue") == []


@pytest.mark.parametrize("folder", ["dags", "plugins", "demo", "config"])
def test_nobody_imports_the_sandbox(folder: str) -> None:
    assert offenders(folder, "include.sandbox") == []


def test_nobody_in_include_imports_the_sandbox_but_itself() -> None:
    found = [line for line in offenders("include", "include.sandbox") if not line.startswith("include/sandbox/")]
    assert found == []


def test_the_sandbox_needs_no_sample_that_its_image_lacks() -> None:
    """Of the samples the Dockerfile copies the specimens alone, and of these the sandbox needs no drawing library."""
    named = {module for _, module in imports_of("include/sandbox") if module.startswith("include.samples.")}
    assert {".".join(module.split(".")[:4]) for module in named} == {
        "include.samples.specimens.printed", "include.samples.specimens.squares"}
    assert "COPY --chown=root:0 include/samples/specimens " in (PROJECT / "Dockerfile").read_text()
    needed = {f"include/samples/specimens/{name}.py" for name in ("__init__", "patients", "printed", "squares")}
    assert {module for path, module in imports_of("include/samples/specimens")
            if str(path.relative_to(PROJECT)) in needed and module.split(".")[0] not in sys.stdlib_module_names
            and not module.startswith(("include.samples.specimens.", "numpy"))} == set()


def test_the_product_has_no_ocr_engine() -> None:
    engines = ("rapidocr", "pytesseract", "onnxruntime", "easyocr")
    found = [line for folder in ("dags", "plugins", "include") for line in offenders(folder, *engines)]
    assert [line for line in found if not line.startswith("include/sandbox/")] == []
    requirements = (PROJECT / "requirements.txt").read_text().lower()
    assert not [engine for engine in engines if engine in requirements]


def test_the_data_packages_do_not_know_the_stages_that_join_them() -> None:
    for package in ("documents", "ocr", "fhir", "audit", "reporting"):
        assert offenders(f"include/{package}", "include.stages", "include.workspace") == []


def test_a_dag_file_holds_no_logic() -> None:
    """No loop, no branch, no try: the DAG files read as the table of contents."""
    logic = (ast.For, ast.While, ast.If, ast.Try, ast.ListComp, ast.DictComp)
    for path in sorted((PROJECT / "dags").glob("*.py")):
        found = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, logic)]
        assert found == [], path.name



DISTRIBUTIONS = {
    "PIL": "pillow", "airflow": "apache-airflow", "cv2": "opencv-python-headless", "fhir": "fhir.resources",
    "yaml": "pyyaml"}
OWN = {"include", "demo", "document_tasks", "textract_provider", "review_queue"}
DEVELOPMENT = ("include/sandbox", "include/samples", "demo")


def distributions(*requirements: str) -> set[str]:
    lines = [line for name in requirements for line in (PROJECT / name).read_text().splitlines()]
    return {re.split(r"[\[=; ]", line)[0].lower() for line in lines if line[:1].isalpha()}


@pytest.mark.parametrize("folder", ["dags", "plugins", "config", "include", "demo"])
def test_what_is_imported_is_a_direct_dependency(folder: str) -> None:
    """The product's are in requirements.txt; only the sandbox, the samples and the demo use those for development."""
    product, all_of_them = distributions("requirements.txt"), distributions(
        "requirements.txt", "requirements-sandbox.txt", "requirements-dev.txt")
    missing = {
        f"{path.relative_to(PROJECT)} imports {top}"
        for path, module in imports_of(folder)
        if (top := module.split(".")[0]) not in sys.stdlib_module_names | OWN
        and DISTRIBUTIONS.get(top, top).lower()
        not in (all_of_them if str(path.relative_to(PROJECT)).startswith(DEVELOPMENT) else product)
    }
    assert missing == set()
