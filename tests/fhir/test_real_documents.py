"""Facts of real documents with a text layer, against what a person read in them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from include.documents.content import DocumentContent
from include.documents.embedded_text import read_pages
from include.documents.manifest import Route
from include.documents.manifest_builder import build_manifest
from include.fhir.bundle import build_bundle
from include.fhir.extraction import extract
from include.fhir.validation import validate
from include.settings import Settings


def bundle_of(path: Path) -> dict[str, Any] | None:
    """The bundle of a document that needs no OCR, None for the others."""
    data = path.read_bytes()
    manifest = build_manifest("doc-1", data, Settings())
    if manifest.extraction_method is not Route.EMBEDDED_TEXT:
        return None
    pages = tuple(read_pages(data, [page.number for page in manifest.pages]))
    bundle = build_bundle(extract(DocumentContent("doc-1", pages)), "doc-1")
    assert validate(bundle) == [], path.name
    return bundle


@pytest.fixture(scope="module")
def scored(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The scorer's own report over these documents."""
    results = tmp_path_factory.mktemp("results")
    entries = []
    for path in sorted((shared / "corpus" / "medical").glob("*.pdf")):
        bundle = bundle_of(path)
        if bundle is not None:
            (results / f"{path.name}.json").write_text(json.dumps(bundle))
            entries.append({"file": path.name, "document_id": path.name, "state": "success", "route": "embedded_text",
                            "pages": ["text"], "bundle": f"{path.name}.json", "error_code": None})
    assert len(entries) >= 4
    (results / "results.json").write_text(json.dumps(entries))
    report = results / "score.out"
    subprocess.run(
        [sys.executable, str(shared / "scoring" / "score_fhir.py"), str(results), str(shared / "corpus" / "medical"),
         "--only", "*text*.pdf", "--json", str(report)], check=True, capture_output=True)
    scores: dict[str, Any] = json.loads(report.read_text())
    return scores


HEADLINE = ("patient", "observation", "medication", "condition", "encounter", "practitioner")


def test_nearly_every_fact_of_a_text_document_is_found(scored: dict[str, Any]) -> None:
    found, expected = (sum(scored["totals"].get(kind, (0, 0))[place] for kind in HEADLINE) for place in (0, 1))
    assert expected > 50
    assert found / expected >= 0.9


def test_nothing_is_stated_that_must_not_be(scored: dict[str, Any]) -> None:
    assert "traps 0" in scored["summary"]
