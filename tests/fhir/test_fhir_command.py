"""``python -m include.fhir document.json``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.documents.content import Box, DocumentContent, Line, Origin, PageContent, to_json
from include.fhir.__main__ import main


def test_the_command_prints_a_valid_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = tuple(Line(text, Box(0.1, 0.1 + n / 20, 0.5, 0.02)) for n, text in enumerate(
        ("Patient Name: Ann Lee", "Date of Birth: 05/24/1977")))
    stored = tmp_path / "document.json"
    stored.write_bytes(to_json(DocumentContent("doc-1", (PageContent(1, Origin.EMBEDDED, lines=lines),))))
    assert main([str(stored)]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["type"] == "transaction"
    assert printed.err == ""
