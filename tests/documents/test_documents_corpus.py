"""Real documents, where they are at hand: nothing of them is part of the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from include.documents.classify import classify_pages
from include.documents.embedded_text import read_pages
from include.errors import PipelineError
from include.settings import Settings

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
TRUTHS = sorted(path for folder in ("medical", "robust") for path in (CORPUS / folder).glob("*.expected.json"))

pytestmark = pytest.mark.skipif(not TRUTHS, reason="the folder of real documents is not beside the checkout")


def truth_of(path: Path) -> tuple[bytes, dict[str, Any]]:
    truth: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return path.with_name(path.name.removesuffix(".expected.json")).read_bytes(), truth


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_no_real_page_goes_a_harmful_way(path: Path) -> None:
    data, truth = truth_of(path)
    expect = truth.get("expect") or {}
    try:
        kinds = [page.kind.value for page in classify_pages(data, Settings())[1]]
    except PipelineError:
        assert expect.get("outcome") == "rejected"
        return
    assert expect.get("outcome") != "rejected"
    assert expect.get("pages") in (None, len(kinds))
    for found, wanted in zip(kinds, truth.get("page_truth") or [], strict=False):
        assert not (wanted in ("image", "mixed") and found in ("text", "blank"))
        assert not (wanted == "text" and found == "blank")


def test_nearly_every_real_page_has_the_right_kind() -> None:
    right = total = 0
    for data, truth in map(truth_of, TRUTHS):
        if not truth.get("page_truth"):
            continue
        pages = classify_pages(data, Settings())[1]
        total += len(pages)
        right += sum(p.kind.value == wanted for p, wanted in zip(pages, truth["page_truth"], strict=True))
    assert right >= total - 1


def test_every_table_of_a_real_text_document_is_read() -> None:
    data = (CORPUS / "medical" / "patient_summary_text_logo_3p.pdf").read_bytes()
    tables = [table for page in read_pages(data, [1, 2, 3]) for table in page.tables]
    assert [(t.row_count, t.column_count) for t in tables] == [(7, 2), (7, 3), (7, 3)]
    assert tables[1].rows[5] == ["Vitamin B12", "1000mcg", "Once daily"]
