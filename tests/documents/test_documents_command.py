from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.documents.__main__ import main


def test_the_command_prints_one_json_line_per_file(make_pdf: Callable[..., bytes], prose: Callable[[Any], None],
                                                   tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, empty = tmp_path / "good.pdf", tmp_path / "empty.pdf"
    good.write_bytes(make_pdf(prose))
    empty.write_bytes(b"")
    assert main([str(good), str(empty)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    page = lines[0]["pages"][0]
    assert (lines[0]["file"], lines[0]["route"], lines[0]["error_code"]) == ("good.pdf", "embedded_text", None)
    assert (page["number"], page["kind"], page["reason"]) == (1, "text", f"{page['characters']} characters of text")
    assert lines[1] == {"file": "empty.pdf", "route": None, "pages": [], "error_code": "EMPTY"}


def test_the_command_without_a_file_says_how_to_use_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
